using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.Orders.Data;
using Shop.Orders.Domain;

namespace Shop.Orders.Features;

/// <summary>An order in a list.</summary>
/// <param name="Id">The order.</param>
/// <param name="Number">The number people use.</param>
/// <param name="Status">pending, confirmed, completed, canceled or expired.</param>
/// <param name="Total">What the payer pays.</param>
/// <param name="PlacedAt">When it was placed, UTC.</param>
public sealed record OrderSummary(Guid Id, string Number, string Status, Money Total, DateTimeOffset PlacedAt);

internal static class ListOrdersEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/orders", ListAsync)
            .WithName("Orders.ListOrders")
            .WithTags("Orders")
            .WithSummary("The caller's own orders, newest first")
            .RequireAuthorization(Policies.Customer);

    private static async Task<Results<Ok<Page<OrderSummary>>, ProblemHttpResult>> ListAsync(
        ClaimsPrincipal caller,
        OrdersDbContext db,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null
    )
    {
        var before = long.MaxValue;
        if (cursor is not null && !(Paging.TryDecode(cursor, out var key) && long.TryParse(key, CultureInfo.InvariantCulture, out before)))
            return Problems.Problem(400, "orders.invalid_cursor", "Give back a nextCursor as it was received.");
        var (size, customer) = (Paging.Limit(limit), caller.UserId());
        var rows = await db
            .Orders.Where(o => customer != null && o.CustomerId == customer && o.Sequence < before)
            .OrderByDescending(o => o.Sequence)
            .Take(size + 1)
            .Select(o => new
            {
                o.Id,
                o.Sequence,
                o.Status,
                o.Total,
                o.Currency,
                o.PlacedAt,
            })
            .ToListAsync(cancellationToken);
        var page = rows.ToPage(size, o => string.Create(CultureInfo.InvariantCulture, $"{o.Sequence}"));
        var items = page.Items.Select(o => new OrderSummary(
            o.Id,
            Order.NumberOf(o.Sequence),
            o.Status.ToText(),
            new(o.Total, o.Currency),
            o.PlacedAt ?? default
        ));
        return TypedResults.Ok(new Page<OrderSummary>([.. items], page.NextCursor));
    }
}
