using Npgsql;
using Shop.LocalServices.Payments;
using Shop.LocalServices.Postgres;
using Shop.TestKit.World;
using Stripe;
using File = System.IO.File;

namespace Shop.LocalServices.Tests;

/// <summary>The services as a process of their own, ended by kill -9.</summary>
public sealed class KilledProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_database_left_by_a_killed_process_is_found_and_then_stopped()
    {
        string connectionString;
        await using (var process = await StartAsync("--postgres=true"))
        {
            connectionString = Setting(process, "ConnectionStrings:Shop");
            await ScalarAsync(connectionString, "create table kept as select 7 as value");
            await process.KillAsync();
        }
        await using (var found = await LocalPostgres.StartAsync(new(_folder.At("postgres")), Cancelled))
        {
            found.Attached.ShouldBeTrue();
            found.ConnectionString.ShouldBe(connectionString);
            (await ScalarAsync(connectionString, "select value from kept")).ShouldBe(7);
        }
        await Should.ThrowAsync<NpgsqlException>(() => ScalarAsync(connectionString, "select 1"));
    }

    [Fact]
    public async Task A_killed_provider_forgets_nothing_it_answered_for()
    {
        var answered = new List<string>();
        await using (var process = await StartAsync("--payments-port=0"))
        {
            var intents = new PaymentIntentService(
                new StripeClient(PaymentSimulator.DefaultSecretKey, apiBase: Setting(process, "Payments:Stripe:ApiBase"))
            );
            for (var i = 0; i < 20; i++)
                answered.Add((await intents.CreateAsync(Payments.Provider.Purchase("pm_card_visa"), cancellationToken: Cancelled)).Id);
            await process.KillAsync();
        }
        // What a kill in the middle of a write may leave.
        await File.AppendAllTextAsync(_folder.At("payments/ledger.jsonl"), """{"at":"2026-""", Cancelled);

        await using var simulator = await PaymentSimulator.StartAsync(new(_folder.At("payments/ledger.jsonl")), Cancelled);
        using var http = new HttpClient { BaseAddress = simulator.Address };
        var ledger = await http.GetStringAsync("/admin/ledger", Cancelled);
        answered.ShouldAllBe(id => ledger.Contains(id));
    }

    [Fact]
    public async Task Terminated_services_leave_nothing_behind()
    {
        await using var process = await StartAsync("--postgres=true", "--payments-port=0", "--smtp-port=0", "--mail-port=0");
        var connectionString = Setting(process, "ConnectionStrings:Shop");
        process.Terminate();
        await process.WaitForExitAsync(TimeSpan.FromMinutes(1));
        process.ExitCode.ShouldBe(0);
        await Should.ThrowAsync<NpgsqlException>(() => ScalarAsync(connectionString, "select 1"));
    }

    [Fact]
    public async Task The_signing_key_is_made_once_and_is_its_owners_alone()
    {
        await using var first = await RunningServices.StartAsync(new(_folder.Path), Cancelled);
        await using var second = await RunningServices.StartAsync(new(_folder.Path), Cancelled);
        second.Settings["Users:SigningKeys:0"].ShouldBe(first.Settings["Users:SigningKeys:0"]);
        second.Settings["Users:SigningKeys:0"].ShouldStartWith("-----BEGIN PRIVATE KEY-----");
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(_folder.At("signing-key.pem")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_replaced_by_the_next_free_one()
    {
        await using var first = await RunningServices.StartAsync(new(_folder.At("a")) { PaymentsPort = 0 }, Cancelled);
        var taken = first.Payments!.Address.Port;
        await using var second = await RunningServices.StartAsync(new(_folder.At("b")) { PaymentsPort = taken }, Cancelled);
        second.Payments!.Address.Port.ShouldBeInRange(taken + 1, taken + 20);
        second.Settings["Payments:Stripe:ApiBase"].ShouldBe($"http://127.0.0.1:{second.Payments.Address.Port}");
    }

    private async Task<ChildProcess> StartAsync(params string[] arguments)
    {
        var process = ChildProcess.Start(
            "Shop.LocalServices",
            _folder.At("log"),
            [$"--folder={_folder.Path}", .. arguments],
            new Dictionary<string, string?>()
        );
        await Eventually.IsTrueAsync(
            "the services are ready",
            () =>
                Task.FromResult(process.HasExited ? throw new InvalidOperationException(process.Tail()) : Lines(process).Contains("ready"))
        );
        return process;
    }

    private static string Setting(ChildProcess process, string name) =>
        Lines(process).Single(line => line.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];

    private static string[] Lines(ChildProcess process) => process.Tail(int.MaxValue).Split('\n');

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
