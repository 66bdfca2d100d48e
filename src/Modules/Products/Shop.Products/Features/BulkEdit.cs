using System.Security.Claims;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.BuildingBlocks.Messaging;
using Shop.Products.Contracts;
using Shop.Products.Data;
using Shop.Products.Domain;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>One change of many products.</summary>
/// <param name="Ids">The products; or left out for those that the filter finds.</param>
/// <param name="Filter">Which products; used when there are no ids.</param>
/// <param name="Changes">What to change; what is left out stays.</param>
public sealed record BulkEdit(IReadOnlyList<Guid>? Ids, BulkFilter? Filter, BulkChanges Changes);

/// <summary>Products by what they are.</summary>
/// <param name="Status">draft, scheduled, published or deleted; all but deleted ones when left out.</param>
/// <param name="Category">Slug of the category itself.</param>
/// <param name="Vendor">Maker.</param>
/// <param name="Q">Part of the title.</param>
public sealed record BulkFilter(string? Status, string? Category, string? Vendor, string? Q);

/// <summary>What to change.</summary>
/// <param name="Status">published, draft or deleted.</param>
/// <param name="Category">Slug of a category that is there; empty for none.</param>
/// <param name="Vendor">Maker; empty for none.</param>
/// <param name="TaxCategory">Code; empty for the standard one.</param>
/// <param name="Attributes">Values by code; an empty one takes the value away.</param>
/// <param name="PriceBasisPoints">Own prices times this over 10,000, rounded half to even: 9000 takes a tenth off.</param>
public sealed record BulkChanges(
    string? Status,
    string? Category,
    string? Vendor,
    string? TaxCategory,
    IReadOnlyDictionary<string, string>? Attributes,
    int? PriceBasisPoints
);

/// <summary>What became of one product.</summary>
/// <param name="Id">The product.</param>
/// <param name="Outcome">changed, unchanged or refused.</param>
/// <param name="Code">Why it was refused.</param>
public sealed record BulkItem(Guid Id, string Outcome, string? Code);

/// <summary>What became of each.</summary>
public sealed record BulkResult(int Changed, int Unchanged, int Refused, IReadOnlyList<BulkItem> Items);

internal sealed class BulkEditValidator : AbstractValidator<BulkEdit>
{
    public BulkEditValidator()
    {
        RuleFor(b => b.Ids)
            .Must((bulk, ids) => ids is { Count: > 0 } || bulk.Filter is not null)
            .WithErrorCode("required")
            .WithMessage("Name products or a filter.")
            .Must(ids => ids is null || ids.Count <= BulkEditEndpoint.MaxProducts)
            .WithErrorCode("too_many")
            .WithMessage($"At most {BulkEditEndpoint.MaxProducts} products.");
        RuleFor(b => b.Filter).Must(filter => ProductFilter.IsStatus(filter?.Status)).WithErrorCode("unknown_status");
        RuleFor(b => b.Changes).NotNull().WithErrorCode("required");
        When(
            b => b.Changes is not null,
            () =>
            {
                RuleFor(b => b.Changes.Status).Must(s => s is null or "published" or "draft" or "deleted").WithErrorCode("unknown_status");
                RuleFor(b => b.Changes.Vendor).MaximumLength(Limits.Vendor).WithErrorCode("too_long");
                RuleFor(b => b.Changes.TaxCategory).MaximumLength(Limits.TaxCategory).WithErrorCode("too_long");
                RuleFor(b => b.Changes.PriceBasisPoints).InclusiveBetween(0, 1_000_000).WithErrorCode("invalid_price");
                RuleFor(b => b.Changes.Attributes)
                    .Must(a => a is null || (a.Count <= Limits.Attributes && a.All(v => v.Value is not null)))
                    .WithErrorCode("invalid_attributes");
            }
        );
    }
}

