using System.Security.Claims;
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

    /// <summary>
    /// Refuses SKUs that another product has, prices in a currency the shop doesn't ask, and attributes nobody defined; else the content
    /// with its attributes' values as they are kept.
    /// </summary>
    public static async Task<(ProductContent Content, ProblemHttpResult? Refused)> CheckAsync(
        this ProductsDbContext db,
        ProductContent content,
        Guid productId,
        string currency,
        CancellationToken cancellationToken
    )
    {
        if (content.Variants.FirstOrDefault(v => v.Price.Currency != currency) is { } foreign)
        {
            var refusal = Problems.Unprocessable(
                "products.currency_not_sold",
                $"The shop asks prices in {currency}, not in {foreign.Price.Currency}; other currencies go beside it.",
                [new("sku", foreign.Sku)]
            );
            return (content, refusal);
        }
        var (attributes, refused) = await db.ReadAttributesAsync(content.Attributes, cancellationToken);
        if (refused is not null)
            return (content, refused);
        var skus = content.Variants.Select(v => v.Sku).ToArray();
        var taken = await db
            .Variants.Where(v => skus.Contains(v.Sku) && v.ProductId != productId)
            .Select(v => v.Sku)
            .FirstOrDefaultAsync(cancellationToken);
        return (
            content with
            {
                Attributes = attributes,
            },
            taken is null ? null : Problems.Conflict("products.sku_taken", "Another product has this SKU.", [new("sku", taken)])
        );
    }

    /// <summary>Values as they are kept; or why one can't be.</summary>
    public static async Task<(IReadOnlyDictionary<string, string> Values, ProblemHttpResult? Refused)> ReadAttributesAsync(
        this ProductsDbContext db,
        IReadOnlyDictionary<string, string> said,
        CancellationToken cancellationToken
    )
    {
        var values = new Dictionary<string, string>(said.Count);
        var codes = said.Keys.ToArray();
        var known =
            codes.Length == 0
                ? []
                : await db.Attributes.AsNoTracking().Where(a => codes.Contains(a.Code)).ToDictionaryAsync(a => a.Code, cancellationToken);
        foreach (var (code, text) in said)
        {
            if (!known.TryGetValue(code, out var attribute))
                return (values, Refuse("products.unknown_attribute", "There is no such attribute.", code));
            if (!attribute.TryRead(text, out var value))
                return (values, Refuse("products.invalid_attribute_value", $"That is no value of {attribute.Label}.", code));
            values[code] = value;
        }
        return (values, null);

        static ProblemHttpResult Refuse(string problem, string detail, string code) =>
            Problems.Unprocessable(problem, detail, [new("attribute", code)]);
    }

    /// <summary>Refuses a change that was made to another state than the one that is; null when it may go on.</summary>
    /// <param name="ifMatch">The ETag the thing was read with; null when the caller sent none.</param>
    /// <param name="version">Its version now.</param>
    /// <param name="required">False where a change makes sense whatever the state.</param>
    public static ProblemHttpResult? Unmatched(string? ifMatch, long version, bool required = true)
    {
        if (string.IsNullOrEmpty(ifMatch))
            return required ? Problems.Problem(428, "products.if_match_required", "Send the ETag it was read with as If-Match.") : null;
        return Document.VersionIn(ifMatch) == version
            ? null
            : Problems.Problem(412, "products.version_mismatch", "Somebody changed it meanwhile; read it again.");
    }

    /// <summary>Notes who changed what, in the transaction of the change.</summary>
    public static void Note(this ProductsDbContext db, ClaimsPrincipal? actor, string action, string subject) =>
        db.Changes.Add(
            new()
            {
                Id = Guid.CreateVersion7(),
                Actor = actor?.UserId(),
                Action = action,
                Subject = subject,
            }
        );

    /// <summary>Takes an address for a product: a former one of another product leads there no longer. Refused when a product has it.</summary>
    public static async Task<ProblemHttpResult?> TakeSlugAsync(this ProductsDbContext db, string slug, CancellationToken cancellationToken)
    {
        if (await db.Products.AnyAsync(p => p.Slug == slug, cancellationToken))
            return Problems.Conflict("products.slug_taken", "Another product has this address.", [new("slug", slug)]);
        await db.SlugRedirects.Where(r => r.Slug == slug).ExecuteDeleteAsync(cancellationToken);
        return null;
    }

    /// <summary>Sends opening stock for the SKUs that the catalogue meets for the first time.</summary>
    public static async Task SendOpeningStockAsync(
        this IDbContextOutbox<ProductsDbContext> outbox,
        IReadOnlyCollection<StockLine> opening,
        CancellationToken cancellationToken
    )
    {
        var met = await Catalogue.MeetAsync(outbox.DbContext, opening.Select(l => l.Sku), cancellationToken);
        await outbox.SendOpeningStockAsync(opening.Where(l => met.Contains(l.Sku)));
    }

    /// <summary>Sends opening stock of SKUs that were just met, 1,000 a message.</summary>
    public static async Task SendOpeningStockAsync(this IDbContextOutbox<ProductsDbContext> outbox, IEnumerable<StockLine> met)
    {
        foreach (var chunk in met.OrderBy(l => l.Sku, StringComparer.Ordinal).Chunk(MaxStockLines))
            await outbox.PublishAsync(new ReceiveStock(ReceiptId(chunk), chunk, "opening stock"));
    }

    /// <summary>Tells the others, 100 products a message.</summary>
    public static async Task PublishSnapshotsAsync(
        this IDbContextOutbox<ProductsDbContext> outbox,
        IReadOnlyCollection<Product> products,
        CancellationToken cancellationToken
    )
    {
        if (products.Count == 0)
            return;
        var shelving = await Catalogue.ShelvingAsync(outbox.DbContext, products, cancellationToken);
        foreach (var chunk in products.Chunk(MaxSnapshots))
            await outbox.PublishAsync(new ProductsPublished([.. chunk.Select(p => p.ToSnapshot(shelving))]));
    }

    /// <summary>Tells the others of a product that staff changed: as it is shown, or, where that is new, that it isn't any more.</summary>
    public static async Task AnnounceAsync(
        this IDbContextOutbox<ProductsDbContext> outbox,
        Product product,
        bool wasShown,
        CancellationToken cancellationToken
    )
    {
        if (product.Status == ProductStatus.Published)
            await outbox.PublishSnapshotsAsync([product], cancellationToken);
        else if (wasShown)
            await outbox.PublishAsync(new ProductUnpublished(product.Id, product.Version));
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
        var document = await reads.ProductAsync(product.Slug, pages.Currency, drafts: true, cancellationToken);
        return new DocumentResult<ProductDetail>(document!);
    }

    private const int MaxSnapshots = 100;
    private const int MaxStockLines = 1_000;

    // A SKU is met once, so its receipt has the same id whenever it's sent.
    private static Guid ReceiptId(StockLine[] lines) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines.Select(l => l.Sku)))).AsSpan(0, 16));
}
