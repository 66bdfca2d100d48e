using Shop.Host.Advice;

namespace Shop.Host.Tests.Advice;

/// <summary>What the advice takes from git.</summary>
public sealed class SourceHistoryAdviceTests
{
    private const string Log =
        "\u0001ann@example.org\n\nsrc/Modules/Search/Shop.Search/A.cs\nsrc/Modules/Search/Shop.Search/B.cs\nREADME.md\n"
        + "\u0001Ann@example.org\n\nsrc/Modules/Search/Shop.Search/A.cs\nsrc/Modules/Orders/Shop.Orders/A.cs\n"
        + "\u0001bob@example.org\n\nsrc/Modules/README.md\n";

    [Fact]
    public void A_commit_counts_once_for_each_module_it_touched()
    {
        var commits = SourceHistory.Parse(Log).Commits!;

        (commits["Search"], commits["Orders"], commits["Carts"]).ShouldBe((2, 1, 0));
    }

    [Fact]
    public void An_engineer_is_an_address_whatever_its_case() => SourceHistory.Parse(Log).Engineers.ShouldBe(2);

    [Fact]
    public void A_history_without_commits_has_nobody() => SourceHistory.Parse("").Engineers.ShouldBe(0);
}
