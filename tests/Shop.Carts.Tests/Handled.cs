namespace Shop.Carts.Tests;

internal static class Handled
{
    /// <summary>Waits until nothing that was published so far waits for Carts; nothing failed for good either.</summary>
    public static async Task AllHandledAsync(this ShopFixture shop)
    {
        const string mine =
            "message_type in ('products.products-published.v1', 'products.product-unpublished.v1', 'orders.order-confirmed.v1')";
        await Eventually.IsTrueAsync(
            "all is handled",
            async () =>
                await shop.ScalarAsync<long>(
                    $"select count(*) from wolverine.wolverine_incoming_envelopes where status <> 'Handled' and {mine}"
                ) == 0
        );
        (await shop.ScalarAsync<long>($"select count(*) from wolverine.wolverine_dead_letters where {mine}")).ShouldBe(0);
    }
}
