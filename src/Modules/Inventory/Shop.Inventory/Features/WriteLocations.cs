using System.Security.Claims;
using System.Text.Json;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>Opens a location.</summary>
/// <param name="Name">For people; no two alike.</param>
/// <param name="Priority">Holds take pieces from the lowest first; the main location has 0 unless it was changed.</param>
public sealed record CreateLocation(string Name, int Priority);

/// <summary>What a location is to be.</summary>
/// <param name="Name">For people; no two alike.</param>
/// <param name="Priority">Holds take pieces from the lowest first.</param>
/// <param name="Active">False closes it; it must be empty.</param>
public sealed record UpdateLocation(string Name, int Priority, bool Active);

public sealed class CreateLocationValidator : AbstractValidator<CreateLocation>
{
    public CreateLocationValidator()
    {
        RuleFor(l => l.Name).NotEmpty().MaximumLength(100);
        RuleFor(l => l.Priority).InclusiveBetween(0, 1_000);
    }
}

public sealed class UpdateLocationValidator : AbstractValidator<UpdateLocation>
{
    public UpdateLocationValidator()
    {
        RuleFor(l => l.Name).NotEmpty().MaximumLength(100);
        RuleFor(l => l.Priority).InclusiveBetween(0, 1_000);
    }
}

internal static class CreateLocationEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/inventory/locations", CreateAsync)
            .WithName("Inventory.CreateLocation")
            .WithTags("Inventory")
            .WithSummary("Open a location")
            .ProducesProblem(409)
            .Validate<CreateLocation>()
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Created<LocationView>, ProblemHttpResult>> CreateAsync(
        CreateLocation request,
        ClaimsPrincipal caller,
        InventoryDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var location = new Location
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            Name = request.Name,
            Priority = request.Priority,
            Active = true,
            Version = 1,
        };
        db.Locations.Add(location);
        db.Changes.Add(LocationWriting.Change(location, before: null, caller, clock));
        if (await LocationWriting.ProblemOfSavingAsync(db, cancellationToken) is { } problem)
            return problem;
        return TypedResults.Created($"/api/v1/inventory/locations/{location.Id}", LocationView.Of(location));
    }
}

internal static class UpdateLocationEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPut("/api/v1/inventory/locations/{id:guid}", UpdateAsync)
            .WithName("Inventory.UpdateLocation")
            .WithTags("Inventory")
            .WithSummary("Rename a location, give it another priority, close it or open it again")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412)
            .Validate<UpdateLocation>()
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<LocationView>, ProblemHttpResult>> UpdateAsync(
        Guid id,
        UpdateLocation request,
        [FromHeader(Name = "If-Match")] string? ifMatch,
        ClaimsPrincipal caller,
        InventoryDbContext db,
        TimeProvider clock,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        if (!request.Active && id == Location.Main)
            return Problems.Conflict("inventory.main_location", "The main location stays open.");
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var location = await db.Locations.AsTracking().SingleOrDefaultAsync(l => l.Id == id, cancellationToken);
        if (location is null)
            return Problems.NotFound("inventory.unknown_location", "No such location.");
        if (ifMatch is not null && ifMatch != $"\"{location.Version}\"")
            return Problems.Problem(412, "inventory.version_mismatch", "The location has changed meanwhile.");
        var before = LocationView.Of(location);
        (location.Name, location.Priority, location.Active) = (request.Name, request.Priority, request.Active);
        location.Version++;
        db.Changes.Add(LocationWriting.Change(location, before, caller, clock));
        if (await LocationWriting.ProblemOfSavingAsync(db, cancellationToken) is { } problem)
            return problem;
        // After the row is ours: whoever was about to put pieces there has done so, and whoever comes now waits and finds it closed.
        if (!request.Active && await db.Levels.AnyAsync(l => l.LocationId == id && (l.OnHand > 0 || l.Reserved > 0), cancellationToken))
            return Problems.Conflict("inventory.location_not_empty", "Move the stock away first.");
        await transaction.CommitAsync(cancellationToken);
        response.Headers[HeaderNames.ETag] = $"\"{location.Version}\"";
        return TypedResults.Ok(LocationView.Of(location));
    }
}

file static class LocationWriting
{
    public static SettingChange Change(Location location, LocationView? before, ClaimsPrincipal caller, TimeProvider clock) =>
        new()
        {
            At = clock.GetUtcNow(),
            Actor = caller.Actor(),
            Subject = $"location:{location.Id}",
            Before = before is null ? null : JsonSerializer.Serialize(before, JsonSerializerOptions.Web),
            After = JsonSerializer.Serialize(LocationView.Of(location), JsonSerializerOptions.Web),
        };

    public static async Task<ProblemHttpResult?> ProblemOfSavingAsync(InventoryDbContext db, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            return Problems.Problem(412, "inventory.version_mismatch", "The location has changed meanwhile.");
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Problems.Conflict("inventory.location_name_taken", "There is a location of that name.");
        }
    }
}
