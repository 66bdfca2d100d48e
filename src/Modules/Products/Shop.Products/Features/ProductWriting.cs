using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Inventory.Contracts;
using Shop.Products.Contracts;
using Shop.Products.Data;
using Shop.Products.Domain;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>What creating, updating and publishing have in common.</summary>
internal static class ProductWriting
{
    /// <summary>The product with its variants; null when there is none.</summary>
    public static Task<Product?> FindAsync(this ProductsDbContext db, Guid id, CancellationToken cancellationToken) =>
        db.Products.Include("_variants").SingleOrDefaultAsync(p => p.Id == id, cancellationToken);

    /// <summary>Refuses SKUs that another product has and prices in a currency the shop doesn't ask; null when all is well.</summary>
    public static async Task<ProblemHttpResult?> RefuseAsync(
        this ProductsDbContext db,
        ProductContent content,
        Guid productId,
        string currency,
        CancellationToken cancellationToken
    )
    {
        if (content.Variants.FirstOrDefault(v => v.Price.Currency != currency) is { } foreign)
            return Problems.Unprocessable(
                "products.currency_not_sold",
                $"The shop asks prices in {currency}, not in {foreign.Price.Currency}.",
                [new("sku", foreign.Sku)]
            );
        var skus = content.Variants.Select(v => v.Sku).ToArray();
        var taken = await db
            .Variants.Where(v => skus.Contains(v.Sku) && v.ProductId != productId)
            .Select(v => v.Sku)
            .FirstOrDefaultAsync(cancellationToken);
        return taken is null ? null : Problems.Conflict("products.sku_taken", "Another product has this SKU.", [new("sku", taken)]);
    }

    /// <summary>Sends opening stock for the SKUs that the catalogue meets for the first time.</summary>
    public static async Task SendOpeningStockAsync(
        this IDbContextOutbox<ProductsDbContext> outbox,
        IReadOnlyCollection<StockLine> opening,
        CancellationToken cancellationToken
    )
    {
        var met = await Catalogue.MeetAsync(outbox.DbContext, opening.Select(l => l.Sku), cancellationToken);
        var lines = opening.Where(l => met.Contains(l.Sku)).OrderBy(l => l.Sku, StringComparer.Ordinal);
        foreach (var chunk in lines.Chunk(MaxStockLines))
            await outbox.PublishAsync(new ReceiveStock(ReceiptId(chunk), chunk, "opening stock"));
    }

    /// <summary>Tells the others, 100 products a message.</summary>
    public static async Task PublishSnapshotsAsync(this IDbContextOutbox<ProductsDbContext> outbox, IEnumerable<Product> products)
    {
        foreach (var chunk in products.Chunk(MaxSnapshots))
            await outbox.PublishAsync(new ProductsPublished([.. chunk.Select(p => p.ToSnapshot())]));
    }

    /// <summary>The product as committed, for the answer.</summary>
    public static async Task<DocumentResult<ProductDetail>> AnswerAsync(
        this ProductPages pages,
        ProductReads reads,
        Product product,
        CancellationToken cancellationToken
    )
    {
        pages.Recheck();
        var document = await reads.ProductAsync(product.Slug, drafts: true, cancellationToken);
        return new DocumentResult<ProductDetail>(document!);
    }

    private const int MaxSnapshots = 100;
    private const int MaxStockLines = 1_000;

    // A SKU is met once, so its receipt has the same id whenever it's sent.
    private static Guid ReceiptId(StockLine[] lines) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines.Select(l => l.Sku)))).AsSpan(0, 16));
}
