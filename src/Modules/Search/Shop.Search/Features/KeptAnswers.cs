using Microsoft.Extensions.Caching.Memory;

namespace Shop.Search.Features;

/// <summary>
/// What was answered a moment ago, for those who ask the same: many do, and all are told the same. When an answer is no longer new, the first who
/// asks finds it out anew, within a second before the next may try, and the others are still told the old one; they would all find out the same, at once.
/// </summary>
/// <typeparam name="T">An answer; nobody changes it.</typeparam>
/// <param name="maxSize">Of all that is kept, in the units of <see cref="Add"/>. What doesn't fit is asked for again.</param>
/// <param name="clock">Says how old an answer is.</param>
public sealed class KeptAnswers<T>(long maxSize, TimeProvider clock) : IDisposable
    where T : class
{
    /// <summary>An answer is new for so long, and is told for twice as long.</summary>
    public static readonly TimeSpan New = TimeSpan.FromSeconds(5);

    // The one who finds an answer out anew has so long before the next tries.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = maxSize });

    /// <summary>What was answered in the last seconds; null when nobody asked, or when the caller is to find it out anew.</summary>
    public T? Find(string question) =>
        _kept.TryGetValue<Entry>(question, out var kept) && (IsNew(kept!) || !kept!.IsFirst(clock)) ? kept!.Answer : null;

    /// <summary>What somebody else has found out meanwhile.</summary>
    public T? FindNew(string question) => _kept.TryGetValue<Entry>(question, out var kept) && IsNew(kept!) ? kept!.Answer : null;

    /// <summary>Keeps an answer for some seconds.</summary>
    public void Add(string question, T answer, long size) =>
        _kept.Set(
            question,
            new Entry(answer, clock.GetTimestamp()),
            new MemoryCacheEntryOptions { Size = size, AbsoluteExpirationRelativeToNow = 2 * New }
        );

    /// <inheritdoc />
    public void Dispose() => _kept.Dispose();

    private bool IsNew(Entry kept) => clock.GetElapsedTime(kept.Since) < New;

    private sealed class Entry(T answer, long since)
    {
        private long _asked = since;

        public T Answer { get; } = answer;

        public long Since { get; } = since;

        /// <summary>True for one in a second: whoever was it before may have given up.</summary>
        public bool IsFirst(TimeProvider clock)
        {
            var asked = Interlocked.Read(ref _asked);
            return clock.GetElapsedTime(asked) >= Patience && Interlocked.CompareExchange(ref _asked, clock.GetTimestamp(), asked) == asked;
        }
    }
}
