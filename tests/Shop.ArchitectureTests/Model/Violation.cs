namespace Shop.ArchitectureTests.Model;

/// <summary>Somebody broke a rule of the house.</summary>
/// <param name="Who">The file, type, route or table at fault.</param>
/// <param name="What">What is wrong with it.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record Violation(string Who, string What, string Fix)
{
    /// <inheritdoc />
    public override string ToString() => $"{Who}: {What}. Fix: {Fix}.";
}

/// <summary>What a test says about violations.</summary>
public static class Violations
{
    /// <summary>The wall stands: nothing was found in a selection that was not empty.</summary>
    /// <param name="violations">What the rule found.</param>
    /// <param name="looked">How many things the rule looked at; none means that the rule proves nothing.</param>
    public static void ShouldBeNone(this IEnumerable<Violation> violations, int looked)
    {
        looked.ShouldBeGreaterThan(0, "the rule looked at nothing, so it proves nothing");
        var found = violations.Select(v => v.ToString()).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (found.Length > 0)
            Assert.Fail($"{found.Length} violation(s):\n" + string.Join("\n", found));
    }

    /// <summary>The wall would notice: the planted culprit is among what was found, and says what to do.</summary>
    public static void ShouldCatch(this IEnumerable<Violation> violations, string who, string what)
    {
        var found = violations.ToArray();
        found.ShouldContain(
            v => v.Who.Contains(who) && v.What.Contains(what) && v.Fix.Length > 0,
            $"planted {who} ({what}) was not caught; found: {string.Join("; ", found.AsEnumerable())}"
        );
    }

    /// <summary>The wall lets the innocent pass.</summary>
    public static void ShouldSpare(this IEnumerable<Violation> violations, string who) =>
        violations.ShouldNotContain(v => v.Who.Contains(who));
}
