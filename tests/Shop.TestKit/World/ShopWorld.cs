using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Shop.Host;
using Shop.Host.Commands;
using Shop.Payments;

namespace Shop.TestKit.World;

/// <summary>
/// A shop as it runs for real: the host as a process, a PostgreSQL database of its own, and outside of it, in a process that a crash of the
/// host does not touch, the payment provider with its own ledger and the mail server.
/// </summary>
public sealed partial class ShopWorld : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);

    private readonly TestDatabase _database = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("shop-world-").FullName;
    private readonly int _hostPort = ChildProcess.FreePort();
    private readonly int _paymentsPort = ChildProcess.FreePort();
    private readonly int _mailPort = ChildProcess.FreePort();
    private readonly int _smtpPort = ChildProcess.FreePort();
    private readonly Dictionary<string, string> _settings = [];

    private Topology _topology = Topology.One;
    private string? _binaries;
    private WebApplication? _auditor;

    private ShopWorld() { }

    /// <summary>The host's process; another one after each restart.</summary>
    public ChildProcess Host { get; private set; } = null!;

    /// <summary>Payment simulator and mail sink.</summary>
    public ChildProcess Outside { get; private set; } = null!;

    /// <summary>Calls the host.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Calls the payment simulator's admin routes.</summary>
    public HttpClient Payments { get; private set; } = null!;

    /// <summary>Calls the mail sink.</summary>
    public HttpClient Mails { get; private set; } = null!;

    /// <summary>The owner's connection string, which no wall stops.</summary>
    public string ConnectionString => _database.ConnectionString;

    /// <summary>Starts everything and waits until the shop is ready.</summary>
    /// <param name="settings">Settings of the host on top of the usual ones, as <c>Section:Key</c>.</param>
    /// <param name="binaries">The folder of a published host; this build's output when null.</param>
    /// <param name="topology">Which modules run in processes of their own; none when null.</param>
    public static async Task<ShopWorld> StartAsync(
        IReadOnlyDictionary<string, string>? settings = null,
        string? binaries = null,
        Topology? topology = null
    )
    {
        var world = new ShopWorld { _binaries = binaries, _topology = topology ?? Topology.One };
        try
        {
            foreach (var (key, value) in settings ?? new Dictionary<string, string>())
                world._settings[key] = value;
            await world._database.CreateAsync();
            world.Payments = Calls(world._paymentsPort);
            world.Mails = Calls(world._mailPort);
            world.Client = Calls(world._hostPort);
            var outside = world.StartOutsideAsync();
            await world.MigrateAsync();
            await Task.WhenAll([outside, world.StartHostAsync(), .. world._topology.Outside.Select(m => world.StartModuleAsync(m))]);
            await world.WarmUpAsync();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts payment simulator and mail sink; after <see cref="ChildProcess.KillAsync"/> they find their ledger and mails again.</summary>
    /// <param name="withMail">False: nobody answers at the mail server's address.</param>
    public async Task StartOutsideAsync(bool withMail = true)
    {
        StartOutside(withMail);
        await Eventually.IsTrueAsync(
            "the payment provider answers",
            async () =>
            {
                if (Outside.HasExited)
                    throw new InvalidOperationException($"The local services ended:\n{Outside.Tail()}");
                try
                {
                    using var answer = await Payments.GetAsync("/admin/faults");
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            }
        );
    }

    private void StartOutside(bool withMail) =>
        Outside = ChildProcess.Start(
            "Shop.LocalServices",
            Path.Combine(_folder, "outside.log"),
            [
                $"--payments-port={_paymentsPort}",
                .. withMail ? new[] { $"--mail-port={_mailPort}", $"--smtp-port={_smtpPort}" } : [],
                $"--folder={_folder}",
                $"--webhook-url=http://127.0.0.1:{_hostPort}/api/v1/payments/webhooks/stripe",
            ],
            new Dictionary<string, string?>(),
            _binaries
        );

    /// <summary>Runs a command of the host, such as <c>reconcile</c>, in a process of its own.</summary>
    /// <returns>Exit code and output.</returns>
    public Task<(int ExitCode, string Output)> RunCommandAsync(params string[] command) => RunCommandAsync(StartLimit, command);

    /// <summary>The same, for a command that may take so long.</summary>
    public async Task<(int ExitCode, string Output)> RunCommandAsync(TimeSpan limit, params string[] command)
    {
        await using var process = StartCommand(command);
        await process.WaitForExitAsync(limit);
        return (process.ExitCode, process.Tail(int.MaxValue));
    }

    /// <summary>Starts a command of the host in a process of its own.</summary>
    public ChildProcess StartCommand(params string[] command) =>
        ChildProcess.Start(
            "Shop.Host",
            Path.Combine(_folder, $"command-{Guid.NewGuid():N}.log"),
            [.. command, "--environment=Testing", "--urls=http://127.0.0.1:0", .. Arguments([])],
            new Dictionary<string, string?>(),
            _binaries
        );

    /// <summary>As the command <c>reconcile</c>, without the time that a process takes to start.</summary>
    /// <param name="settle">How long messages may be under way.</param>
    /// <returns>Exit code and output.</returns>
    public async Task<(int ExitCode, string Output)> ReconcileAsync(TimeSpan settle)
    {
        _auditor ??= ShopApplication.Build(["--environment=Testing", .. Arguments([])]);
        await using var output = new StringWriter();
        var provider = (CancellationToken token) => PaymentsModule.ListAtProviderAsync(_auditor.Services, token);
        var exitCode = await Reconcile.RunAsync(ConnectionString, provider, settle, output, CancellationToken.None);
        return (exitCode, output.ToString());
    }

    /// <summary>Arms faults at the payment provider; see the simulator's page for the fields.</summary>
    public async Task SetPaymentFaultsAsync(JsonNode faults)
    {
        using var content = new StringContent(faults.ToJsonString(), null, "application/json");
        (await Payments.PutAsync("/admin/faults", content)).EnsureSuccessStatusCode();
    }

    /// <summary>Mends the payment provider.</summary>
    public async Task ClearPaymentFaultsAsync() => (await Payments.DeleteAsync("/admin/faults")).EnsureSuccessStatusCode();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Host is not null)
            await Host.DisposeAsync();
        foreach (var module in _modules.Values)
            await module.DisposeAsync();
        foreach (var way in _ways.Values)
            await way.DisposeAsync();
        if (Outside is not null)
            await Outside.DisposeAsync();
        if (_auditor is not null)
            await _auditor.DisposeAsync();
        Client?.Dispose();
        Payments?.Dispose();
        Mails?.Dispose();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private IEnumerable<string> Arguments(Dictionary<string, string> placement)
    {
        var settings = new Dictionary<string, string>(TestSettings.All)
        {
            ["ConnectionStrings:Shop"] = ConnectionString,
            ["Modules:ServiceKey"] = Topology.Key,
            ["Payments:Stripe:ApiBase"] = $"http://127.0.0.1:{_paymentsPort}",
            ["Notifications:Smtp:Host"] = "127.0.0.1",
            ["Notifications:Smtp:Port"] = _smtpPort.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        foreach (var (key, value) in _settings.Concat(placement))
            settings[key] = value;
        return settings.Select(s => $"--{s.Key}={s.Value}");
    }

    /// <summary>What a load balancer asks before it sends anything; null when nobody answers.</summary>
    public Task<bool?> IsReadyAsync() => IsReadyAsync(Client);

    private static async Task<bool?> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var patience = new CancellationTokenSource(ProbeLimit);
            using var answer = await client.GetAsync("/health/ready", patience.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Runs SQL as the owner of all schemas.</summary>
    public Task ExecuteAsync(string sql, params object[] values) => ScalarAsync<object>(sql, values);

    /// <summary>One value by SQL as the owner of all schemas.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteScalarAsync() is T found ? found : default;
    }

    private static HttpClient Calls(int port) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = 512 })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromSeconds(30),
        };
}
