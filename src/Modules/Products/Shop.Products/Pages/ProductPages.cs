using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.BuildingBlocks;

namespace Shop.Products.Pages;

/// <summary>
/// Finished responses of the catalogue, kept in this process. Whoever changes a product and in whichever process, what is answered was true
/// within the last <see cref="MaxAge"/>; what changed through this process is seen by the next request. The catalogue's clock is asked and
/// outdated responses are renewed behind the requests, which wait only when that takes longer than this. When the database can't be asked,
/// requests fail as they would without it (docs/adr/0010).
/// </summary>
public sealed class ProductPages : IDisposable
{
    /// <summary>How often the clock is asked while requests come in; nobody asks when nobody reads.</summary>
    public static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Up to this age answers come from memory while the clock is asked or the response is read anew; then requests wait for it.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private const int EntryOverhead = 300;
    private const int MostRenewals = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const int MaxOtherCurrencies = 40;

    private readonly ProductReads _reads;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _asking = new(1);
    private readonly SemaphoreSlim _renewing = new(MostRenewals);

    // Other currencies that product pages are kept in, so that a change finds them all.
    private readonly ConcurrentDictionary<string, bool> _others = [];
    private readonly Shelf _products;
    private readonly Shelf _lists;
    private long _askedAt;
    private long _changedHereAt;
    private long _revision = -1;

    /// <summary>Empty at first.</summary>
    public ProductPages(ProductReads reads, TimeProvider clock, IOptions<ProductsOptions> options)
    {
        (_reads, _clock) = (reads, clock);
        Currency = options.Value.Currency;
        var megabytes = options.Value.PagesMegabytes * 1024L * 1024L;
        _products = new(megabytes * 3 / 4);
        _lists = new(megabytes / 4);
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
                token => _reads.ProductAsync(slug, shown, drafts: false, token),
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
            async token =>
            {
                var items = await _reads.PageAsync(category, currency ?? Currency, after, limit, token);
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
            async token =>
            {
                var items = await _reads.CollectionPageAsync(collection, currency ?? Currency, after, limit, token);
                var page = items?.ToPage(limit, item => $"{item.Position} {item.Item.Id:N}");
                return page is null ? null : Document.Of(new Page<ProductItem>([.. page.Items.Select(i => i.Item)], page.NextCursor));
            },
            cancellationToken
        );

    /// <summary>Categories with something on sale, by name.</summary>
    public Task<Document?> CategoriesAsync(CancellationToken cancellationToken) =>
        GetAsync(_lists, "categories", async token => Document.Of(await _reads.CategoriesAsync(token)), cancellationToken);

    /// <summary>A category with those above and below it; null when there is none.</summary>
    public Task<Document?> CategoryAsync(string slug, CancellationToken cancellationToken) =>
        GetAsync(
            _lists,
            "category " + slug,
            async token => await _reads.CategoryAsync(slug, token) is { } found ? Document.Of(found) : null,
            cancellationToken
        );

    /// <summary>Lets the next request ask the clock first: whoever changed something through this process sees it at once.</summary>
    public void Recheck()
    {
        var now = _clock.GetTimestamp();
        // Never back: of two who changed something the later counts.
        for (var seen = Volatile.Read(ref _changedHereAt); seen < now; )
        {
            var found = Interlocked.CompareExchange(ref _changedHereAt, now, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _products.Dispose();
        _lists.Dispose();
        _asking.Dispose();
        _renewing.Dispose();
    }

    private async Task<Document?> GetAsync(
        Shelf shelf,
        string key,
        Func<CancellationToken, Task<Document?>> read,
        CancellationToken cancellationToken
    )
    {
        var age = Age(Volatile.Read(ref _askedAt));
        if (age >= MaxAge)
            await AskClockAsync(cancellationToken);
        else if (age >= CheckEvery && _asking.Wait(0, CancellationToken.None))
            _ = BehindAsync(AskAndReleaseAsync);

        if (shelf.Find(key) is not { } kept)
            return await ReadAsync(shelf, key, read, cancellationToken);
        if (shelf.IsCurrent(kept))
            return kept.Document;
        if (Age(shelf.TrueAt(kept)) >= MaxAge)
            return await ReadAsync(shelf, key, read, cancellationToken);
        if (!kept.IsRenewed && _renewing.Wait(0, CancellationToken.None))
            Renew(shelf, key, kept, read);
        return kept.Document;
    }

    // Holds one of the few turns.
    private void Renew(Shelf shelf, string key, Kept kept, Func<CancellationToken, Task<Document?>> read) =>
        _ = BehindAsync(async token =>
        {
            try
            {
                if (kept.TryRenew())
                    await ReadAsync(shelf, key, read, token);
            }
            finally
            {
                _renewing.Release();
            }
        });

    private async Task<Document?> ReadAsync(
        Shelf shelf,
        string key,
        Func<CancellationToken, Task<Document?>> read,
        CancellationToken cancellationToken
    )
    {
        var (seen, readAt) = (Volatile.Read(ref _revision), _clock.GetTimestamp());
        if (await read(cancellationToken) is not { } document)
        {
            shelf.Remove(key);
            return null;
        }
        var kept = new Kept(document, seen, readAt);
        shelf.Add(key, kept);
        // A change noticed between reading and keeping may be this one's; the asker may have looked for it before it was kept.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _revision) == seen)
            kept.Settle();
        return document;
    }

    // Nobody waits for it and nobody is told when it fails: whoever comes after MaxAge does the same, and is.
    private static async Task BehindAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            await Task.Run(() => work(patience.Token), CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException or ObjectDisposedException) { }
    }

    private string Key(string slug, string currency) => currency == Currency ? slug : $"{slug} {currency}";

    // A page names all currencies that its product is sold for; quotes in its texts are escaped.
    private static bool IsPricedIn(Document document, string currency) =>
        document.Body.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"currency\":\"{currency}\"")) >= 0;

