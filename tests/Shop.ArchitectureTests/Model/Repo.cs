namespace Shop.ArchitectureTests.Model;

/// <summary>A source file.</summary>
/// <param name="Path">From the root of the repository, with forward slashes.</param>
/// <param name="Text">What stands in it.</param>
public sealed record SourceFile(string Path, string Text)
{
    /// <summary>The text without comments, so that a rule reads code only.</summary>
    public string Code => CommentFree.Of(Text);
}

/// <summary>The repository on disk.</summary>
public static class Repo
{
    /// <summary>The folder that holds Shop.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A path below the root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>C# files that people wrote, below a folder.</summary>
    public static IReadOnlyList<SourceFile> Sources(params string[] folder) =>
        [
            .. Files("*.cs", folder)
                .Where(path => !path.Contains("/Migrations/") || path.Contains("Shop.Host/"))
                .Where(path => !path.Contains("/Internal/Generated/"))
                .Select(path => new SourceFile(path, File.ReadAllText(At(path)))),
        ];

    /// <summary>Project files below a folder.</summary>
    public static IReadOnlyList<ProjectFile> Projects(params string[] folder) =>
        [.. Files("*.csproj", folder).Select(path => ProjectFile.Parse(path, File.ReadAllText(At(path))))];

    /// <summary>Names of the modules that have a folder.</summary>
    public static IReadOnlyList<string> ModuleFolders { get; } =
    [.. Directory.GetDirectories(At("src", "Modules")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    /// <summary>A checked-in list of this project: one entry a line, a reason behind <c>#</c>.</summary>
    public static IReadOnlyList<ListEntry> List(string name) =>
        ListEntry.Parse(File.ReadAllLines(At("tests", "Shop.ArchitectureTests", name)));

    private static IEnumerable<string> Files(string pattern, string[] folder) =>
        Directory
            .EnumerateFiles(At(folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "wwwroot"))
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Shop.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No Shop.sln above {AppContext.BaseDirectory}.");
    }
}

/// <summary>An exception that somebody wrote down.</summary>
/// <param name="Name">What is excepted.</param>
/// <param name="Reason">Why; an entry without a reason is a violation of its own.</param>
public sealed record ListEntry(string Name, string Reason)
{
    /// <summary>Reads <c>name # reason</c> lines; empty lines and whole-line comments are passed over.</summary>
    public static IReadOnlyList<ListEntry> Parse(IEnumerable<string> lines) =>
        [
            .. lines
                .Select(line => line.Trim())
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => line.Split('#', 2))
                .Select(parts => new ListEntry(parts[0].Trim(), parts.Length > 1 ? parts[1].Trim() : "")),
        ];

    /// <summary>Entries nobody needs any more, and entries that don't say why.</summary>
    public static IEnumerable<Violation> Stale(IReadOnlyList<ListEntry> list, string file, IReadOnlySet<string> needed)
    {
        foreach (var entry in list)
        {
            if (!needed.Contains(entry.Name))
                yield return new(file, $"{entry.Name} is excepted but breaks no rule any more", "delete the line");
            if (entry.Reason.Length == 0)
                yield return new(file, $"{entry.Name} is excepted without a reason", "write why behind a #");
        }
    }
}
