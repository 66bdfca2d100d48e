namespace Shop.ArchitectureTests.Model;

/// <summary>Files that are generated, checked in and compared.</summary>
public static class Approved
{
    /// <summary>Set to 1, it makes the tests write the files instead of comparing them.</summary>
    public const string Variable = "SHOP_APPROVE";

    /// <summary>How to write them.</summary>
    public const string Command = $"{Variable}=1 dotnet test --project tests/Shop.ArchitectureTests";

    /// <summary>True when <see cref="Variable"/> says so.</summary>
    public static bool IsAskedToWrite => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Writes the files when asked to by <see cref="Variable"/>; files without content any more are deleted.</summary>
    /// <param name="folder">Where they stand.</param>
    /// <param name="files">Name and text of each.</param>
    public static void WriteWhenAsked(string folder, IReadOnlyDictionary<string, string> files)
    {
        if (IsAskedToWrite)
            Write(folder, files);
    }

    /// <summary>Writes the files; files without content any more are deleted.</summary>
    public static void Write(string folder, IReadOnlyDictionary<string, string> files)
    {
        Directory.CreateDirectory(folder);
        foreach (var gone in Directory.GetFiles(folder).Where(path => !files.ContainsKey(Path.GetFileName(path))))
            File.Delete(gone);
        foreach (var (name, text) in files)
            File.WriteAllText(Path.Combine(folder, name), text);
    }

    /// <summary>What differs between the files on disk and what the code says.</summary>
    /// <param name="folder">Where they stand.</param>
    /// <param name="files">Name and text of each, as they should be.</param>
    /// <param name="fix">What to do about a file that differs.</param>
    public static IEnumerable<Violation> Differences(string folder, IReadOnlyDictionary<string, string> files, string fix)
    {
        var present = Directory.Exists(folder) ? Directory.GetFiles(folder).Select(Path.GetFileName).OfType<string>().ToHashSet() : [];
        foreach (var extra in present.Where(name => !files.ContainsKey(name)))
            yield return new(extra, "stands for nothing in the code any more", $"bring back what it stood for, or {Command}");
        foreach (var (name, text) in files)
            if (!present.Contains(name))
                yield return new(name, "is missing", Command);
            else
                foreach (var difference in Difference(name, File.ReadAllText(Path.Combine(folder, name)), text, fix))
                    yield return difference;
    }

    /// <summary>Where one file differs first.</summary>
    public static IEnumerable<Violation> Difference(string name, string committed, string actual, string fix) =>
        FirstDifference(committed, actual) is { } difference ? [new(name, difference, fix)] : [];

    private static string? FirstDifference(string committed, string actual)
    {
        var (left, right) = (committed.ReplaceLineEndings("\n").Split('\n'), actual.ReplaceLineEndings("\n").Split('\n'));
        for (var line = 0; line < Math.Max(left.Length, right.Length); line++)
        {
            var (was, now) = (left.ElementAtOrDefault(line), right.ElementAtOrDefault(line));
            if (was != now)
                return $"differs in line {line + 1}: committed \"{was?.Trim()}\", the code says \"{now?.Trim()}\"";
        }
        return null;
    }
}
