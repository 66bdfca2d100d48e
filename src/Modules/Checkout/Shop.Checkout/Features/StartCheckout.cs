using System.Security.Cryptography;
using System.Text.Json;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.BuildingBlocks.Messaging;
using Shop.Carts.Contracts;
using Shop.Checkout.Data;
using Shop.Checkout.Domain;
using Shop.Checkout.Saga;
using Shop.Orders.Contracts;

namespace Shop.Checkout.Features;

/// <summary>Buy a cart.</summary>
/// <param name="CartId">The cart; the caller must be its customer or send its token.</param>
/// <param name="Email">Where mails about the order go.</param>
/// <param name="ShippingAddress">Where the parcel goes.</param>
/// <param name="BillingAddress">Where the invoice goes; the shipping address when missing.</param>
/// <param name="PaymentMethod">The payment provider's token, <c>pm_…</c>; never a card number.</param>
public sealed record StartCheckout(
    Guid CartId,
    string Email,
    PostalAddress ShippingAddress,
    PostalAddress? BillingAddress,
    string PaymentMethod
)
{
    /// <summary>SHA-256 of the request; equal requests have equal hashes.</summary>
    public byte[] Hash() => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web));

    /// <summary>Everything the shopper wrote, to be searched for what must not be there.</summary>
    internal IEnumerable<string?> Texts => [Email, PaymentMethod, .. TextsOf(ShippingAddress), .. TextsOf(BillingAddress)];

    private static IEnumerable<string?> TextsOf(PostalAddress? a) =>
        a is null ? [] : [a.Name, a.Line1, a.Line2, a.PostalCode, a.City, a.Country];
}

/// <summary>What a request must look like.</summary>
public sealed class StartCheckoutValidator : AbstractValidator<StartCheckout>
{
    public StartCheckoutValidator()
    {
        RuleFor(r => r.CartId).NotEmpty();
        RuleFor(r => r.Email).NotEmpty().MaximumLength(254).EmailAddress();
        RuleFor(r => r.ShippingAddress).NotNull().SetValidator(new AddressValidator());
        RuleFor(r => r.BillingAddress!).SetValidator(new AddressValidator()).When(r => r.BillingAddress is not null);
        RuleFor(r => r.PaymentMethod).NotEmpty().Matches("^pm_[A-Za-z0-9_]{1,100}$");
    }

    private sealed class AddressValidator : AbstractValidator<PostalAddress>
    {
        public AddressValidator()
        {
            RuleFor(a => a.Name).NotEmpty().MaximumLength(200);
            RuleFor(a => a.Line1).NotEmpty().MaximumLength(200);
            RuleFor(a => a.Line2).MaximumLength(200);
            RuleFor(a => a.PostalCode).NotEmpty().MaximumLength(20);
            RuleFor(a => a.City).NotEmpty().MaximumLength(200);
            RuleFor(a => a.Country).NotEmpty().Matches("^[A-Z]{2}$");
        }
    }
}

