using System.Text.RegularExpressions;
using Shop.ArchitectureTests.Model;

namespace Shop.ArchitectureTests.Walls;

/// <summary>
/// Wall 13: every handler has a test that delivers its message twice, in a row and at once. Tests and handlers are paired by
/// <see cref="RedeliveryOfAttribute{THandler}"/>; queries only read and are asked, not delivered.
/// </summary>
public sealed partial class Wall13Redelivery
{
    [Fact]
    public void Every_handler_has_a_redelivery_test()
    {
        var handlers = Messages.HandlersAmong(ShopModule.AllTypes);
        var tests = ShopModule.All.SelectMany(m => Tests(m.Name)).ToArray();
        Untested(handlers, tests).ShouldBeNone(handlers.Count);
    }

    [Fact]
    public void Planted_handler_without_a_redelivery_test_is_caught()
    {
        var handlers = Messages.HandlersAmong(GetType().Assembly.GetTypes().Where(t => Il.IsIn(t.Namespace, "Shop.Beta.Subscriptions")));
        var test = """
            [Fact]
            [RedeliveryOf<OnAlphaHappenedHandler>(typeof(AlphaHappened))]
            public async Task Redelivered_event_counts_once()
            """;
        var found = Untested(handlers, Pairs("Beta", [new("tests/Shop.Beta.Tests/A.cs", test)]).ToArray()).ToArray();
        found.ShouldSpare(nameof(Beta.Subscriptions.OnAlphaHappenedHandler));
        found.ShouldCatch(nameof(Beta.Subscriptions.MisnamedHandler), "no redelivery test");
    }

    [Theory]
    [InlineData("[RedeliveryOf<OnAlphaHappenedHandler>(typeof(AlphaHappened))] public async Task Never_run()", "no [Fact]")]
    [InlineData("[Fact, RedeliveryOf<GoneHandler>(typeof(AlphaHappened))] public async Task Stale()", "GoneHandler")]
    [InlineData("// [Fact, RedeliveryOf<OnAlphaHappenedHandler>(typeof(AlphaHappened))]", "no redelivery test")]
    [InlineData(
        "[Fact(Skip = \"later\"), RedeliveryOf<OnAlphaHappenedHandler>(typeof(AlphaHappened))] public async Task Later()",
        "skipped"
    )]
    public void Planted_mark_that_proves_nothing_is_caught(string source, string what)
    {
        var handlers = Messages.HandlersAmong([typeof(Beta.Subscriptions.OnAlphaHappenedHandler)]);
        var found = Untested(handlers, Pairs("Beta", [new("tests/Shop.Beta.Tests/A.cs", source)]).ToArray()).ToArray();
        found.ShouldContain(v => v.ToString().Contains(what), string.Join("; ", found.AsEnumerable()));
    }

    private sealed record RedeliveryTest(string Module, string File, string Handler, string Message, string? Flaw);

    private static IEnumerable<Violation> Untested(IEnumerable<MessageHandler> handlers, IReadOnlyList<RedeliveryTest> tests)
    {
        var all = handlers.ToArray();
        foreach (var handler in all.Where(h => !Messages.IsQuery(h.Message)))
            if (!tests.Any(t => t.Module == handler.Module && t.Handler == handler.Class.Name && t.Message == handler.Message.Name))
                yield return new(
                    handler.ToString(),
                    "has no redelivery test",
                    $"deliver the message twice and at once in tests/Shop.{handler.Module}.Tests, "
                        + $"marked [RedeliveryOf<{handler.Class.Name}>(typeof({handler.Message.Name}))]"
                );
        foreach (var test in tests)
        {
            if (!all.Any(h => h.Module == test.Module && h.Class.Name == test.Handler && h.Message.Name == test.Message))
                yield return new(
                    test.File,
                    $"tests {test.Handler} with {test.Message}, which is no handler of {test.Module}",
                    "correct the mark"
                );
            if (test.Flaw is not null)
                yield return new(
                    test.File,
                    $"marks a test of {test.Handler} that {test.Flaw}",
                    "put the mark on a [Fact] or [Theory] that runs"
                );
        }
    }

    private static IEnumerable<RedeliveryTest> Tests(string module)
    {
        var project = $"Shop.{module}.Tests";
        return Directory.Exists(Repo.At("tests", project)) ? Pairs(module, Repo.Sources("tests", project)) : [];
    }

    private static IEnumerable<RedeliveryTest> Pairs(string module, IEnumerable<SourceFile> sources) =>
        from source in sources
        from block in Attributes().Matches(source.Code).Cast<Match>()
        from mark in Mark().Matches(block.Value).Cast<Match>()
        select new RedeliveryTest(module, source.Path, mark.Groups["handler"].Value, mark.Groups["message"].Value, FlawOf(block.Value));

    private static string? FlawOf(string attributes) =>
        !FactOrTheory().IsMatch(attributes) ? "has no [Fact]"
        : attributes.Contains("Skip") ? "is skipped"
        : null;

    // All attributes of one method: from its first bracket to its modifiers.
    [GeneratedRegex(@"\[[^;{}]*?RedeliveryOf<[^;{}]*?\](?=\s*(public|internal|private|async|static|Task|void))")]
    private static partial Regex Attributes();

    [GeneratedRegex(@"RedeliveryOf<(?:\w+\.)*(?<handler>\w+)>\(\s*typeof\((?:\w+\.)*(?<message>\w+)\)\s*\)")]
    private static partial Regex Mark();

    [GeneratedRegex(@"[\[,]\s*(Fact|Theory)\b")]
    private static partial Regex FactOrTheory();
}
