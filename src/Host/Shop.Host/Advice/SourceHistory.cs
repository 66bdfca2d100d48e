using System.ComponentModel;
using System.Diagnostics;

namespace Shop.Host.Advice;

/// <summary>What the source's history says; null is what it didn't, and <paramref name="Missing"/> says why.</summary>
/// <param name="Commits">Commits of the last 90 days, by module.</param>
/// <param name="Engineers">People with a commit in the last 90 days.</param>
/// <param name="Missing">Why there is nothing.</param>
public sealed record SourceHistory(IReadOnlyDictionary<string, int>? Commits, int? Engineers, string? Missing)
{
    private const char CommitMark = '\u0001';
    private const string ModulesFolder = "src/Modules/";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks git, where there is a checkout of the shop upwards of the working directory or of the binaries.</summary>
    public static async Task<SourceHistory> ReadAsync(CancellationToken cancellationToken)
    {
        if (Checkout() is not { } root)
            return Nothing("no checkout of the shop is at hand; run this where there is one.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            if ((await GitAsync(root, ["rev-parse", "--is-shallow-repository"], limit.Token)).Trim() != "false")
                return Nothing("the checkout holds only a part of the history; fetch all of it (git fetch --unshallow).");
            return Parse(await GitAsync(root, ["log", "--since=90.days", $"--format={CommitMark}%aE", "--name-only"], limit.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Nothing($"git didn't answer within {Patience.TotalSeconds:F0} seconds.");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return Nothing($"git can't be used: {e.Message}");
        }
    }

    /// <summary>Reads commits, each a line with a mark and its author, then the files it touched.</summary>
    public static SourceHistory Parse(string log)
    {
        var commits = Modules.All.ToDictionary(m => m.Name, _ => 0);
        var people = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var commit in log.Split(CommitMark, StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = commit.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            people.Add(lines[0]);
            foreach (var module in lines.Skip(1).Select(ModuleOf).OfType<string>().Distinct().Where(commits.ContainsKey))
                commits[module]++;
        }
        return new(commits, people.Count, null);
    }

    private static string? ModuleOf(string file) =>
        file.StartsWith(ModulesFolder, StringComparison.Ordinal) ? file[ModulesFolder.Length..].Split('/')[0] : null;

    private static SourceHistory Nothing(string why) => new(null, null, $"Commits and engineers: {why}");

    // In a work tree .git is a file.
    private static string? Checkout()
    {
        foreach (var start in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                if (Path.Exists(Path.Combine(folder.FullName, ".git")) && File.Exists(Path.Combine(folder.FullName, "Shop.sln")))
                    return folder.FullName;
        return null;
    }

    private static async Task<string> GitAsync(string root, string[] arguments, CancellationToken cancellationToken)
    {
        using var git = new Process
        {
            StartInfo = new("git", ["-C", root, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        git.Start();
        try
        {
            var error = git.StandardError.ReadToEndAsync(cancellationToken);
            var output = await git.StandardOutput.ReadToEndAsync(cancellationToken);
            await git.WaitForExitAsync(cancellationToken);
            return git.ExitCode == 0 ? output : throw new InvalidOperationException((await error).Trim());
        }
        finally
        {
            if (!git.HasExited)
                git.Kill();
        }
    }
}