/// <summary><c>POST /api/v1/checkouts</c>: starts a purchase and waits a moment for its end.</summary>
public static class StartCheckoutEndpoint
{
    private const int LongestKey = 100;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/checkouts", HandleAsync)
            .AddEndpointFilter(RefuseCardNumbersAsync)
            .Validate<StartCheckout>()
            .WithName("Checkout.StartCheckout")
            .WithTags("Checkout")
            .WithSummary(
                "Buys a cart; answers 201 when it is done within moments, 202 when it goes on, or with the reason why it can't be bought"
            )
            .ProducesProblem(401)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422)
            .ProducesProblem(503)
            .AllowAnonymous();

    private static async Task<Results<Created<CheckoutView>, Accepted<CheckoutView>, ProblemHttpResult>> HandleAsync(
        StartCheckout request,
        [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey,
        HttpContext http,
        CartPricing pricing,
        CheckoutWatcher watcher,
        IDbContextOutbox<CheckoutDbContext> outbox,
        SagaRunner saga,
        StartGate gate,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrWhiteSpace(idempotencyKey) || idempotencyKey.Length > LongestKey)
            return Problems.Problem(400, "checkout.idempotency_key_required", $"Send an Idempotency-Key of 1 to {LongestKey} characters.");
        if (Shopper.Of(http) is not { } shopper)
            return Problems.Problem(401, "checkout.unauthenticated", "Sign in, or send the cart's token.");

        using var turn = await gate.EnterAsync(cancellationToken);
        if (!turn.IsAcquired)
            return Problems.Problem(503, "checkout.busy", "Too many purchases at once; send the request again with the same key.");
        var hash = request.Hash();
        if (await SameRequestAsync(outbox.DbContext, shopper, idempotencyKey, cancellationToken) is { } earlier)
            return await ReplayAsync(earlier, hash, watcher, turn, cancellationToken);

        var (quote, problem) = await pricing.QuoteAsync(
            request.CartId,
            shopper,
            request.ShippingAddress.Country,
            request.Email,
            cancellationToken
        );
        // The same request may have begun since, and even have emptied the cart; then its answer is this one's too.
        if (quote is null)
            return await SameRequestAsync(outbox.DbContext, shopper, idempotencyKey, cancellationToken) is { } begun
                ? await ReplayAsync(begun, hash, watcher, turn, cancellationToken)
                : problem!;

        var purchase = Purchase(request, quote, shopper, idempotencyKey, hash, clock.GetUtcNow());
        // Heard from before the commit on, so that no move is missed.
        using var listener = watcher.Listen(purchase.Id);
        // When somebody was quicker, the transaction has ended and its connection is given back before anything is waited for.
        if (!await TrySaveAsync(purchase, quote, outbox, saga, cancellationToken))
            return await SameRequestAsync(outbox.DbContext, shopper, idempotencyKey, cancellationToken) is { } winner
                ? await ReplayAsync(winner, hash, watcher, turn, cancellationToken)
                : Problems.Conflict("checkout.cart_in_checkout", "The cart is being bought or was bought already.");
        turn.Dispose();
        return Answer(await watcher.AnswerAsync(purchase, listener, cancellationToken));
    }

    /// <summary>False when the request, the cart or a part of it has a purchase already; then nothing is committed.</summary>
    private static async Task<bool> TrySaveAsync(
        CheckoutState purchase,
        CartQuote quote,
        IDbContextOutbox<CheckoutDbContext> outbox,
        SagaRunner saga,
        CancellationToken cancellationToken
    )
    {
        // Only a guest's cart can become a part of another one.
        Guid[] claimed = purchase.CustomerId is null ? [purchase.CartId] : [.. quote.MergedCartIds];
        await using var transaction = await outbox.DbContext.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            if (!await outbox.DbContext.TryClaimAsync(purchase.Id, claimed, cancellationToken))
                return false;
            foreach (var message in saga.Start(outbox.DbContext, purchase))
                await outbox.PublishAsync(message);
            await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }
    }

    private static Task<CheckoutState?> SameRequestAsync(
        CheckoutDbContext db,
        Shopper shopper,
        string key,
        CancellationToken cancellationToken
    ) => db.Checkouts.AsNoTracking().SingleOrDefaultAsync(c => c.Scope == shopper.Scope && c.IdempotencyKey == key, cancellationToken);

    private static async Task<Results<Created<CheckoutView>, Accepted<CheckoutView>, ProblemHttpResult>> ReplayAsync(
        CheckoutState earlier,
        byte[] requestHash,
        CheckoutWatcher watcher,
        IDisposable turn,
        CancellationToken cancellationToken
    )
    {
        turn.Dispose();
        if (!earlier.RequestHash.AsSpan().SequenceEqual(requestHash))
            return Problems.Unprocessable("checkout.idempotency_key_reused", "This Idempotency-Key came with another request before.");
        using var listener = watcher.Listen(earlier.Id);
        return Answer(await watcher.AnswerAsync(earlier, listener, cancellationToken));
    }

    private static Results<Created<CheckoutView>, Accepted<CheckoutView>, ProblemHttpResult> Answer(CheckoutState c)
    {
        var location = $"/api/v1/checkouts/{c.Id}";
        var view = CheckoutView.Of(c);
        return c.Step switch
        {
            CheckoutStep.Completed => TypedResults.Created(location, view),
            CheckoutStep.Compensated => Problems.Unprocessable(view.Failure!.Code, view.Failure.Detail, [new("checkoutId", c.Id)]),
            _ => TypedResults.Accepted(location, view),
        };
    }

    private static CheckoutState Purchase(
        StartCheckout request,
        CartQuote quote,
        Shopper shopper,
        string idempotencyKey,
        byte[] requestHash,
        DateTimeOffset now
    ) =>
        new()
        {
            Id = Guid.CreateVersion7(),
            Scope = shopper.Scope,
            IdempotencyKey = idempotencyKey,
            RequestHash = requestHash,
            CustomerId = shopper.CustomerId,
            CartTokenHash = shopper.CartTokenHash,
            CartId = request.CartId,
            CartVersion = quote.Version,
            Email = request.Email,
            ShippingAddress = request.ShippingAddress,
            BillingAddress = request.BillingAddress ?? request.ShippingAddress,
            Lines =
            [
                .. quote.Lines.Select(l => new OrderLine(
                    l.Sku,
                    l.ProductId,
                    l.Title,
                    l.Quantity,
                    l.UnitPrice,
                    l.Tax,
                    l.Total,
                    l.Discount,
                    l.TaxBasisPoints
                )),
            ],
            Totals = new(quote.Subtotal, quote.Shipping, quote.Tax, quote.Total, quote.Discount, quote.ShippingTax, quote.PricesIncludeTax),
            ShippingMethod = quote.ShippingMethod,
            Promotions = quote.Promotions is { Count: > 0 } promotions
                ? [.. promotions.Select(p => new OrderPromotion(p.PromotionId, p.Name, p.Code, p.Amount))]
                : null,
            LimitedPromotions = [.. quote.Promotions?.Where(p => p.IsLimited).Select(p => p.PromotionId) ?? []],
            PaymentMethod = request.PaymentMethod,
            CreatedAt = now,
            UpdatedAt = now,
        };

    // Before validation, whose messages must not repeat it, and before anything is stored.
    private static ValueTask<object?> RefuseCardNumbersAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.Arguments.OfType<StartCheckout>().Single();
        var key = context.HttpContext.Request.Headers["Idempotency-Key"].ToString();
        return request.Texts.Any(CardNumbers.MayContain) || CardNumbers.MayBe(key)
            ? ValueTask.FromResult<object?>(
                Problems.Problem(400, "checkout.card_number_refused", "Never send a card number; send the payment provider's token.")
            )
            : next(context);
    }
}
