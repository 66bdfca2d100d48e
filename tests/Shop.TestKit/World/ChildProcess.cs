using System.Diagnostics;
using System.Runtime.InteropServices;
using Shop.LocalServices.Web;

namespace Shop.TestKit.World;

/// <summary>A program of this repository, run as its own process from this build's output.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int SigContinue = 18;
    private const int SigStop = 19;

    // Test processes that run at the same time begin at different places.
    private static int _port = Random.Shared.Next(10_000, 30_000);

    private readonly Process _process;
    private readonly StreamWriter _log;

    private ChildProcess(Process process, StreamWriter log) => (_process, _log) = (process, log);

    /// <summary>
    /// The folder of a published host, when the variable <c>SHOP_BINARIES</c> names one: its code is compiled ahead, so its processes start
    /// sooner.
    /// </summary>
    public static string? Published { get; } = Environment.GetEnvironmentVariable("SHOP_BINARIES");

    /// <summary>The operating system's id.</summary>
    public int Id => _process.Id;

    /// <summary>True once it ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Exit code, once it ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Where its output goes.</summary>
    public required string LogFile { get; init; }

    /// <summary>Starts <c>dotnet assembly.dll arguments</c>.</summary>
    /// <param name="assembly">Name of the program's assembly.</param>
    /// <param name="logFile">Gets what it prints.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">Variables on top of ours.</param>
    /// <param name="binaries">The folder that holds it; when null <see cref="Published"/>, else this build's output.</param>
    /// <param name="workingDirectory">Where it runs; beside its binaries when null.</param>
    public static ChildProcess Start(
        string assembly,
        string logFile,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?> environment,
        string? binaries = null,
        string? workingDirectory = null
    )
    {
        binaries ??= Published ?? AppContext.BaseDirectory;
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? binaries,
        };
        start.ArgumentList.Add(Path.Combine(binaries, assembly + ".dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var log = new StreamWriter(new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process, log) { LogFile = logFile };

        void Write(string? line)
        {
            lock (log)
                if (line is not null && log.BaseStream.CanWrite)
                    log.WriteLine(line);
        }
    }

    /// <summary>SIGKILL, as a power cut for this process alone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a deployment ends a process.</summary>
    public void Terminate() => Send(SigTerm);

    /// <summary>SIGSTOP: it stands still and keeps its connections, as a machine that swaps or is moved does.</summary>
    public void Freeze() => Send(SigStop);

    /// <summary>SIGCONT, after it was frozen by us or by itself.</summary>
    public void Thaw() => Send(SigContinue);

    /// <summary>True while it stands still.</summary>
    public bool IsFrozen => !_process.HasExited && File.ReadAllText($"/proc/{_process.Id}/stat").Split(") ")[^1][0] == 'T';

    private void Send(int signal)
    {
        if (!_process.HasExited && Signal(_process.Id, signal) != 0)
            throw new InvalidOperationException($"Process {_process.Id} took no signal.");
    }

    /// <summary>Waits for the end.</summary>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public Task WaitForExitAsync(TimeSpan limit) => _process.WaitForExitAsync().WaitAsync(limit);

    /// <summary>The last lines it wrote, for a failure's message.</summary>
    public string Tail(int lines = 25)
    {
        using var reader = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return string.Join('\n', reader.ReadToEnd().Split('\n').TakeLast(lines));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        lock (_log)
            _log.Dispose();
    }

    /// <summary>
    /// A TCP port on loopback that nobody holds. It lies below those that outgoing connections are given, so that it is still free when a
    /// process that listened there comes back.
    /// </summary>
    public static int FreePort()
    {
        while (true)
            if (Interlocked.Increment(ref _port) is var port && LoopbackPort.IsFree(port))
                return port;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int processId, int signal);
}
