using System.Diagnostics;
using System.Net.Sockets;

namespace Shop.TestKit.World;

/// <summary>A RabbitMQ broker of its own, on loopback, with its data in a folder that goes when it goes.</summary>
public sealed class RabbitMq : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _folder;

    private RabbitMq(Process process, string folder, int port)
    {
        (_process, _folder) = (process, folder);
        Address = new($"amqp://guest:guest@127.0.0.1:{port}");
    }

    /// <summary>True on a machine that has RabbitMQ.</summary>
    public static bool IsInstalled =>
        Program is not null
        || (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "rabbitmq-server")));

    // Debian's own start script changes the user; this one runs as whoever calls it.
    private static string? Program =>
        Directory.Exists("/usr/lib/rabbitmq/lib")
            ? Directory.GetFiles("/usr/lib/rabbitmq/lib", "rabbitmq-server", SearchOption.AllDirectories).FirstOrDefault()
            : null;

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    /// <summary>Settings that send the shop's messages over it.</summary>
    public Dictionary<string, string> Settings =>
        new() { ["Messaging:Transport"] = "RabbitMq", ["ConnectionStrings:RabbitMq"] = Address.ToString() };

    /// <summary>Starts it and waits until it takes connections.</summary>
    /// <exception cref="InvalidOperationException">RabbitMQ is not installed, or it ended.</exception>
    public static async Task<RabbitMq> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("shop-rabbitmq-").FullName;
        var port = ChildProcess.FreePort();
        var start = new ProcessStartInfo(Program ?? "rabbitmq-server")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["HOME"] = folder,
                ["RABBITMQ_NODENAME"] = $"shop{port}@localhost",
                ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_NODE_PORT"] = $"{port}",
                ["RABBITMQ_DIST_PORT"] = $"{ChildProcess.FreePort()}",
                ["RABBITMQ_MNESIA_BASE"] = folder,
                ["RABBITMQ_LOG_BASE"] = folder,
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "plugins"),
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            },
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("RabbitMQ could not be started.");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var broker = new RabbitMq(process, folder, port);
        try
        {
            await Eventually.IsTrueAsync("RabbitMQ takes connections", () => broker.AnswersAsync(port), StartLimit);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // AMQP 0-9-1: whoever connects says so, and the broker begins with a method frame (type 1).
    private async Task<bool> AnswersAsync(int port)
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"RabbitMQ ended with code {_process.ExitCode}.");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await client.GetStream().WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), limit.Token);
            var first = new byte[1];
            return await client.GetStream().ReadAsync(first, limit.Token) == 1 && first[0] == 1;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
