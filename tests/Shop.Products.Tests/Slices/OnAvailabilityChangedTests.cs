using Shop.Inventory.Contracts;
using Shop.Products.Subscriptions;

namespace Shop.Products.Tests.Slices;

public sealed class OnAvailabilityChangedTests(ShopFixture shop)
{
    private const string WireName = "inventory.availability-changed.v1";

    [Fact]
    [RedeliveryOf<OnAvailabilityChangedHandler>(typeof(AvailabilityChanged))]
    public async Task Redelivered_availability_changes_the_catalogue_once()
    {
        var slug = Catalogue.Unique();
        await shop.SellAsync(slug);
        var message = new AvailabilityChanged([new($"{slug}-M", true, 3)]);
        await shop.PublishAsync(message);
        await shop.HandledAsync(WireName);
        var revision = await RevisionAsync(slug);

        await shop.PublishAsync(message);
        await shop.HandledAsync(WireName);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => shop.PublishAsync(message)));
        await shop.HandledAsync(WireName);

        (await RevisionAsync(slug)).ShouldBe(revision);
        (await StateAsync($"{slug}-M")).ShouldBe("true 3");
    }

    [Fact]
    public async Task An_older_word_never_overwrites_a_newer_one()
    {
        var sku = Catalogue.Unique("sku");
        await shop.PublishAsync(new AvailabilityChanged([new(sku, true, 9)]));
        await shop.HandledAsync(WireName);
        await shop.PublishAsync(new AvailabilityChanged([new(sku, false, 8), new(sku, false, 7)]));
        await shop.HandledAsync(WireName);
        (await StateAsync(sku)).ShouldBe("true 9");
    }

    [Fact]
    public async Task Words_that_come_at_once_and_in_any_order_end_with_the_newest()
    {
        var skus = Enumerable.Range(0, 5).Select(_ => Catalogue.Unique("sku")).ToArray();
        var messages = Enumerable
            .Range(1, 12)
            .Select(version => new AvailabilityChanged([
                .. Shuffled(skus).Select(sku => new SkuAvailability(sku, version % 2 == 0, version)),
            ]));
        await Task.WhenAll(Shuffled(messages.ToArray()).Select(shop.PublishAsync));
        await shop.HandledAsync(WireName);
        foreach (var sku in skus)
            (await StateAsync(sku)).ShouldBe("true 12");
    }

    [Fact]
    public async Task A_word_about_a_sku_that_isnt_in_the_catalogue_yet_is_kept()
    {
        var slug = Catalogue.Unique();
        await shop.PublishAsync(new AvailabilityChanged([new($"{slug}-M", true, 4)]));
        await shop.HandledAsync(WireName);

        await shop.SellAsync(slug);

        var variant = (await shop.GetAsync($"/api/v1/products/{slug}"))["variants"]![0]!;
        variant["available"]!.GetValue<bool>().ShouldBeTrue();
    }

    private static T[] Shuffled<T>(T[] items)
    {
        Random.Shared.Shuffle(items = [.. items]);
        return items;
    }

    private Task<long> RevisionAsync(string slug) => shop.ScalarAsync<long>("select revision from products.products where slug = $1", slug);

    private Task<string?> StateAsync(string sku) =>
        shop.ScalarAsync<string>("select in_stock || ' ' || version from products.availability where sku = $1", sku);
}
