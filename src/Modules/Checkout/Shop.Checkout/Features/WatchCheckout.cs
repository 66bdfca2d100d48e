using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.Checkout.Domain;

namespace Shop.Checkout.Features;

/// <summary><c>GET /api/v1/checkouts/{id}/events</c>: a purchase's progress as server-sent events.</summary>
public static class WatchCheckoutEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/checkouts/{id:guid}/events", HandleAsync)
            .WithName("Checkout.WatchCheckout")
            .WithTags("Checkout")
            .WithSummary("Streams the state now and each one that follows, until the purchase is over")
            .ProducesProblem(404)
            .AllowAnonymous();

    private static async Task<Results<ServerSentEventsResult<CheckoutView?>, ProblemHttpResult>> HandleAsync(
        Guid id,
        HttpContext http,
        CheckoutWatcher watcher,
        IOptions<CheckoutOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var checkout = await watcher.FindAsync(id, cancellationToken);
        return checkout is not null && Shopper.MaySee(http, checkout)
            ? TypedResults.ServerSentEvents(EventsAsync(checkout, watcher, options.Value, clock, cancellationToken))
            : Problems.NotFound("checkout.not_found", "There is no such checkout.");
    }

    private static async IAsyncEnumerable<SseItem<CheckoutView?>> EventsAsync(
        CheckoutState checkout,
        CheckoutWatcher watcher,
        CheckoutOptions options,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var listener = watcher.Listen(checkout.Id);
        var until = clock.GetUtcNow().AddSeconds(options.WatchSeconds);
        var silence = TimeSpan.FromSeconds(options.HeartbeatSeconds);
        await foreach (var state in watcher.ChangesAsync(checkout, listener, until, silence, cancellationToken))
            yield return state is null
                ? new SseItem<CheckoutView?>(null, "heartbeat")
                : new SseItem<CheckoutView?>(CheckoutView.Of(state), "state") { EventId = state.Version.ToString() };
    }
}
