using System.Data;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Shop.Products.Data;
using Shop.Products.Domain;

namespace Shop.Products.Features.Export;

/// <summary>A product with what the export says of it beside.</summary>
internal sealed record ExportedProduct(Product Product, string? CategoryName, IReadOnlyList<string> Collections);

/// <summary>How products are written down.</summary>
internal interface IExportFormat
{
    /// <summary>What comes before all products.</summary>
    byte[] Header();

    /// <summary>Products, one after the other.</summary>
    byte[] Write(IReadOnlyList<ExportedProduct> products);
}

/// <summary>What all exports have in common.</summary>
internal static class Exports
{
    private const int BatchProducts = 250;

    /// <summary>The format, with a column for each attribute and each currency of the catalogue where it has columns.</summary>
    public static async Task<IExportFormat> FormatAsync(ProductsDbContext db, bool isCsv, CancellationToken cancellationToken)
    {
        if (!isCsv)
            return new NdjsonExport();
        var attributes = await db.Attributes.AsNoTracking().OrderBy(a => a.Position).ThenBy(a => a.Code).ToListAsync(cancellationToken);
        var currencies = await db
            .Database.SqlQuery<string>($"select distinct jsonb_object_keys(other_prices) as value from products.variants")
            .ToListAsync(cancellationToken);
        return new CsvExport(attributes, [.. currencies.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Products in the order of their addresses, some hundred at a time.</summary>
    /// <param name="db">Where they are.</param>
    /// <param name="filter">Which.</param>
    /// <param name="after">Those whose address follows this one.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    public static async IAsyncEnumerable<IReadOnlyList<ExportedProduct>> ReadAsync(
        ProductsDbContext db,
        ProductFilter filter,
        string after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        while (true)
        {
            // A product and its variants are of one moment.
            await using var moment = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            var batch = await filter
                .Of(db.Products.AsNoTracking())
                .Include("_variants")
                .Where(p => string.Compare(p.Slug, after) > 0)
                .OrderBy(p => p.Slug)
                .Take(BatchProducts)
                .AsSplitQuery()
                .ToListAsync(cancellationToken);
            if (batch.Count == 0)
                yield break;
            var ids = batch.ConvertAll(p => p.Id);
            var entries = await db
                .CollectionEntries.AsNoTracking()
                .Where(e => ids.Contains(e.ProductId))
                .OrderBy(e => e.Collection)
                .ToListAsync(cancellationToken);
            var collections = entries.ToLookup(e => e.ProductId, e => e.Collection);
            var shelves = batch.Select(p => p.Category).OfType<string>().Distinct().ToArray();
            var names = await db
                .Categories.AsNoTracking()
                .Where(c => shelves.Contains(c.Slug))
                .ToDictionaryAsync(c => c.Slug, c => c.Name, cancellationToken);
            await moment.CommitAsync(cancellationToken);
            yield return batch.ConvertAll(product => new ExportedProduct(
                product,
                product.Category is { } category ? names.GetValueOrDefault(category) : null,
                [.. collections[product.Id]]
            ));
            if (batch.Count < BatchProducts)
                yield break;
            after = batch[^1].Slug;
        }
    }
}
