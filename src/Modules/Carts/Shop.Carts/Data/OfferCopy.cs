using Microsoft.EntityFrameworkCore;
using Shop.Products.Contracts;

namespace Shop.Carts.Data;

/// <summary>
/// Keeps the offers in step with Products. SQL, because a hundred products come at a time: one statement each for versions, old and new
/// offers. A product's version row is written first and thereby locked, so that of two snapshots the newer one stays, in whatever order
/// they come.
/// </summary>
internal static class OfferCopy
{
    /// <summary>Takes over the snapshots that are newer than what is known.</summary>
    public static async Task PublishAsync(
        this CartsDbContext db,
        IReadOnlyList<ProductSnapshot> products,
        CancellationToken cancellationToken
    )
    {
        var newest = products.GroupBy(p => p.ProductId).Select(p => p.MaxBy(s => s.Version)!).ToArray();
        var newer = await db.RaiseAsync([.. newest.Select(p => p.ProductId)], [.. newest.Select(p => p.Version)], cancellationToken);
        var offers = newest
            .Where(p => newer.Contains(p.ProductId))
            .SelectMany(p => p.Variants.Select(v => (Product: p, Variant: v)))
            .DistinctBy(o => o.Variant.Sku)
            .OrderBy(o => o.Variant.Sku, StringComparer.Ordinal)
            .ToArray();
        string[] skus = [.. offers.Select(o => o.Variant.Sku)];
        Guid[] owners = [.. offers.Select(o => o.Product.ProductId)];
        string[] titles = [.. offers.Select(o => Title(o.Product, o.Variant))];
        long[] prices = [.. offers.Select(o => o.Variant.Price.Minor)];
        string[] currencies = [.. offers.Select(o => o.Variant.Price.Currency)];
        long[] versions = [.. offers.Select(o => o.Product.Version)];
        string?[] taxes = [.. offers.Select(o => o.Product.TaxCategory)];
        // A slug has no blank, and an array of arrays must not be ragged.
        string[] categories = [.. offers.Select(o => string.Join(' ', Categories(o.Product)))];
        int?[] weights = [.. offers.Select(o => o.Variant.WeightGrams)];
        await db.WithdrawAsync(newer, skus, cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into carts.offers (
              sku, product_id, title, price_minor, currency, version, tax_category, categories, weight_grams)
            select sku, product_id, title, price, currency, version, tax, array_remove(string_to_array(categories, ' '), ''), weight
            from unnest({skus}, {owners}, {titles}, {prices}, {currencies}, {versions}, {taxes}, {categories}, {weights})
              as o (sku, product_id, title, price, currency, version, tax, categories, weight)
            on conflict (sku) do update set
              product_id = excluded.product_id, title = excluded.title, price_minor = excluded.price_minor,
              currency = excluded.currency, version = excluded.version, tax_category = excluded.tax_category,
              categories = excluded.categories, weight_grams = excluded.weight_grams
            """,
            cancellationToken
        );
    }

    /// <summary>Takes a product's offers away, unless something newer is known.</summary>
    public static async Task UnpublishAsync(this CartsDbContext db, Guid productId, long version, CancellationToken cancellationToken) =>
        await db.WithdrawAsync(await db.RaiseAsync([productId], [version], cancellationToken), [], cancellationToken);

    private static async Task<Guid[]> RaiseAsync(
        this CartsDbContext db,
        Guid[] products,
        long[] versions,
        CancellationToken cancellationToken
    )
    {
        var newer = await db
            .Database.SqlQuery<Guid>(
                $"""
                insert into carts.product_versions as p (product_id, version)
                select * from unnest({products}, {versions}) as s (product_id, version) order by product_id
                on conflict (product_id) do update set version = excluded.version where p.version < excluded.version
                returning p.product_id as "Value"
                """
            )
            .ToListAsync(cancellationToken);
        return [.. newer];
    }

    private static Task WithdrawAsync(this CartsDbContext db, Guid[] products, string[] keep, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"delete from carts.offers where product_id = any({products}) and not sku = any({keep})",
            cancellationToken
        );

    private static string Title(ProductSnapshot product, VariantSnapshot variant) =>
        variant.Title.Length == 0 ? product.Title : $"{product.Title} · {variant.Title}";

    private static IEnumerable<string> Categories(ProductSnapshot product) =>
        product.CategoryPath?.Select(c => c.Slug) ?? (product.Category is { Length: > 0 } category ? [category] : []);
}
