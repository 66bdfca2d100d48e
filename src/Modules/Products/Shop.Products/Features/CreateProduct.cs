using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Inventory.Contracts;
using Shop.Products.Data;
using Shop.Products.Domain;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>A new product; it stays a draft until it is published.</summary>
public sealed record CreateProduct : ProductInput
{
    /// <summary>Its address; made of the title when left out.</summary>
    public string? Slug { get; init; }
}

internal sealed class CreateProductValidator : ProductInputValidator<CreateProduct>
{
    public CreateProductValidator() =>
        RuleFor(p => p.Slug)
            .Must((product, slug) => Slugs.IsValid(slug ?? Slugs.From(product.Title)))
            .WithErrorCode("invalid_slug")
            .WithMessage("Lower-case letters and digits, joined by single dashes; give one when the title has none.");
}

/// <summary>POST /api/v1/products.</summary>
internal static class CreateProductEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/", HandleAsync)
            .WithName("Products.CreateProduct")
            .WithSummary("Writes a new product down as a draft.")
            .Validate<CreateProduct>()
            .Produces<ProductDetail>(201)
            .ProducesProblem(409)
            .ProducesProblem(422)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<DocumentResult<ProductDetail>, ProblemHttpResult>> HandleAsync(
        CreateProduct request,
        IDbContextOutbox<ProductsDbContext> outbox,
        ProductReads reads,
        ProductPages pages,
        TimeProvider clock,
        IOptions<ProductsOptions> options,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var db = outbox.DbContext;
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        var slug = request.Slug ?? Slugs.From(request.Title);
        if (await db.TakeSlugAsync(slug, cancellationToken) is { } slugTaken)
            return slugTaken;
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var said = request.ToContent(await Catalogue.CategoryAsync(db, request.Category, cancellationToken));
        var (content, refused) = await db.CheckAsync(said, id, options.Value.Currency, cancellationToken);
        if (refused is not null)
            return refused;

        var product = Product.Create(id, slug, content, clock.GetUtcNow());
        product.Revision = await Catalogue.TickAsync(db, cancellationToken);
        db.Products.Add(product);
        db.Note(http.User, "product.created", $"{id}");
        await outbox.SendOpeningStockAsync(
            [.. request.Variants.Select(v => new StockLine(v.Sku.Trim(), v.OpeningStock ?? 0))],
            cancellationToken
        );
        await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);

        http.Response.StatusCode = StatusCodes.Status201Created;
        http.Response.Headers.Location = $"/api/v1/products/{slug}";
        return await pages.AnswerAsync(reads, product, cancellationToken);
    }
}
