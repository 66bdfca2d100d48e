using Microsoft.EntityFrameworkCore;
using Shop.Products.Data;
using Shop.Products.Domain;

namespace Shop.Products.Features.Import;

/// <summary>
/// Writes a batch of products, all that follows from them (messages to come, opening stock), and how far the import is, in one transaction
/// or not at all.
/// </summary>
internal sealed class ImportBatch(ProductsDbContext db, ImportReport report, DateTimeOffset now)
{
    private readonly List<Product> _created = [];
    private readonly List<Product> _updated = [];
    private readonly List<Product> _told = [];

    /// <summary>Compares with what is there and writes what differs. The same batch again writes nothing but how far the import is.</summary>
    /// <param name="products">The batch.</param>
    /// <param name="import">Gets the new counts; to be forgotten when this fails.</param>
    /// <param name="owner">Who has the import in hand.</param>
    /// <param name="cancellationToken">Undoes the batch.</param>
    /// <returns>True when staff want the import to end here.</returns>
    public async Task<bool> WriteAsync(
        IReadOnlyList<ImportedProduct> products,
        Data.Import import,
        Guid owner,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        var writer = new ImportWriter(db);
        if (products.Count > 0)
            await WriteProductsAsync(writer, products, import, cancellationToken);
        import.Refused += report.Pending.Count;
        var cancel = await writer.SaveProgressAsync(import, owner, report.Pending, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return cancel;
    }

    private async Task WriteProductsAsync(
        ImportWriter writer,
        IReadOnlyList<ImportedProduct> products,
        Data.Import import,
        CancellationToken cancellationToken
    )
    {
        var shelves = new ImportShelves(db);
        await shelves.NameCategoriesAsync(products, cancellationToken);
        var known = await LoadAsync(products, cancellationToken);
        var accepted = await RefuseTakenSkusAsync(products, known, cancellationToken);
        Compare(accepted, known);
        var members = accepted.Where(p => p.Said.Has(Column.Collections)).ToList();
        var moved = await shelves.FindMovedAsync(members, known, cancellationToken);
        var changed = _created.Count + _updated.Count;
        var onlyMoved = moved.Except(_created.Concat(_updated).Select(p => p.Slug)).Count();
        import.Created += _created.Count;
        import.Updated += _updated.Count + onlyMoved;
        import.Unchanged += accepted.Count - changed - onlyMoved;
        if (changed == 0 && moved.Count == 0)
            return;

        var revision = await Catalogue.TickAsync(db, cancellationToken);
        foreach (var product in _created.Concat(_updated))
            product.Revision = revision;
        var openings = accepted.SelectMany(p => p.Variants).GroupBy(v => v.Content.Sku).ToDictionary(g => g.Key, g => g.First().Opening);
        if (changed > 0)
            await writer.WriteAsync(_created, _updated, openings, _told, cancellationToken);
        if (moved.Count > 0)
            await shelves.PlaceInCollectionsAsync([.. members.Where(m => moved.Contains(m.Slug))], cancellationToken);
    }

    private async Task<Dictionary<string, Product>> LoadAsync(IReadOnlyList<ImportedProduct> products, CancellationToken cancellationToken)
    {
        var slugs = products.Select(p => p.Slug).ToArray();
        if (!await db.Products.AnyAsync(p => slugs.Contains(p.Slug), cancellationToken))
            return [];
        return await db
            .Products.AsNoTracking()
            .Include("_variants")
            .AsSplitQuery()
            .Where(p => slugs.Contains(p.Slug))
            .ToDictionaryAsync(p => p.Slug, cancellationToken);
    }

    // A SKU belongs to one product: the one that has it, or else the first of the file.
    private async Task<List<ImportedProduct>> RefuseTakenSkusAsync(
        IReadOnlyList<ImportedProduct> products,
        Dictionary<string, Product> known,
        CancellationToken cancellationToken
    )
    {
        var skus = products.SelectMany(p => p.Variants).Select(v => v.Content.Sku).Distinct().ToArray();
        var owners = await db
            .Variants.Where(v => skus.Contains(v.Sku))
            .Join(db.Products, v => v.ProductId, p => p.Id, (v, p) => new { v.Sku, p.Slug })
            .ToDictionaryAsync(v => v.Sku, v => v.Slug, cancellationToken);
        var accepted = new List<ImportedProduct>(products.Count);
        foreach (var product in products)
        {
            foreach (
                var taken in product
                    .Variants.Where(v => !owners.TryAdd(v.Content.Sku, product.Slug) && owners[v.Content.Sku] != product.Slug)
                    .ToArray()
            )
            {
                product.Variants.Remove(taken);
                product.Lines.Remove(taken.Line);
                report.RefuseInBatch(taken.Line, report.SkuColumn, "sku_taken", taken.Content.Sku);
            }
            if (product.Variants.Count > 0)
                accepted.Add(product);
            else
                foreach (var line in product.Lines)
                    report.RefuseInBatch(line, report.HandleColumn, "product_refused", product.Slug);
        }
        return accepted;
    }

    private void Compare(List<ImportedProduct> imported, Dictionary<string, Product> known)
    {
        foreach (var source in imported)
        {
            if (!known.TryGetValue(source.Slug, out var product))
            {
                product = Product.Create(Guid.CreateVersion7(now), source.Slug, source.ToContent(null), now);
                product.Show(source.Published, dated: true, source.PublishedAt, now);
                _created.Add(product);
                if (product.Status == ProductStatus.Published)
                    _told.Add(product);
                continue;
            }
            var wasShown = product.Status == ProductStatus.Published;
            var changed = product.Change(source.ToContent(product.Content()), now);
            bool? shown = source.Said.Has(Column.Status) || source.Said.Has(Column.Published) ? source.Published : null;
            var dated = source.Said.Has(Column.PublishedAt);
            if (shown is not null || dated)
                changed |= product.Show(shown, dated, source.PublishedAt, now);
            if (!changed)
                continue;
            _updated.Add(product);
            if (wasShown || product.Status == ProductStatus.Published)
                _told.Add(product);
        }
    }
}
