using System.Collections.Concurrent;
using JasperFx.CodeGeneration;
using Shop.Inventory.Contracts;
using Shop.Proofs;
using Shop.TestKit;
using Wolverine;
using Wolverine.Attributes;
using Wolverine.Runtime;
using Wolverine.Runtime.Routing;

[assembly: WolverineModule<HoldAnswers>]

namespace Shop.Proofs;

/// <summary>Asks Inventory for holds as Checkout does, and waits for the answer.</summary>
public static class HoldBuyer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ConcurrentDictionary<Guid, TaskCompletionSource<bool>> Asked = new();

    /// <summary>True when the piece is held, false when there is none left.</summary>
    /// <exception cref="TimeoutException">Nobody answered within a minute.</exception>
    public static async Task<bool> HoldAsync(ShopFixture shop, string sku)
    {
        var id = Guid.CreateVersion7();
        var answer = Asked[id] = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await shop.PublishAsync(new ReserveStock(id, [new(sku, 1)], 3_600));
        return await answer.Task.WaitAsync(Patience);
    }

    /// <summary>Books pieces into stock and waits until they are there.</summary>
    public static async Task StockAsync(ShopFixture shop, IEnumerable<(string Sku, int Pieces)> stock)
    {
        var id = Guid.CreateVersion7();
        await shop.PublishAsync(new ReceiveStock(id, [.. stock.Select(s => new StockLine(s.Sku, s.Pieces))], "proof"));
        await Eventually.IsTrueAsync(
            "stock is booked",
            () => shop.ScalarAsync<bool>("select exists (select from inventory.receipts where id = $1)", id)
        );
    }

    internal static void Answer(Guid id, bool held)
    {
        if (Asked.TryRemove(id, out var waiting))
            waiting.TrySetResult(held);
    }
}

/// <summary>Has the host in this process tell the buyers what it tells Checkout.</summary>
public sealed class HoldAnswers : IWolverineExtension, IMessageRoutingConvention
{
    private const string Queue = "hold-answers";

    /// <inheritdoc />
    public void Configure(WolverineOptions options)
    {
        options.Discovery.IncludeType(typeof(HoldAnswersHandler));
        options.LocalQueue(Queue).AddStickyHandler(typeof(HoldAnswersHandler));
        options.RouteWith(this);
        // The host's handlers are generated ahead in a Release build; this one is not.
        options.CodeGeneration.TypeLoadMode = TypeLoadMode.Auto;
    }

    /// <inheritdoc />
    public void DiscoverListeners(IWolverineRuntime runtime, IReadOnlyList<Type> handledMessageTypes) { }

    /// <inheritdoc />
    public IEnumerable<Wolverine.Configuration.Endpoint> DiscoverSenders(Type messageType, IWolverineRuntime runtime) =>
        messageType == typeof(StockReserved) || messageType == typeof(StockRejected)
            ? [runtime.Endpoints.GetOrBuildSendingAgent(new Uri($"local://{Queue}")).Endpoint]
            : [];
}

/// <summary>Hears the answers.</summary>
public static class HoldAnswersHandler
{
    /// <summary>Held.</summary>
    public static void Handle(StockReserved answer) => HoldBuyer.Answer(answer.ReservationId, held: true);

    /// <summary>None left.</summary>
    public static void Handle(StockRejected answer) => HoldBuyer.Answer(answer.ReservationId, held: false);
}
