using System.Text;
using Shop.Host.Traffic;

namespace Shop.Host.Tests.Traffic;

/// <summary>When traffic comes back, and what is kept of answers that differ.</summary>
public sealed class StepBackTests
{
    private static readonly TrafficOptions Limits = new();

    [Theory]
    [InlineData(100, 0, 200, null)]
    [InlineData(100, 5, 1_000, null)]
    [InlineData(9, 100, 9_000, null)]
    [InlineData(100, 6, 200, "6 % of 100 calls failed")]
    [InlineData(10, 0, 1_001, "p99 of 10 calls was 1001 ms")]
    public void Traffic_comes_back_from_failures_and_slowness_but_not_for_a_handful(int calls, double errors, double p99, string? complaint)
    {
        var said = RemoteWatch.Complaint(new RemoteFigures(calls, errors, p99), Limits);

        if (complaint is null)
            said.ShouldBeNull();
        else
            said.ShouldNotBeNull().ShouldContain(complaint);
    }

    [Theory]
    [InlineData("""{"a":1,"traceId":"x"}""", """{"a":1,"traceId":"y"}""", "")]
    [InlineData("""{"a":{"email":"ada@example.com"}}""", """{"a":{"email":"bob@example.com"}}""", "/a/email")]
    [InlineData("""{"items":[{"n":1},{"n":2}]}""", """{"items":[{"n":1},{"n":3}]}""", "/items/[]/n")]
    [InlineData("""{"items":[1,2]}""", """{"items":[1]}""", "/items")]
    [InlineData("""{"a":1}""", """{"b":1}""", "/a, /b")]
    [InlineData("text", "other", "(body)")]
    public void Of_answers_that_differ_only_the_names_of_the_fields_are_kept(string here, string there, string fields) =>
        string.Join(", ", ShadowReads.Differences(Encoding.UTF8.GetBytes(here), Encoding.UTF8.GetBytes(there))).ShouldBe(fields);
}
