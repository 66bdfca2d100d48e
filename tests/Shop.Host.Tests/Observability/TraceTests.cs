using System.Collections.Concurrent;
using System.Diagnostics;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.Orders.Contracts;

namespace Shop.Host.Tests.Observability;

public sealed class TraceTests(ShopFixture shop)
{
    [Fact]
    public async Task One_trace_holds_a_message_its_handlers_in_all_modules_their_messages_and_their_sql()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Wolverine" or "Npgsql" or Telemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            SampleUsingParentId = static (ref ActivityCreationOptions<string> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);

        ActivityTraceId trace;
        using (var root = Telemetry.Source.StartActivity("test")!)
        {
            trace = root.TraceId;
            await shop.PublishAsync(Confirmed());
        }

        await Eventually.IsTrueAsync(
            "the trace is whole",
            () =>
            {
                var ours = spans.Where(s => s.TraceId == trace).ToList();
                return Task.FromResult(
                    ours.Count(s => s.DisplayName == "orders.order-confirmed.v1") >= 2
                        && ours.Any(s => s.DisplayName == "notifications.send-mail.v1")
                        && ours.Any(s => s.Source.Name == "Npgsql")
                );
            }
        );
    }

    private static OrderConfirmed Confirmed()
    {
        var total = new Money(1000, "EUR");
        var id = Guid.CreateVersion7();
        return new(
            id,
            "1000042",
            id,
            id,
            null,
            "jane@example.com",
            [new("TENT-G", id, "Tent", 1, total, total, total)],
            new(total, total, total, total),
            TimeProvider.System.GetUtcNow()
        );
    }
}
