using System.Collections.Concurrent;
using System.Diagnostics;
using Shop.BuildingBlocks;
using Shop.TestKit.World;

namespace Shop.Host.Tests.Observability;

public sealed class TraceTests(ShopFixture shop)
{
    private readonly string _sku = $"TENT-{Guid.CreateVersion7():N}".ToUpperInvariant();

    [Fact]
    public async Task One_trace_holds_a_purchase_its_handlers_in_all_modules_their_sql_and_the_call_of_the_provider()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source =>
                source.Name is "Microsoft.AspNetCore" or "Wolverine" or "Npgsql" or "System.Net.Http" or Telemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            SampleUsingParentId = static (ref ActivityCreationOptions<string> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        await (await Staff.SignInAsync(shop.Client)).AddProductsAsync((_sku, 1_000, 5));
        var shopper = new Shopper(shop.Client);
        await shopper.FillCartAsync((_sku, 1));
        ActivitySource.AddActivityListener(listener);

        ActivityTraceId trace;
        using (var root = Telemetry.Source.StartActivity("shopper")!)
        {
            trace = root.TraceId;
            // Nobody is the provider here, so the purchase ends once it could not be reached.
            await Purchase.EndAsync(shopper, await shopper.CheckOutAsync());
        }

        await HoldsAsync("the request", s => s.Source.Name == "Microsoft.AspNetCore");
        await HoldsAsync("the call of the provider", s => s.Source.Name == "System.Net.Http");
        foreach (
            var message in (string[])
                [
                    "checkout.checkout-started.v1",
                    "inventory.reserve-stock.v1",
                    "inventory.stock-reserved.v1",
                    "payments.authorize-payment.v1",
                    "payments.payment-declined.v1",
                    "inventory.release-reservation.v1",
                    "checkout.checkout-failed.v1",
                ]
        )
        {
            var handled = await HoldsAsync($"the handler of {message}", s => s.Source.Name == "Wolverine" && s.DisplayName == message);
            await HoldsAsync($"the SQL of {message}", s => s.Source.Name == "Npgsql" && s.ParentSpanId == handled.SpanId);
        }

        Task<Activity> HoldsAsync(string what, Func<Activity, bool> wanted) =>
            Eventually.GetAsync(
                $"the trace holds {what}",
                () => Task.FromResult(spans.FirstOrDefault(s => s.TraceId == trace && wanted(s)))
            );
    }
}
