using System.Security.Claims;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Products.Data;
using Shop.Products.Domain;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>A collection as staff write it down.</summary>
/// <param name="Title">As people read it.</param>
/// <param name="Description">Plain text, or HTML of which only the text is kept.</param>
/// <param name="SeoTitle">Title for search engines.</param>
/// <param name="SeoDescription">Description for search engines.</param>
/// <param name="Products">Its products in their order; left out keeps what is.</param>
public sealed record WriteCollection(
    string Title,
    string? Description,
    string? SeoTitle,
    string? SeoDescription,
    IReadOnlyList<Guid>? Products
);

internal sealed class WriteCollectionValidator : AbstractValidator<WriteCollection>
{
    public WriteCollectionValidator()
    {
        RuleFor(c => c.Title).NotEmpty().WithErrorCode("required").MaximumLength(Limits.Title).WithErrorCode("too_long");
        RuleFor(c => c.Description).MaximumLength(Limits.Description).WithErrorCode("too_long");
        RuleFor(c => c.SeoTitle).MaximumLength(Limits.SeoTitle).WithErrorCode("too_long");
        RuleFor(c => c.SeoDescription).MaximumLength(Limits.SeoDescription).WithErrorCode("too_long");
        RuleFor(c => c.Products)
            .Must(products => products is null || products.Count <= Limits.CollectionProducts)
            .WithErrorCode("too_many_products")
            .WithMessage($"At most {Limits.CollectionProducts} products.")
            .Must(products => products is null || products.Distinct().Count() == products.Count)
            .WithErrorCode("duplicate_product")
            .WithMessage("Each product once.");
    }
}

/// <summary>Collections by staff: PUT makes one or changes it, in one turn with its products' order.</summary>
internal static class WriteCollectionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPut("/collections/{slug}", HandleAsync)
            .WithName("Products.WriteCollection")
            .WithSummary("Makes a collection or changes it; a change needs the ETag it was read with as If-Match.")
            .Validate<WriteCollection>()
            .ProducesProblem(412)
            .ProducesProblem(422)
            .ProducesProblem(428)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapDelete("/collections/{slug}", DeleteAsync)
            .WithName("Products.DeleteCollection")
            .WithSummary("Deletes a collection; its products stay.")
            .ProducesProblem(404)
            .RequireAuthorization(Policies.Staff);
    }

    private static async Task<Results<DocumentResult<CollectionDetail>, ProblemHttpResult>> HandleAsync(
        string slug,
        WriteCollection request,
        ProductsDbContext db,
        ProductReads reads,
        ProductPages pages,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken,
        [FromHeader(Name = "If-Match")] string? ifMatch = null
    )
    {
        if (!Slugs.IsAddress(slug))
            return Problems.Unprocessable("products.invalid_slug", "An address is lower-case letters and digits, joined by single dashes.");
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        var collection = await db.Collections.SingleOrDefaultAsync(c => c.Slug == slug, cancellationToken);
        if (collection is null)
            db.Collections.Add(collection = new() { Slug = slug, Title = "" });
        else if (ProductWriting.Unmatched(ifMatch, collection.Version) is { } unmatched)
            return unmatched;
        else
            collection.Version++;
        collection.Title = PlainText.Tidy(request.Title);
        collection.Description = PlainText.FromHtml(request.Description ?? "");
        collection.SeoTitle = Blank(request.SeoTitle);
        collection.SeoDescription = Blank(request.SeoDescription);
        if (request.Products is { } products && await PlaceAsync(db, slug, products, cancellationToken) is { } refused)
            return refused;
        db.Note(caller, "collection.written", slug);
        await db.SaveChangesAsync(cancellationToken);
        await Catalogue.TickAsync(db, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        pages.Recheck();
        var written = (await reads.CollectionAsync(slug, cancellationToken))!;
        return new DocumentResult<CollectionDetail>(Document.Of(written, Document.ETagOf(written.Version, 0)));
    }

    private static async Task<ProblemHttpResult?> PlaceAsync(
        ProductsDbContext db,
        string slug,
        IReadOnlyList<Guid> products,
        CancellationToken cancellationToken
    )
    {
        var known = await db.Products.Where(p => products.Contains(p.Id)).Select(p => p.Id).ToHashSetAsync(cancellationToken);
        foreach (var id in products)
            if (!known.Contains(id))
                return Problems.Unprocessable("products.not_found", "There is no such product.", [new("product", id)]);
        await db.CollectionEntries.Where(e => e.Collection == slug).ExecuteDeleteAsync(cancellationToken);
        db.CollectionEntries.AddRange(
            products.Select(
                (id, position) =>
                    new CollectionEntry
                    {
                        Collection = slug,
                        ProductId = id,
                        Position = position,
                    }
            )
        );
        return null;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string slug,
        ProductsDbContext db,
        ProductPages pages,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        if (await db.Collections.Where(c => c.Slug == slug).ExecuteDeleteAsync(cancellationToken) == 0)
            return Problems.NotFound("products.collection_not_found", "There is no such collection.");
        db.Note(caller, "collection.deleted", slug);
        await db.SaveChangesAsync(cancellationToken);
        await Catalogue.TickAsync(db, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        pages.Recheck();
        return TypedResults.NoContent();
    }

    private static string? Blank(string? text) => PlainText.Tidy(text ?? "") is { Length: > 0 } tidy ? tidy : null;
}
