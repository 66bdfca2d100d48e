using System.Collections.Concurrent;
using System.Diagnostics;
using Shop.BuildingBlocks;
using Shop.Products.Contracts;
using Shop.TestKit.World;

namespace Shop.Host.Tests.Observability;

public sealed class TraceTests(ShopFixture shop)
{
    private readonly string _sku = $"TENT-{Guid.CreateVersion7():N}";

    [Fact]
    public async Task One_trace_holds_a_request_its_outbox_the_handlers_that_follow_and_their_sql()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "Wolverine" or "Npgsql" or Telemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            SampleUsingParentId = static (ref ActivityCreationOptions<string> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        await OfferAsync();
        ActivitySource.AddActivityListener(listener);

        ActivityTraceId trace;
        using (var root = Telemetry.Source.StartActivity("shopper")!)
        {
            trace = root.TraceId;
            await new Shopper(shop.Client).FillCartAsync((_sku, 1));
        }

        await HoldsAsync("the request", s => s.Source.Name == "Microsoft.AspNetCore");
        var handled = await HoldsAsync("the handler", s => s.DisplayName == "carts.cart-started.v1");
        await HoldsAsync("the handler's SQL", s => s.Source.Name == "Npgsql" && s.ParentSpanId == handled.SpanId);

        Task<Activity> HoldsAsync(string what, Func<Activity, bool> wanted) =>
            Eventually.GetAsync(
                $"the trace holds {what}",
                () => Task.FromResult(spans.FirstOrDefault(s => s.TraceId == trace && wanted(s)))
            );
    }

    private async Task OfferAsync()
    {
        var id = Guid.CreateVersion7();
        var tent = new VariantSnapshot(_sku, "", new(1000, "EUR"), null);
        await shop.PublishAsync(new ProductsPublished([new(id, $"tent-{id:N}", "Tent", "", null, null, null, [tent], 1)]));
        await Eventually.IsTrueAsync(
            "carts knows the offer",
            async () => await shop.ScalarAsync<long>("select count(*) from carts.offers where sku = $1", _sku) == 1
        );
    }
}
