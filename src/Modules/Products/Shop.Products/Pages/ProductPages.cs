using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;

namespace Shop.Products.Pages;

/// <summary>
/// Finished responses of the catalogue, kept in this process and never older than <see cref="MaxAge"/>, whoever changes a product and in
/// whichever process. Before it answers, it has asked the catalogue's clock within the last <see cref="CheckEvery"/> what changed, and
/// forgotten that. When the clock can't be asked, requests fail as they would without it; nothing outdated is served (docs/adr/0010).
/// </summary>
public sealed class ProductPages : IDisposable
{
    /// <summary>How often the clock is asked while requests come in; nobody asks when nobody reads.</summary>
    public static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>While one request asks, others are answered from memory up to this age; then they wait for it.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private const int EntryOverhead = 300;
    private const int MaxOtherCurrencies = 40;

    private readonly ProductReads _reads;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _asking = new(1);

    // Other currencies that product pages are kept in, so that a change finds them all.
    private readonly ConcurrentDictionary<string, bool> _others = [];
    private readonly MemoryCache _products;
    private readonly MemoryCache _lists;
    private long _askedAt;
    private long _revision = -1;

    /// <summary>Empty at first.</summary>
    public ProductPages(ProductReads reads, TimeProvider clock, IOptions<ProductsOptions> options)
    {
        (_reads, _clock) = (reads, clock);
        Currency = options.Value.Currency;
        var megabytes = options.Value.PagesMegabytes * 1024L * 1024L;
        _products = new(new MemoryCacheOptions { SizeLimit = megabytes * 3 / 4 });
        _lists = new(new MemoryCacheOptions { SizeLimit = megabytes / 4 });
    }

    /// <summary>What prices are shown in unless a caller asks for another currency.</summary>
    public string Currency { get; }

    /// <summary>A published product by its address; null when there is none.</summary>
    public async Task<Document?> ProductAsync(string slug, string? currency, CancellationToken cancellationToken)
    {
        var shown = currency ?? Currency;
        if (shown == Currency || _others.ContainsKey(shown))
            return await GetAsync(
                _products,
                Key(slug, shown),
                () => _reads.ProductAsync(slug, shown, drafts: false, cancellationToken),
                cancellationToken
            );
        var document = await _reads.ProductAsync(slug, shown, drafts: false, cancellationToken);
        // Kept from the next time on, when somebody sells for it: whoever asks in made-up currencies takes no place here.
        if (document is not null && _others.Count < MaxOtherCurrencies && IsPricedIn(document, shown))
            _others.TryAdd(shown, true);
        return document;
    }

    /// <summary>A page of published products, newest first, of all categories or of one and those below it.</summary>
    public Task<Document?> ListAsync(string? category, string? currency, Guid? after, int limit, CancellationToken cancellationToken) =>
        GetAsync(
            _lists,
            $"{limit} {after:N} {currency} {category}",
            async () =>
            {
                var items = await _reads.PageAsync(category, currency ?? Currency, after, limit, cancellationToken);
                return Document.Of(items.ToPage(limit, item => item.Id.ToString("N")));
            },
            cancellationToken
        );

    /// <summary>A page of a collection's published products, in its order; null when there is no such collection.</summary>
    public Task<Document?> CollectionPageAsync(
        string collection,
        string? currency,
        (int Position, Guid Id)? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            _lists,
            $"collection {limit} {after?.Position} {after?.Id:N} {currency} {collection}",
            async () =>
            {
                var items = await _reads.CollectionPageAsync(collection, currency ?? Currency, after, limit, cancellationToken);
                var page = items?.ToPage(limit, item => $"{item.Position} {item.Item.Id:N}");
                return page is null ? null : Document.Of(new Page<ProductItem>([.. page.Items.Select(i => i.Item)], page.NextCursor));
            },
            cancellationToken
        );

    /// <summary>Categories with something on sale, by name.</summary>
    public Task<Document?> CategoriesAsync(CancellationToken cancellationToken) =>
        GetAsync(_lists, "categories", async () => Document.Of(await _reads.CategoriesAsync(cancellationToken)), cancellationToken);

    /// <summary>A category with those above and below it; null when there is none.</summary>
    public Task<Document?> CategoryAsync(string slug, CancellationToken cancellationToken) =>
        GetAsync(
            _lists,
            "category " + slug,
            async () => await _reads.CategoryAsync(slug, cancellationToken) is { } found ? Document.Of(found) : null,
            cancellationToken
        );

    /// <summary>Lets the next request ask the clock first: whoever changed something through this process sees it at once.</summary>
    public void Recheck() => Volatile.Write(ref _askedAt, 0);

    /// <inheritdoc />
    public void Dispose()
    {
        _products.Dispose();
        _lists.Dispose();
        _asking.Dispose();
    }

    private async Task<Document?> GetAsync(MemoryCache cache, string key, Func<Task<Document?>> read, CancellationToken cancellationToken)
    {
        if (Age() >= CheckEvery)
            await AskClockAsync(cancellationToken);
        if (cache.TryGetValue(key, out Document? document))
            return document;

        var seen = Volatile.Read(ref _revision);
        document = await read();
        if (document is null)
            return null;
        using (var entry = cache.CreateEntry(key))
        {
            entry.Size = document.Body.Length + EntryOverhead;
            entry.Value = document;
        }
        // A change noticed between reading and keeping may be this one's; the asker forgot it before it was kept.
        if (Volatile.Read(ref _revision) != seen)
            cache.Remove(key);
        return document;
    }

    private string Key(string slug, string currency) => currency == Currency ? slug : $"{slug} {currency}";

    // A page names all currencies that its product is sold for; quotes in its texts are escaped.
    private static bool IsPricedIn(Document document, string currency) =>
        document.Body.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"currency\":\"{currency}\"")) >= 0;

    private TimeSpan Age() => Volatile.Read(ref _askedAt) is var at and not 0 ? _clock.GetElapsedTime(at) : TimeSpan.MaxValue;

    private async Task AskClockAsync(CancellationToken cancellationToken)
    {
        if (Age() < MaxAge)
        {
            if (!_asking.Wait(0, CancellationToken.None))
                return;
        }
        else
            await _asking.WaitAsync(cancellationToken);
        try
        {
            if (Age() < CheckEvery)
                return;
            var asked = _clock.GetTimestamp();
            var changes = await _reads.ChangesSinceAsync(Volatile.Read(ref _revision), cancellationToken);
            Forget(changes);
            Volatile.Write(ref _askedAt, asked);
        }
        finally
        {
            _asking.Release();
        }
    }

    private void Forget(CatalogueChanges changes)
    {
        if (changes.Revision == _revision)
            return;
        // First the revision, then the entries: whoever keeps an entry in between finds the new revision and takes it out again.
        Volatile.Write(ref _revision, changes.Revision);
        _lists.Clear();
        if (changes.Slugs is null)
            _products.Clear();
        else
            foreach (var slug in changes.Slugs)
            {
                _products.Remove(slug);
                foreach (var currency in _others.Keys)
                    _products.Remove(Key(slug, currency));
            }
    }
}
