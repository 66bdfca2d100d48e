using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks.Messaging;
using Shop.Inventory.Contracts;
using Shop.Products.Contracts;
using Shop.Products.Data;
using Shop.Products.Domain;

namespace Shop.Products.Features.Import;

/// <summary>Writes a batch of products with all that follows from them (messages, opening stock) in one transaction, or nothing.</summary>
internal sealed class ImportBatch(ImportColumns columns, ImportReport report, TimeProvider clock)
{
    private sealed record Outcome(List<Product> Created, List<Product> Updated, List<Product> Hidden, List<ImportedProduct> Written);

    /// <summary>Compares with what is there, writes what differs. The same batch again writes and sends nothing.</summary>
    public async Task WriteAsync(
        IDbContextOutbox<ProductsDbContext> outbox,
        IReadOnlyList<ImportedProduct> products,
        CancellationToken cancellationToken
    )
    {
        var db = outbox.DbContext;
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        var known = await LoadAsync(db, products, cancellationToken);
        var accepted = await RefuseTakenSkusAsync(db, products, known, cancellationToken);
        var outcome = Compare(accepted, known);
        report.Unchanged += accepted.Count - outcome.Written.Count;
        if (outcome.Written.Count == 0)
            return;

        var revision = await Catalogue.TickAsync(db, cancellationToken);
        foreach (var product in outcome.Created.Concat(outcome.Updated))
            product.Revision = revision;
        foreach (var name in outcome.Written.Select(p => p.CategoryName).Distinct())
            await Catalogue.CategoryAsync(db, name, cancellationToken);
        db.Products.AddRange(outcome.Created);
        await SendAsync(outbox, outcome, cancellationToken);
        await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        report.Created += outcome.Created.Count;
        report.Updated += outcome.Updated.Count;
    }

    private static async Task<Dictionary<string, Product>> LoadAsync(
        ProductsDbContext db,
        IReadOnlyList<ImportedProduct> products,
        CancellationToken cancellationToken
    )
    {
        var slugs = products.Select(p => p.Slug).ToArray();
        return await db
            .Products.Include("_variants")
            .AsSplitQuery()
            .Where(p => slugs.Contains(p.Slug))
            .ToDictionaryAsync(p => p.Slug, cancellationToken);
    }

    // A SKU belongs to one product: the one that has it, or else the first of the file.
    private async Task<List<ImportedProduct>> RefuseTakenSkusAsync(
        ProductsDbContext db,
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
                await report.RefuseAsync(taken.Line, columns.NameOf(Column.Sku), "sku_taken", taken.Content.Sku);
            }
            if (product.Variants.Count > 0)
                accepted.Add(product);
            else
                foreach (var line in product.Lines)
                    await report.RefuseAsync(line, columns.NameOf(Column.Handle), "product_refused", product.Slug);
        }
        return accepted;
    }

    private Outcome Compare(List<ImportedProduct> imported, Dictionary<string, Product> known)
    {
        var now = clock.GetUtcNow();
        var outcome = new Outcome([], [], [], []);
        var decidesStatus = columns.Has(Column.Status) || columns.Has(Column.Published);
        foreach (var source in imported)
        {
            if (!known.TryGetValue(source.Slug, out var product))
            {
                product = Product.Create(Guid.CreateVersion7(now), source.Slug, source.ToContent(null, columns), now);
                if (source.Published)
                    product.Publish(now);
                outcome.Created.Add(product);
                outcome.Written.Add(source);
                continue;
            }
            var changed = product.Change(source.ToContent(product.Content(), columns), now);
            if (decidesStatus)
            {
                var hidden = !source.Published && product.Unpublish(now);
                changed |= hidden || (source.Published && product.Publish(now));
                if (hidden)
                    outcome.Hidden.Add(product);
            }
            if (!changed)
                continue;
            outcome.Updated.Add(product);
            outcome.Written.Add(source);
        }
        return outcome;
    }

    private static async Task SendAsync(IDbContextOutbox<ProductsDbContext> outbox, Outcome outcome, CancellationToken cancellationToken)
    {
        var opening = outcome.Written.SelectMany(p => p.Variants).Select(v => new StockLine(v.Content.Sku, v.Opening)).ToArray();
        await outbox.SendOpeningStockAsync(opening, cancellationToken);
        await outbox.PublishSnapshotsAsync([.. outcome.Created.Concat(outcome.Updated).Where(p => p.Status == ProductStatus.Published)], cancellationToken);
        foreach (var product in outcome.Hidden)
            await outbox.PublishAsync(new ProductUnpublished(product.Id, product.Version));
    }
}
