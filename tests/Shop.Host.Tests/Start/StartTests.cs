using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Host.Messaging;
using Shop.Host.Migrations;
using Shop.Host.Topology;
using Shop.LocalServices.Payments;
using Shop.TestKit.World;

namespace Shop.Host.Tests.Start;

/// <summary>What a person meets who starts the program with something missing, taken or behind.</summary>
public sealed class StartTests(ShopFixture shop)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Production_with_nothing_set_ends_with_a_list_of_what_to_set()
    {
        var (code, output) = await RunAsync(new(), "--environment=Production");

        code.ShouldBe(1);
        output.ShouldStartWith("The shop does not start in Production:");
        output.ShouldContain("Set ConnectionStrings__Shop");
        output.ShouldContain("Set Users__SigningKeys__0");
        output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Production_with_an_armed_fault_point_does_not_start()
    {
        var (code, output) = await RunAsync(new() { [FaultPoint.Variable] = "anything" }, "--environment=Production");

        code.ShouldBe(1);
        output.ShouldContain($"Unset {FaultPoint.Variable}");
    }

    [Fact]
    public async Task A_command_that_sends_messages_is_refused_what_the_shop_is_refused()
    {
        var (code, output) = await RunAsync(
            new(),
            [
                "import",
                "products",
                "products.csv",
                "--environment=Production",
                .. ProductionGuardTests.Good.Select(s => $"--{s.Key}={s.Value}"),
                $"--Payments:Stripe:SecretKey={PaymentSimulator.DefaultSecretKey}",
            ]
        );

        code.ShouldBe(1);
        output.ShouldContain("Set Payments__Stripe__SecretKey");
    }

    [Theory]
    [InlineData]
    [InlineData("import", "products", "products.csv")]
    public async Task Production_behind_its_migrations_asks_for_them(params string[] command)
    {
        var database = await NewDatabaseAsync();

        var (code, output) = await RunAsync(
            new(),
            [
                .. command,
                "--environment=Production",
                .. ProductionGuardTests.Good.Select(s => $"--{s.Key}={s.Value}"),
                // The server of the tests asks for none, the guard does.
                $"--ConnectionStrings:Shop={database};Password=a9f3c1e7",
            ]
        );

        code.ShouldBe(1);
        output.ShouldContain("Run `Shop.Host migrate` first; pending: products: ");
    }

    [Fact]
    public async Task All_migrations_of_all_modules_are_pending_on_a_new_database()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Shop", await NewDatabaseAsync())]).Build();
        var schemas = shop.Services.GetServices<ModuleSchema>().ToArray();
        await using var scope = shop.Services.CreateAsyncScope();

        var pending = await MigratorOf(settings).PendingAsync(TestContext.Current.CancellationToken);

        schemas.Length.ShouldBe(10);
        foreach (var schema in schemas)
            pending
                .Where(p => p.StartsWith($"{schema.Schema}: "))
                .ShouldBe(
                    ((DbContext)scope.ServiceProvider.GetRequiredService(schema.ContextType))
                        .Database.GetMigrations()
                        .Select(m => $"{schema.Schema}: {m}")
                );
        pending.Count(p => p.StartsWith("wolverine: ")).ShouldBe(1);
    }

    [Fact]
    public async Task Two_migrations_at_once_both_succeed()
    {
        var database = await NewDatabaseAsync();

        var both = await Task.WhenAll(MigrateAsync(), MigrateAsync());

        both.Select(b => b.Code).ShouldBe([0, 0], both[0].Output + both[1].Output);
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Shop", database)]).Build();
        (await MigratorOf(settings).PendingAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();

        Task<(int Code, string Output)> MigrateAsync() =>
            RunAsync(new(), "migrate", "--environment=Production", $"--ConnectionStrings:Shop={database}");
    }

    private static Migrator MigratorOf(IConfiguration settings) => new(settings, Placement.Read(settings), ModuleTransport.Read(settings));

    [Fact]
    public async Task A_database_that_is_away_is_told_in_a_sentence()
    {
        var (code, output) = await RunAsync(
            new(),
            "migrate",
            "--environment=Production",
            $"--ConnectionStrings:Shop=Host=127.0.0.1;Port={ChildProcess.FreePort()};Username=shop;Database=shop"
        );

        code.ShouldBe(1);
        output.Trim().ShouldBe("The database of ConnectionStrings__Shop doesn't answer.");
    }

    private async Task<string> NewDatabaseAsync()
    {
        var name = $"shop_start_{Guid.CreateVersion7():N}";
        await shop.ScalarAsync<object>($"create database {name}");
        return new NpgsqlConnectionStringBuilder(shop.ConnectionString) { Database = name }.ConnectionString;
    }

    private static async Task<(int Code, string Output)> RunAsync(Dictionary<string, string?> environment, params string[] arguments)
    {
        var log = Path.GetTempFileName();
        await using var process = ChildProcess.Start("Shop.Host", log, arguments, environment);
        await process.WaitForExitAsync(Limit);
        return (process.ExitCode, process.Tail(int.MaxValue));
    }
}
