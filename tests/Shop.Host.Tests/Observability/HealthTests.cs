using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Shop.Host.Tests.Observability;

public sealed class HealthTests(ShopFixture shop)
{
    private const string AllUp = """{"status":"up","checks":{"running":"up","database":"up","migrations":"up","messageStore":"up"}}""";

    [Fact]
    public async Task A_shop_that_runs_is_live_and_ready()
    {
        (await TextAsync(shop, "live")).ShouldBe((HttpStatusCode.OK, """{"status":"up","checks":{}}"""));
        await Eventually.IsTrueAsync("ready", async () => await TextAsync(shop, "ready") == (HttpStatusCode.OK, AllUp));
    }

    private static async Task<(HttpStatusCode, string)> TextAsync(ShopFixture shop, string probe)
    {
        var answer = await shop.Client.GetAsync($"/health/{probe}", TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>With a shop of its own, whose database is tampered with and which is stopped.</summary>
    public sealed class Unready(ShopFixture shop) : IClassFixture<ShopFixture>
    {
        [Fact]
        public async Task A_shop_behind_its_migrations_or_on_its_way_out_is_live_but_not_ready()
        {
            await ExecuteAsync("alter table analytics.__migrations rename to hidden");
            (await TextAsync(shop, "ready")).ShouldBe(
                (
                    HttpStatusCode.ServiceUnavailable,
                    AllUp.Replace("""{"status":"up""", """{"status":"down""").Replace("""migrations":"up""", """migrations":"down""")
                )
            );

            await ExecuteAsync("alter table analytics.hidden rename to __migrations");
            (await TextAsync(shop, "ready")).ShouldBe((HttpStatusCode.OK, AllUp));

            shop.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            (await TextAsync(shop, "ready")).ShouldBe(
                (
                    HttpStatusCode.ServiceUnavailable,
                    AllUp.Replace("""{"status":"up""", """{"status":"down""").Replace("""running":"up""", """running":"down""")
                )
            );
            (await TextAsync(shop, "live")).Item1.ShouldBe(HttpStatusCode.OK);
        }

        private async Task ExecuteAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(shop.ConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}
