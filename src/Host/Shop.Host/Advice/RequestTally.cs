namespace Shop.Host.Advice;

/// <summary>
/// Requests to one module by minute and duration. Each duration falls into one of 81 classes, a quarter of a doubling wide, so a percentile
/// is at most a fifth too high.
/// </summary>
internal sealed class RequestTally
{
    /// <summary>How many minutes are remembered, the running one included.</summary>
    public const int Minutes = 15;

    private const double Shortest = 0.1;
    private const int PerDoubling = 4;
    private const int Classes = 20 * PerDoubling + 1;

    private readonly Lock _gate = new();
    private readonly Slot[] _slots = [.. Enumerable.Range(0, Minutes).Select(_ => new Slot())];
    private long _sinceStart;

    /// <summary>Counts one.</summary>
    /// <param name="minute">When it ended, in minutes.</param>
    /// <param name="milliseconds">How long it took.</param>
    /// <param name="isRead">It only read.</param>
    public void Count(long minute, double milliseconds, bool isRead)
    {
        var index = ClassOf(milliseconds);
        lock (_gate)
        {
            var slot = _slots[minute % Minutes];
            if (slot.Minute < minute)
                slot.Begin(minute);
            slot.Counts[index]++;
            if (isRead)
                slot.Reads++;
            _sinceStart++;
        }
    }

    /// <summary>What was counted from a minute on.</summary>
    public Sums Sum(long first)
    {
        var counts = new long[Classes];
        long reads = 0;
        lock (_gate)
        {
            foreach (var slot in _slots.Where(s => s.Minute >= first))
            {
                for (var i = 0; i < Classes; i++)
                    counts[i] += slot.Counts[i];
                reads += slot.Reads;
            }
            return new(counts, counts.Sum(), reads, _sinceStart);
        }
    }

    private static int ClassOf(double milliseconds) =>
        milliseconds <= Shortest ? 0 : Math.Min(Classes - 1, (int)Math.Ceiling(PerDoubling * Math.Log2(milliseconds / Shortest)));

    private sealed class Slot
    {
        public readonly int[] Counts = new int[Classes];

        public long Minute { get; private set; } = -1;
        public long Reads { get; set; }

        public void Begin(long minute)
        {
            Array.Clear(Counts);
            (Minute, Reads) = (minute, 0);
        }
    }

    /// <summary>Counts of a window.</summary>
    public sealed record Sums(long[] ByClass, long Count, long Reads, long SinceStart)
    {
        /// <summary>The duration, in milliseconds, that this part of the requests stayed within; null when there were none.</summary>
        public double? Percentile(double part)
        {
            var rank = (long)Math.Ceiling(part * Count);
            long seen = 0;
            for (var i = 0; i < Classes; i++)
                if ((seen += ByClass[i]) >= rank && rank > 0)
                    return Math.Round(Shortest * Math.Pow(2, (double)i / PerDoubling), 2);
            return null;
        }
    }
}
