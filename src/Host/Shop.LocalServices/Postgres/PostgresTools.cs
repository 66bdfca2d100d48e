using System.ComponentModel;
using System.Diagnostics;

namespace Shop.LocalServices.Postgres;

/// <summary>Runs PostgreSQL's own programs. They refuse to work for root, so for root they run as nobody.</summary>
internal sealed class PostgresTools(string bin)
{
    private const string NobodyId = "65534";

    private static readonly string[] AsNobody = ["setpriv", $"--reuid={NobodyId}", $"--regid={NobodyId}", "--clear-groups"];

    private static readonly Lazy<Disguise> ForRoot = new(Choose);

    private enum Disguise
    {
        None,

        /// <summary>A user namespace of its own: the programs see an ordinary user, files still belong to root.</summary>
        Namespace,
        SetPriv,
        UserName,
    }

    public string Bin => bin;

    /// <summary>The user who must own the data folder, or null for the current one.</summary>
    public static string? Owner => ForRoot.Value is Disguise.SetPriv or Disguise.UserName ? $"{NobodyId}:{NobodyId}" : null;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="tool">Its name, without folder and ending.</param>
    /// <param name="workingDirectory">Where it runs, if it may go there.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="PostgresToolException">It ended with an error.</exception>
    public async Task<string> RunAsync(string tool, string workingDirectory, string[] arguments, CancellationToken cancellationToken)
    {
        var start = Describe(Executable(bin, tool), arguments);
        start.WorkingDirectory = Owner is null ? workingDirectory : "/";
        return await RunAsync(start, cancellationToken);
    }

    /// <summary>
    /// As <see cref="RunAsync(string, string, string[], CancellationToken)" />, for a program that leaves a server behind: output it would
    /// inherit isn't read, and it is waited for, because only then is it known whether there is a server to stop.
    /// </summary>
    public async Task LaunchAsync(string tool, string workingDirectory, string[] arguments)
    {
        var start = Describe(Executable(bin, tool), arguments);
        start.WorkingDirectory = Owner is null ? workingDirectory : "/";
        start.RedirectStandardOutput = start.RedirectStandardError = false;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(CancellationToken.None);
        if (process.ExitCode != 0)
            throw new PostgresToolException($"{tool} ended with code {process.ExitCode}.");
    }

    /// <summary>The version in a folder of binaries, as its major number; null when they don't run here.</summary>
    public static async Task<int?> MajorVersionAsync(string bin, CancellationToken cancellationToken)
    {
        try
        {
            // "postgres (PostgreSQL) 15.12 (Debian 15.12-0+deb12u2)"
            var start = Plain(Executable(bin, "postgres"), ["--version"]);
            var words = (await RunAsync(start, cancellationToken)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words.Length > 2 && int.TryParse(string.Concat(words[2].TakeWhile(char.IsAsciiDigit)), out var major) ? major : null;
        }
        catch (Exception e) when (e is PostgresToolException or Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Gives a folder to the user the programs run as.</summary>
    public static async Task HandOverAsync(string folder, CancellationToken cancellationToken)
    {
        if (Owner is { } owner)
            await RunAsync(Plain("chown", ["-R", owner, folder]), cancellationToken);
    }

    public static string Executable(string folder, string tool) => Path.Combine(folder, OperatingSystem.IsWindows() ? tool + ".exe" : tool);

    /// <summary>Runs any program to its end, or ends it, and gives its output.</summary>
    public static async Task<string> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return process.ExitCode == 0
            ? await output
            : throw new PostgresToolException(
                $"{Path.GetFileName(start.FileName)} ended with code {process.ExitCode}: {await errors}{await output}"
            );
    }

    public static ProcessStartInfo Plain(string file, IEnumerable<string> arguments) =>
        new(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

    private static ProcessStartInfo Describe(string executable, string[] arguments)
    {
        var start = ForRoot.Value switch
        {
            Disguise.Namespace => Plain("unshare", ["-U", executable, .. arguments]),
            Disguise.SetPriv => Plain(AsNobody[0], [.. AsNobody[1..], executable, .. arguments]),
            _ => Plain(executable, arguments),
        };
        if (ForRoot.Value == Disguise.UserName)
            start.UserName = "nobody";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        return start;
    }

    // Only the first works below a home folder that others can't enter, so it is asked first.
    private static Disguise Choose()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return Disguise.None;
        if (Works("unshare", "-U", "true"))
            return Disguise.Namespace;
        return Works(AsNobody[0], [.. AsNobody[1..], "true"]) ? Disguise.SetPriv : Disguise.UserName;
    }

    private static bool Works(string file, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(Plain(file, arguments))!;
            return process.WaitForExit(TimeSpan.FromSeconds(5)) && process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>One of PostgreSQL's programs, or one that fetches them, failed; the message holds what it said.</summary>
public sealed class PostgresToolException(string message, Exception? inner = null) : Exception(message, inner);
