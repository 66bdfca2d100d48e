using Microsoft.AspNetCore.Http.HttpResults;
using Shop.Analytics.Domain;
using Shop.BuildingBlocks;

namespace Shop.Analytics.Features;

/// <summary>The answer to a range of days that no report covers.</summary>
internal static class RangeProblem
{
    public static ProblemHttpResult Answer() =>
        Problems.Problem(
            400,
            "analytics.invalid_range",
            $"'from' must not be after 'to', and the range holds at most {DateRange.MaxDays} days."
        );
}