    // Of what was true then; what was read before a change of this process is too old, however young.
    private TimeSpan Age(long timestamp) =>
        timestamp <= Volatile.Read(ref _changedHereAt) ? TimeSpan.MaxValue : _clock.GetElapsedTime(timestamp);

    private async Task AskClockAsync(CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        await AskAndReleaseAsync(cancellationToken);
    }

    private async Task AskAndReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Age(Volatile.Read(ref _askedAt)) < CheckEvery)
                return;
            var asked = _clock.GetTimestamp();
            Forget(await _reads.ChangesSinceAsync(Volatile.Read(ref _revision), cancellationToken));
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
        // First the revision, then the entries, and not the other way round for any processor: whoever keeps an entry in between finds the
        // new revision and doesn't take it for current. What was current until now was true when the clock was asked last.
        Interlocked.Exchange(ref _revision, changes.Revision);
        var trueAt = Volatile.Read(ref _askedAt);
        _lists.OutdateAll(changes.Revision, trueAt);
        if (changes.Slugs is null)
            _products.OutdateAll(changes.Revision, trueAt);
        else
            foreach (var slug in changes.Slugs)
            {
                _products.Outdate(slug, trueAt);
                foreach (var currency in _others.Keys)
                    _products.Outdate(Key(slug, currency), trueAt);
            }
    }

    /// <summary>A response and what it was read from.</summary>
    /// <param name="document">The response.</param>
    /// <param name="seen">The revision that was known before it was read: it shows this one or a later one.</param>
    /// <param name="readAt">Timestamp from before it was read.</param>
    private sealed class Kept(Document document, long seen, long readAt)
    {
        private const int Pending = 0;
        private const int Current = 1;
        private const int Outdated = 2;
        private int _state = Pending;
        private int _renewed;
        private long _trueAt = readAt;

        public Document Document => document;

        public long Seen => seen;

        public bool IsCurrent => Volatile.Read(ref _state) == Current;

        /// <summary>Timestamp of a moment at which it was true.</summary>
        public long TrueAt => Volatile.Read(ref _trueAt);

        public void Settle() => Interlocked.CompareExchange(ref _state, Current, Pending);

        public void Outdate(long trueAt)
        {
            if (trueAt > TrueAt)
                Volatile.Write(ref _trueAt, trueAt);
            Interlocked.Exchange(ref _state, Outdated);
        }

        /// <summary>Somebody reads it anew, or has.</summary>
        public bool IsRenewed => Volatile.Read(ref _renewed) == 1;

        /// <summary>True for one of those who find it outdated.</summary>
        public bool TryRenew() => Interlocked.Exchange(ref _renewed, 1) == 0;
    }

    /// <summary>What is outdated of a whole shelf.</summary>
    /// <param name="Before">What was read from an earlier revision is.</param>
    /// <param name="CurrentFrom">What was read from this one on was current until then,</param>
    /// <param name="TrueAt">and true at this timestamp.</param>
    private sealed record Cut(long Before, long CurrentFrom, long TrueAt);

    private sealed class Shelf(long maxBytes) : IDisposable
    {
        private readonly MemoryCache _entries = new(new MemoryCacheOptions { SizeLimit = maxBytes });
        private volatile Cut _cut = new(0, 0, 0);

        public Kept? Find(string key) => _entries.Get<Kept>(key);

        public bool IsCurrent(Kept kept) => kept.IsCurrent && kept.Seen >= _cut.Before;

        /// <summary>Timestamp of the last moment at which this entry, current no more, is known to have been true.</summary>
        public long TrueAt(Kept kept)
        {
            var cut = _cut;
            return kept.IsCurrent && kept.Seen >= cut.CurrentFrom ? Math.Max(kept.TrueAt, cut.TrueAt) : kept.TrueAt;
        }

        public void Add(string key, Kept kept) =>
            _entries.Set(key, kept, new MemoryCacheEntryOptions { Size = kept.Document.Body.Length + EntryOverhead });

        public void Remove(string key) => _entries.Remove(key);

        public void Outdate(string key, long trueAt)
        {
            if (Find(key) is { } kept)
                kept.Outdate(IsCurrent(kept) ? trueAt : 0);
        }

        public void OutdateAll(long revision, long trueAt) => _cut = new(revision, _cut.Before, trueAt);

        public void Dispose() => _entries.Dispose();
    }
}
