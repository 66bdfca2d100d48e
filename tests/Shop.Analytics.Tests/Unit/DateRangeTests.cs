using Shop.Analytics.Domain;

namespace Shop.Analytics.Tests.Unit;

public sealed class DateRangeTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public void Nothing_asked_is_thirty_days_up_to_today()
    {
        DateRange.TryCreate(null, null, Today, out var range).ShouldBeTrue();

        range.ShouldBe(new(new(2026, 10, 24), Today));
    }

    [Theory]
    [InlineData("2024-01-01", "2024-12-31", true)]
    [InlineData("2024-01-01", "2025-01-01", false)]
    [InlineData("2026-11-22", "2026-11-22", true)]
    [InlineData("2026-11-22", "2026-11-21", false)]
    [InlineData("0001-01-01", "9999-12-31", false)]
    [InlineData("2027-01-01", null, true)]
    [InlineData(null, "0001-01-02", true)]
    public void A_report_covers_a_year_at_most_and_runs_forward(string? from, string? to, bool valid) =>
        DateRange.TryCreate(Parse(from), Parse(to), Today, out _).ShouldBe(valid);

    private static DateOnly? Parse(string? day) => day is null ? null : DateOnly.Parse(day);
}
