using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.Payments.Data;
using Shop.Payments.Domain;

namespace Shop.Payments.Features;

/// <summary>A payment as staff see it.</summary>
/// <param name="Id">The payment.</param>
/// <param name="Reference">What it pays for; null when it was voided before it was seen.</param>
/// <param name="Amount">What was asked for.</param>
/// <param name="State">Last proven state, such as <c>authorized</c>.</param>
/// <param name="Goal">What the shop wants of it: <c>authorize</c>, <c>capture</c> or <c>void</c>.</param>
/// <param name="Settled">False while something is to be found out or done at the provider.</param>
/// <param name="Captured">Taken, by the ledger.</param>
/// <param name="Refunded">Given back, by the ledger.</param>
/// <param name="ProviderId">The provider's id of it.</param>
/// <param name="ActionUrl">Where the payer authenticates.</param>
/// <param name="FailureCode">Why it failed or is quarantined.</param>
/// <param name="Quarantined">The provider's amount or currency is not ours.</param>
/// <param name="CreatedAt">When it was written down.</param>
/// <param name="UpdatedAt">When it last changed.</param>
/// <param name="Version">Counts changes.</param>
public sealed record PaymentView(
    Guid Id,
    Guid? Reference,
    Money Amount,
    string State,
    string Goal,
    bool Settled,
    Money Captured,
    Money Refunded,
    string? ProviderId,
    string? ActionUrl,
    string? FailureCode,
    bool Quarantined,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    int Version
);

/// <summary>Shows a payment.</summary>
internal static class GetPaymentEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/payments/{id:guid}", GetAsync)
            .RequireAuthorization(Policies.Staff)
            .WithName("Payments.GetPayment")
            .WithTags("Payments")
            .WithSummary("Shows a payment and what the ledger says of it");

    private static async Task<Results<Ok<PaymentView>, ProblemHttpResult>> GetAsync(
        Guid id,
        PaymentsDbContext db,
        CancellationToken cancellationToken
    )
    {
        if (await db.Attempts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } attempt)
            return Problems.NotFound("payments.not_found", "There is no such payment.");
        var sums = await db
            .Ledger.Where(e => e.PaymentId == id)
            .GroupBy(e => e.Kind)
            .Select(g => new { Kind = g.Key, Minor = g.Sum(e => e.DebitMinor) })
            .ToDictionaryAsync(s => s.Kind, s => s.Minor, cancellationToken);
        return TypedResults.Ok(
            new PaymentView(
                attempt.Id,
                attempt.Reference,
                attempt.Amount,
                attempt.State.ToText(),
                attempt.Goal.ToText(),
                attempt.ResolveAfter is null,
                new(sums.GetValueOrDefault("capture"), attempt.Currency),
                new(sums.GetValueOrDefault("refund"), attempt.Currency),
                attempt.IntentId,
                attempt.ActionUrl,
                attempt.FailureCode,
                attempt.Quarantined,
                attempt.CreatedAt,
                attempt.UpdatedAt,
                attempt.Version
            )
        );
    }
}
