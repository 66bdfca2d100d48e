using Shop.TestKit.World;

namespace Shop.SystemTests;

/// <summary>What a scraper finds at a shop that is a process of its own: meters belong to a process, and a test's process has many shops.</summary>
public sealed class MetricsTests(SharedWorld shared)
{
    [Theory]
    [InlineData("http_server_request_duration_seconds_count")]
    [InlineData("dotnet_process_memory_working_set_bytes")]
    [InlineData("db_client_connection_max")]
    [InlineData("shop_bus_inbox_depth")]
    [InlineData("shop_bus_inbox_oldest_age_seconds")]
    [InlineData("shop_bus_outbox_depth")]
    [InlineData("shop_bus_outbox_oldest_age_seconds")]
    [InlineData("shop_bus_dead_letters")]
    public async Task Prometheus_finds(string figure) =>
        await Eventually.IsTrueAsync(figure, async () => (await shared.World.Client.GetStringAsync("/metrics")).Contains($"\n{figure}"));

    [Fact]
    public async Task Purchases_and_payments_under_way_are_counted_by_state()
    {
        var shopper = await shared.ShopperAsync(await shared.ProductAsync(stock: 5));
        await Purchase.PendingAsync(shopper, await shopper.CheckOutAsync("pm_card_authenticationRequired"));

        await Prometheus_finds("shop_checkout_open{otel_scope_name=\"Shop\",state=\"payment_pending\"} ");
        await Prometheus_finds("shop_payments_unsettled{otel_scope_name=\"Shop\",state=\"requires_action\"} ");
    }
}
