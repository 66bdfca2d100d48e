using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Shop.Host.Tests.Observability;

public sealed class HealthTests(ShopFixture shop)
{
    private const string AllUp =
        """{"status":"up","checks":{"running":"up","database":"up","migrations":"up","messageStore":"up","signingKeys":"up"}}""";

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
        public async Task A_shop_that_lacks_what_it_needs_or_is_on_its_way_out_is_live_but_not_ready()
        {
            await ExecuteAsync("alter table analytics.__migrations rename to hidden");
            await IsDownAsync("migrations");
            await ExecuteAsync("alter table analytics.hidden rename to __migrations");
            await IsUpAsync();

            await ExecuteAsync("alter table wolverine.wolverine_incoming_envelopes rename to hidden");
            await IsDownAsync("messageStore");
            await ExecuteAsync("alter table wolverine.hidden rename to wolverine_incoming_envelopes");
            await IsUpAsync();

            await AdmitAsync(false);
            await IsDownAsync("database", "messageStore");
            await AdmitAsync(true);
            await IsUpAsync();

            shop.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            await IsDownAsync("running");
            (await TextAsync(shop, "live")).Item1.ShouldBe(HttpStatusCode.OK);
        }

        private async Task IsDownAsync(params string[] checks)
        {
            var expected = checks
                .Prepend("status")
                .Aggregate(AllUp, (text, check) => text.Replace($"\"{check}\":\"up", $"\"{check}\":\"down"));
            (await TextAsync(shop, "ready")).ShouldBe((HttpStatusCode.ServiceUnavailable, expected));
        }

        private Task IsUpAsync() =>
            Eventually.IsTrueAsync("ready again", async () => await TextAsync(shop, "ready") == (HttpStatusCode.OK, AllUp));

        // A database that admits nobody, and has thrown everybody out, is as good as away.
        private async Task AdmitAsync(bool everybody)
        {
            var database = new NpgsqlConnectionStringBuilder(shop.ConnectionString).Database;
            var server = new NpgsqlConnectionStringBuilder(shop.ConnectionString) { Database = "postgres" }.ConnectionString;
            await ExecuteAsync($"alter database {database} allow_connections {everybody}", server);
            await ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'", server);
        }

        private async Task ExecuteAsync(string sql, string? server = null)
        {
            await using var connection = new NpgsqlConnection(server ?? shop.ConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}
