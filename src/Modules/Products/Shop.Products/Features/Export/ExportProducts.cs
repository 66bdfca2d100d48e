using System.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Products.Data;
using Shop.Products.Domain;

namespace Shop.Products.Features.Export;

/// <summary>A product with what the export says of it beside.</summary>
internal sealed record ExportedProduct(Product Product, string? CategoryName, IReadOnlyList<string> Collections);

/// <summary>
/// GET /api/v1/products/export: products as the import reads them, streamed some hundred at a time in the order of their addresses. What
/// changes meanwhile is in it or not; each product is whole.
/// </summary>
internal static class ExportProductsEndpoint
{
    private const int BatchProducts = 250;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/export", HandleAsync)
            .WithName("Products.ExportProducts")
            .WithSummary("All products, or those asked for, as Shopify's CSV or a JSON document a line; an import of it changes nothing.")
            .WithMetadata(new DisableRequestTimeoutAttribute())
            .Produces(200, contentType: "text/csv")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> HandleAsync(
        ProductsDbContext db,
        CancellationToken cancellationToken,
        string format = "csv",
        string? status = null,
        string? category = null,
        string? vendor = null,
        string? q = null
    )
    {
        if (format is not ("csv" or "ndjson"))
            return Problems.Problem(400, "products.export_unknown_format", "Say ?format=csv or ?format=ndjson.");
        if (!ProductFilter.IsStatus(status) || status == "deleted")
            return Problems.Problem(400, "products.unknown_status", "A status is draft, scheduled or published.");
        var products = ReadAsync(db, new ProductFilter(status, category, vendor, q), cancellationToken);
        if (format == "ndjson")
            return TypedResults.Stream(
                body => NdjsonExport.WriteAsync(body, products, cancellationToken),
                "application/x-ndjson",
                "products.ndjson"
            );
        var attributes = await db.Attributes.AsNoTracking().OrderBy(a => a.Position).ThenBy(a => a.Code).ToListAsync(cancellationToken);
        var currencies = await db
            .Database.SqlQuery<string>($"select distinct jsonb_object_keys(other_prices) as value from products.variants")
            .ToListAsync(cancellationToken);
        var csv = new CsvExport(attributes, [.. currencies.Order(StringComparer.Ordinal)]);
        return TypedResults.Stream(body => csv.WriteAsync(body, products, cancellationToken), "text/csv; charset=utf-8", "products.csv");
    }

    private static async IAsyncEnumerable<ExportedProduct> ReadAsync(
        ProductsDbContext db,
        ProductFilter filter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var after = "";
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
            foreach (var product in batch)
                yield return new(
                    product,
                    product.Category is { } category ? names.GetValueOrDefault(category) : null,
                    [.. collections[product.Id]]
                );
            if (batch.Count < BatchProducts)
                yield break;
            after = batch[^1].Slug;
        }
    }
}
