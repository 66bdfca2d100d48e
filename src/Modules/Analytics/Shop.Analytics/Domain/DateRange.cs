namespace Shop.Analytics.Domain;

/// <summary>Days of a report, both ends included.</summary>
/// <param name="From">First day, UTC.</param>
/// <param name="To">Last day, UTC.</param>
public readonly record struct DateRange(DateOnly From, DateOnly To)
{
    /// <summary>The longest report, in days.</summary>
    public const int MaxDays = 366;

    /// <summary>What a report covers when nothing is asked for: thirty days up to today.</summary>
    public const int DefaultDays = 30;

    /// <summary>The asked range; false when it is upside down or too long.</summary>
    public static bool TryCreate(DateOnly? from, DateOnly? to, DateOnly today, out DateRange range)
    {
        var last = to ?? (from is { } start && start > today ? start : today);
        var first = from ?? DateOnly.FromDayNumber(Math.Max(0, last.DayNumber - DefaultDays + 1));
        range = new(first, last);
        return first <= last && last.DayNumber - first.DayNumber < MaxDays;
    }
}