/// <summary>
/// POST /api/v1/products/bulk: one change of up to 500 products, in one transaction; each product is changed or refused for itself, and the
/// answer says which.
/// </summary>
internal static class BulkEditEndpoint
{
    public const int MaxProducts = 500;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/bulk", HandleAsync)
            .WithName("Products.BulkEdit")
            .WithSummary("Changes many products at once; each is changed or refused for itself.")
            .Validate<BulkEdit>()
            .ProducesProblem(422)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<BulkResult>, ProblemHttpResult>> HandleAsync(
        BulkEdit request,
        IDbContextOutbox<ProductsDbContext> outbox,
        ProductPages pages,
        TimeProvider clock,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken
    )
    {
        var db = outbox.DbContext;
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        var changes = request.Changes;
        var set = (changes.Attributes ?? new Dictionary<string, string>()).Where(a => a.Value.Length > 0).ToDictionary();
        var (attributes, refused) = await db.ReadAttributesAsync(set, cancellationToken);
        if (refused is not null)
            return refused;
        if (changes.Category is { Length: > 0 } category && !await db.Categories.AnyAsync(c => c.Slug == category, cancellationToken))
            return Problems.Unprocessable("products.unknown_category", "There is no such category.", [new("category", category)]);
        var products = await FindAsync(db, request, cancellationToken);
        if (products.Count > MaxProducts)
            return Problems.Unprocessable("products.bulk_too_many", $"More than {MaxProducts} products match; narrow the filter.");

        var now = clock.GetUtcNow();
        var wasShown = products.Where(p => p.Status == ProductStatus.Published).Select(p => p.Id).ToHashSet();
        var items = products.ConvertAll(p => Change(p, changes, attributes, now));
        if (request.Ids is { } ids)
            items.AddRange(
                ids.Distinct().Except(products.Select(p => p.Id)).Select(id => new BulkItem(id, "refused", "products.not_found"))
            );
        var changedIds = items.Where(i => i.Outcome == "changed").Select(i => i.Id).ToHashSet();
        var changed = products.Where(p => changedIds.Contains(p.Id)).ToList();
        if (changed.Count > 0)
        {
            var revision = await Catalogue.TickAsync(db, cancellationToken);
            foreach (var product in changed)
            {
                product.Revision = revision;
                db.Note(caller, "product.bulk_edited", $"{product.Id}");
            }
            await outbox.PublishSnapshotsAsync([.. changed.Where(p => p.Status == ProductStatus.Published)], cancellationToken);
            foreach (var hidden in changed.Where(p => p.Status != ProductStatus.Published && wasShown.Contains(p.Id)))
                await outbox.PublishAsync(new ProductUnpublished(hidden.Id, hidden.Version));
            await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
            pages.Recheck();
        }
        return TypedResults.Ok(
            new BulkResult(
                changed.Count,
                items.Count(i => i.Outcome == "unchanged"),
                items.Count(i => i.Outcome == "refused"),
                [.. items.OrderBy(i => i.Id)]
            )
        );
    }

    private static Task<List<Product>> FindAsync(ProductsDbContext db, BulkEdit request, CancellationToken cancellationToken)
    {
        var found = request.Ids is { Count: > 0 } ids
            ? db.Products.Where(p => ids.Contains(p.Id))
            : new ProductFilter(request.Filter!.Status, request.Filter.Category, request.Filter.Vendor, request.Filter.Q).Of(db.Products);
        return found.OrderBy(p => p.Id).Take(MaxProducts + 1).Include("_variants").AsSplitQuery().ToListAsync(cancellationToken);
    }

    private static BulkItem Change(Product product, BulkChanges changes, IReadOnlyDictionary<string, string> attributes, DateTimeOffset now)
    {
        if (product.DeletedAt is not null && changes.Status != "deleted")
            return new(product.Id, "refused", "products.deleted");
        var content = product.Content();
        var values = new Dictionary<string, string>(content.Attributes);
        foreach (var code in (changes.Attributes ?? new Dictionary<string, string>()).Keys)
            values.Remove(code);
        foreach (var (code, value) in attributes)
            values[code] = value;
        if (values.Count > Limits.Attributes)
            return new(product.Id, "refused", "products.too_many_attributes");
        var variants = content.Variants;
        if (changes.PriceBasisPoints is { } points)
        {
            variants = [.. variants.Select(v => v with { Price = new Money(Scale(v.Price.Minor, points), v.Price.Currency) })];
            if (variants.Any(v => v.Price.Minor > Limits.Price))
                return new(product.Id, "refused", "products.invalid_price");
        }
        var changed = product.Change(
            content with
            {
                Category = changes.Category is null ? content.Category : Blank(changes.Category),
                Vendor = changes.Vendor is null ? content.Vendor : Blank(changes.Vendor),
                TaxCategory = changes.TaxCategory is null ? content.TaxCategory : Blank(changes.TaxCategory),
                Attributes = values,
                Variants = variants,
            },
            now
        );
        changed |= changes.Status switch
        {
            "published" => product.Publish(now),
            "draft" => product.Unpublish(now),
            "deleted" => product.Delete(now),
            _ => false,
        };
        return new(product.Id, changed ? "changed" : "unchanged", null);
    }

    private static long Scale(long minor, int basisPoints) =>
        (long)Math.Round((decimal)minor * basisPoints / 10_000, MidpointRounding.ToEven);

    private static string? Blank(string text) => PlainText.Tidy(text) is { Length: > 0 } tidy ? tidy : null;
}
