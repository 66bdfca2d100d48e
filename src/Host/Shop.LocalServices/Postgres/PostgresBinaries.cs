namespace Shop.LocalServices.Postgres;

/// <summary>Finds PostgreSQL on this machine, or fetches it.</summary>
internal static class PostgresBinaries
{
    /// <summary>Names a folder with postgres, initdb and pg_ctl, to be used before all others.</summary>
    public const string Variable = "SHOP_POSTGRES_BIN";

    private const int OldestMajor = 15;

    private static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    /// <summary>A folder of binaries.</summary>
    /// <param name="cache">Where a download is kept.</param>
    /// <param name="major">The version an existing cluster needs, or null for any.</param>
    /// <param name="cancellationToken">Ends the search or the download.</param>
    /// <exception cref="PostgresToolException">There is none to be had; the message says what can be done.</exception>
    public static async Task<string> ObtainAsync(string cache, int? major, CancellationToken cancellationToken)
    {
        foreach (var folder in Candidates(cache).Where(IsComplete))
            if (await SuitsAsync(folder, major, cancellationToken))
                return folder;
        string reason;
        try
        {
            var folder = await PostgresDownload.FetchAsync(cache, cancellationToken);
            if (await SuitsAsync(folder, major, cancellationToken))
                return folder;
            reason = $"PostgreSQL {PostgresDownload.Version} was fetched but doesn't run here or doesn't suit the existing data.";
        }
        catch (PostgresToolException e)
        {
            reason = e.Message;
        }
        throw new PostgresToolException(
            $"""
            No PostgreSQL{(
                major is null ? $" {OldestMajor} or later" : $" {major}, which the existing data needs,"
            )} was found, and none could be fetched: {reason}
            Either install PostgreSQL, or name the folder of its programs in {Variable}, or start the one in a container:
              docker compose up -d postgres
            and set ConnectionStrings__Shop to it.
            """
        );
    }

    private static async Task<bool> SuitsAsync(string folder, int? major, CancellationToken cancellationToken) =>
        await PostgresTools.MajorVersionAsync(folder, cancellationToken) is { } found
        && (major is null ? found >= OldestMajor : found == major);

    private static bool IsComplete(string folder) => Programs.All(p => File.Exists(PostgresTools.Executable(folder, p)));

    private static IEnumerable<string> Candidates(string cache)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return [named];
        return [.. OnPath(), .. UsualFolders(), PostgresDownload.BinIn(cache)];
    }

    // A link's target, because the other programs and their libraries stand beside the real one.
    private static IEnumerable<string> OnPath() =>
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        where folder.Length > 0
        let postgres = PostgresTools.Executable(folder, "postgres")
        where File.Exists(postgres)
        select Path.GetDirectoryName(File.ResolveLinkTarget(postgres, returnFinalTarget: true)?.FullName ?? postgres);

    private static IEnumerable<string> UsualFolders()
    {
        string[] roots =
            OperatingSystem.IsWindows() ? [@"C:\Program Files\PostgreSQL"]
            : OperatingSystem.IsMacOS()
                ? ["/opt/homebrew/opt", "/usr/local/opt", "/Applications/Postgres.app/Contents/Versions", "/Library/PostgreSQL"]
            : ["/usr/lib/postgresql", "/usr/pgsql"];
        return roots
            .Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .OrderByDescending(MajorInName)
            .Select(folder => Path.Combine(folder, "bin"));
    }

    // "15", "postgresql@17"
    private static int MajorInName(string folder) =>
        int.TryParse(string.Concat(Path.GetFileName(folder).Where(char.IsAsciiDigit)), out var major) ? major : 0;
}
