using Shop.ArchitectureTests.Model;

namespace Shop.ArchitectureTests.Walls;

/// <summary>A file is read in one sitting, and Program.cs at a glance.</summary>
public sealed class Sizes
{
    private const int LongestFile = 350;
    private const int LongestProgram = 80;

    [Fact]
    public void Files_stay_readable()
    {
        SourceFile[] sources = [.. Repo.Sources("src"), .. Repo.Sources("tests")];
        sources.SelectMany(Violations).ShouldBeNone(sources.Length);
    }

    [Theory]
    [InlineData("src/Modules/Orders/Shop.Orders/Features/Everything.cs", 351)]
    [InlineData("src/Host/Shop.Host/Program.cs", 80)]
    public void Planted_long_file_is_caught(string path, int lines) =>
        Violations(new(path, string.Concat(Enumerable.Repeat("x\n", lines)))).ShouldCatch(path, $"{lines} lines");

    [Fact]
    public void A_file_of_the_longest_allowed_length_passes() =>
        Violations(new("src/A.cs", string.Concat(Enumerable.Repeat("x\n", LongestFile)))).ShouldBeEmpty();

    private static IEnumerable<Violation> Violations(SourceFile source)
    {
        var lines = source.Text.Split('\n').Length - (source.Text.EndsWith('\n') ? 1 : 0);
        if (source.Path == "src/Host/Shop.Host/Program.cs" && lines >= LongestProgram)
            yield return new(
                source.Path,
                $"has {lines} lines",
                $"keep it under {LongestProgram}: composition belongs into ShopApplication and its parts"
            );
        else if (lines > LongestFile)
            yield return new(source.Path, $"has {lines} lines", $"split it along its features, below {LongestFile} lines");
    }
}
