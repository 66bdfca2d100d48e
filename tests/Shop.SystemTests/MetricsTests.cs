using System.Globalization;
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
        var pending = await Purchase.PendingAsync(shopper, await shopper.CheckOutAsync("pm_card_authenticationRequired"));

        await IsTrueOfAsync("shop_checkout_open", "payment_pending", count => count >= 1);
        await IsTrueOfAsync("shop_payments_unsettled", "requires_action", count => count >= 1);

        await Payer.AuthenticateAsync(shared.World, pending["actionUrl"]!);
        await Purchase.EndAsync(shopper, pending);
        // Others of this world wait for their payers now and then; none does for good.
        await IsTrueOfAsync("shop_checkout_open", "payment_pending", count => count == 0);
        await IsTrueOfAsync("shop_payments_unsettled", "requires_action", count => count == 0);
    }

    private Task IsTrueOfAsync(string gauge, string state, Predicate<long> rule) =>
        Eventually.IsTrueAsync(
            $"{gauge} in {state}",
            async () =>
                (await shared.World.Client.GetStringAsync("/metrics"))
                    .Split('\n')
                    .FirstOrDefault(line => line.StartsWith(gauge) && line.Contains($"state=\"{state}\""))
                    is { } line
                && rule(long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)),
            TimeSpan.FromSeconds(60)
        );
}
