using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Shop.TestKit.World;

/// <summary>A Redis server of its own, on loopback, that keeps nothing on disk.</summary>
public sealed class Redis : IAsyncDisposable
{
    private readonly int _port = ChildProcess.FreePort();
    private Process? _process;

    private Redis() { }

    /// <summary>True on a machine that has Redis.</summary>
    public static bool IsInstalled =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    /// <summary>Where it answers, as <c>ConnectionStrings:Redis</c> wants it.</summary>
    public string Address => $"127.0.0.1:{_port}";

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<Redis> StartAsync()
    {
        var redis = new Redis();
        await redis.StartAgainAsync();
        return redis;
    }

    /// <summary>Starts it anew, empty, at the same address.</summary>
    /// <exception cref="InvalidOperationException">Redis is not installed.</exception>
    public async Task StartAgainAsync()
    {
        string[] arguments = ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        _process =
            Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("Redis could not be started.");
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.IsTrueAsync("Redis answers", AnswersAsync, TimeSpan.FromSeconds(30));
    }

    /// <summary>Kills it, without a farewell.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Lets it stand still (SIGSTOP): connections stay, answers don't come.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on (SIGCONT).</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>Says a command, words apart, and returns the first kilobytes of the answer.</summary>
    public async Task<string> SayAsync(params string[] words)
    {
        var request = new StringBuilder().Append('*').Append(words.Length).Append("\r\n");
        foreach (var word in words)
            request.Append('$').Append(Encoding.UTF8.GetByteCount(word)).Append("\r\n").Append(word).Append("\r\n");
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await client.ConnectAsync("127.0.0.1", _port, limit.Token);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request.ToString()), limit.Token);
        var answer = new byte[8192];
        return Encoding.UTF8.GetString(answer, 0, await client.GetStream().ReadAsync(answer, limit.Token));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await SayAsync("PING")).StartsWith("+PONG", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
    }
}
