using Microsoft.Extensions.Caching.Memory;

namespace Shop.Search.Features;

/// <summary>What was answered a moment ago, for those who ask the same: many do, and all are told the same.</summary>
/// <typeparam name="T">An answer; nobody changes it.</typeparam>
/// <param name="maxSize">Of all that is kept, in the units of <see cref="Add"/>. What doesn't fit is asked for again.</param>
public sealed class KeptAnswers<T>(long maxSize) : IDisposable
    where T : class
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = maxSize });

    /// <summary>What was answered in the last seconds; null when nobody asked.</summary>
    public T? Find(string question) => _kept.Get<T>(question);

    /// <summary>Keeps an answer for some seconds.</summary>
    public void Add(string question, T answer, long size) =>
        _kept.Set(question, answer, new MemoryCacheEntryOptions { Size = size, AbsoluteExpirationRelativeToNow = Kept });

    /// <inheritdoc />
    public void Dispose() => _kept.Dispose();
}
