using System.Security.Claims;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Products.Contracts;
using Shop.Products.Data;
using Shop.Products.Domain;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>An attribute as staff define it.</summary>
/// <param name="Label">As people read it.</param>
/// <param name="Kind">What its values are; can't be changed.</param>
/// <param name="Choices">The values of a choice, in shown order.</param>
/// <param name="Position">Place among the others; 0 when left out.</param>
public sealed record WriteAttribute(string Label, AttributeKind Kind, IReadOnlyList<string>? Choices, int? Position);

/// <summary>An attribute.</summary>
public sealed record AttributeItem(string Code, string Label, AttributeKind Kind, IReadOnlyList<string> Choices, int Position, long Version)
{
    internal static AttributeItem Of(AttributeDefinition a) => new(a.Code, a.Label, a.Kind, a.Choices, a.Position, a.Version);
}

internal sealed class WriteAttributeValidator : AbstractValidator<WriteAttribute>
{
    public WriteAttributeValidator()
    {
        RuleFor(a => a.Label).NotEmpty().WithErrorCode("required").MaximumLength(Limits.AttributeLabel).WithErrorCode("too_long");
        RuleFor(a => a.Kind).IsInEnum().WithErrorCode("invalid_kind");
        RuleFor(a => a.Position).InclusiveBetween(0, 100_000).WithErrorCode("invalid_position");
        RuleFor(a => a.Choices)
            .Must((a, choices) => (a.Kind == AttributeKind.Choice) == (choices is { Count: > 0 }))
            .WithErrorCode("invalid_choices")
            .WithMessage("A choice has values to choose from, and nothing else has.")
            .Must(choices => choices is null || choices.Count <= Limits.Choices)
            .WithErrorCode("too_many_choices")
            .Must(choices =>
                choices is null
                || (
                    choices.All(c => c is { Length: <= Limits.AttributeValue } && c.Length > 0 && PlainText.Tidy(c) == c)
                    && choices.Distinct().Count() == choices.Count
                )
            )
            .WithErrorCode("invalid_choices")
            .WithMessage("Each choice once, without blanks around it.");
    }
}

/// <summary>Attributes: PUT makes one or changes it; its kind stays, and a value in use stays among the choices.</summary>
internal static class WriteAttributeEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/attributes", ListAsync)
            .WithName("Products.ListAttributes")
            .WithSummary("The attributes that products may have, in their order.")
            .AllowAnonymous();
        routes
            .MapPut("/attributes/{code}", HandleAsync)
            .WithName("Products.WriteAttribute")
            .WithSummary("Defines an attribute or changes it; a change needs the version it was read with as If-Match.")
            .Validate<WriteAttribute>()
            .ProducesProblem(409)
            .ProducesProblem(412)
            .ProducesProblem(422)
            .ProducesProblem(428)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapDelete("/attributes/{code}", DeleteAsync)
            .WithName("Products.DeleteAttribute")
            .WithSummary("Deletes an attribute that no product has.")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .RequireAuthorization(Policies.Staff);
    }

    private static async Task<Ok<List<AttributeItem>>> ListAsync(ProductsDbContext db, CancellationToken cancellationToken)
    {
        var all = await db
            .Attributes.AsNoTracking()
            .OrderBy(a => a.Position)
            .ThenBy(a => a.Code)
            .Take(Limits.AttributeDefinitions)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(all.ConvertAll(AttributeItem.Of));
    }

    private static async Task<Results<Ok<AttributeItem>, ProblemHttpResult>> HandleAsync(
        string code,
        WriteAttribute request,
        ProductsDbContext db,
        ProductPages pages,
        ClaimsPrincipal caller,
        HttpResponse response,
        CancellationToken cancellationToken,
        [FromHeader(Name = "If-Match")] string? ifMatch = null
    )
    {
        if (!AttributeDefinition.IsCode(code))
            return Problems.Unprocessable(
                "products.invalid_attribute_code",
                "A code is lower-case letters, digits, dashes and underscores, a letter first."
            );
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        var attribute = await db.Attributes.SingleOrDefaultAsync(a => a.Code == code, cancellationToken);
        if (attribute is null)
        {
            if (await db.Attributes.CountAsync(cancellationToken) >= Limits.AttributeDefinitions)
                return Problems.Conflict("products.too_many_attributes", $"There are {Limits.AttributeDefinitions} attributes already.");
            db.Attributes.Add(attribute = new(code, request.Kind));
            db.Note(caller, "attribute.defined", code);
        }
        else
        {
            if (ProductWriting.Unmatched(ifMatch, attribute.Version) is { } unmatched)
                return unmatched;
            if (await RefuseAsync(db, attribute, request, cancellationToken) is { } refused)
                return refused;
            attribute.Version++;
            db.Note(caller, "attribute.changed", code);
            await CategoryTree.AnnounceAttributeAsync(db, code, cancellationToken);
        }
        (attribute.Label, attribute.Choices, attribute.Position) = (
            PlainText.Tidy(request.Label),
            request.Choices ?? [],
            request.Position ?? 0
        );
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        pages.Recheck();
        response.Headers.ETag = Document.ETagOf(attribute.Version, 0);
        return TypedResults.Ok(AttributeItem.Of(attribute));
    }

    private static async Task<ProblemHttpResult?> RefuseAsync(
        ProductsDbContext db,
        AttributeDefinition attribute,
        WriteAttribute request,
        CancellationToken cancellationToken
    )
    {
        if (request.Kind != attribute.Kind)
            return Problems.Conflict("products.attribute_kind_fixed", "Products have values of its kind; define another attribute.");
        var dropped = attribute.Choices.Except(request.Choices ?? []).ToArray();
        if (dropped.Length == 0)
            return null;
        var code = attribute.Code;
        var inUse = await db
            .Database.SqlQuery<string>(
                $"select attributes ->> {code} as value from products.products where attributes ->> {code} = any({dropped}) limit 1"
            )
            .ToListAsync(cancellationToken);
        return inUse is [var value, ..]
            ? Problems.Conflict("products.choice_in_use", "A product has this value.", [new("choice", value)])
            : null;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string code,
        ProductsDbContext db,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        if (await db.Attributes.SingleOrDefaultAsync(a => a.Code == code, cancellationToken) is not { } attribute)
            return Problems.NotFound("products.attribute_not_found", "There is no such attribute.");
        var users = await db
            .Database.SqlQuery<Guid>($"select id as value from products.products where jsonb_exists(attributes, {code}) limit 1")
            .ToListAsync(cancellationToken);
        if (users.Count > 0)
            return Problems.Conflict("products.attribute_in_use", "A product has a value of it.");
        db.Attributes.Remove(attribute);
        db.Note(caller, "attribute.deleted", code);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
