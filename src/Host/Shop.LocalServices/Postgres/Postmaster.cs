using System.Diagnostics;

namespace Shop.LocalServices.Postgres;

/// <summary>What a cluster's postmaster.pid says about the server that runs it, or ran it.</summary>
internal sealed record Postmaster(int Pid, int Port, string Text)
{
    private const string FileName = "postmaster.pid";
    private const int PidLine = 0;
    private const int PortLine = 3;

    /// <summary>Null when there is no such file, or a server that has only begun to write it.</summary>
    public static Postmaster? Read(string data)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(data, FileName));
            var lines = text.Split('\n');
            return lines.Length > PortLine && int.TryParse(lines[PidLine], out var pid) && int.TryParse(lines[PortLine], out var port)
                ? new(pid, port, text)
                : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>False when the server died and left the file, even if its process id belongs to somebody else by now.</summary>
    public bool IsAlive()
    {
        try
        {
            using var process = Process.GetProcessById(Pid);
            // A server works in its data folder. Where that can be seen, another cluster's server with a recycled id isn't taken for ours.
            return OperatingSystem.IsLinux()
                ? FirstLines(File.ReadAllText($"/proc/{Pid}/cwd/{FileName}")) == FirstLines(Text)
                : process.ProcessName.StartsWith("postgres", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return false;
        }
    }

    public static void Forget(string data) => File.Delete(Path.Combine(data, FileName));

    // Process id, folder, start time, port; the status after them changes.
    private static string FirstLines(string text) => string.Join('\n', text.Split('\n').Take(PortLine + 1));
}
