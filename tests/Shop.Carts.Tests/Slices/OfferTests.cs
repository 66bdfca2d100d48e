using System.Net;
using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Subscriptions;
using Shop.Products.Contracts;

namespace Shop.Carts.Tests.Slices;

public sealed class OfferTests(ShopFixture shop)
{
    [Fact]
    public async Task A_changed_price_is_shown_told_and_then_counts()
    {
        var product = await shop.SellAsync(Catalogue.Product(Catalogue.NewSku(), 1000));
        var sku = product.Variants[0].Sku;
        using var guest = await Buyer.GuestAsync(shop);
        var before = await guest.AddAsync(sku);

        await shop.SellAsync(Catalogue.Product(sku, 1200, version: 2, product.ProductId));
        var shown = await guest.GetAsync();
        var again = await guest.GetAsync();

        shown[sku].UnitPrice.ShouldBe(new Money(1200, "EUR"));
        shown[sku].PriceChanged.ShouldBe(new ChangeSeen(new Money(1000, "EUR"), new Money(1200, "EUR")));
        shown.Version.ShouldBe(before.Version + 1, "who acts on the old price has to read again");
        again.ShouldSatisfyAllConditions(a => a.Version.ShouldBe(shown.Version), a => a[sku].ShouldBe(shown[sku]));
        var accepted = await (await guest.TryChangeAsync(sku, 1, again.Version)).CartAsync();
        accepted[sku].PriceChanged.ShouldBeNull();
        accepted[sku].UnitPrice.ShouldBe(new Money(1200, "EUR"));
    }

    [Fact]
    public async Task A_product_no_longer_sold_can_not_be_added_and_says_so_where_it_is_in()
    {
        var product = await shop.SellAsync(Catalogue.Product(Catalogue.NewSku()));
        var sku = product.Variants[0].Sku;
        using var guest = await Buyer.GuestAsync(shop);
        await guest.AddAsync(sku);

        await shop.PublishAsync(new ProductUnpublished(product.ProductId, 2));
        await Eventually.IsTrueAsync("it is gone", async () => await shop.PriceAsync(sku) == 0);

        (await guest.GetAsync())[sku].Available.ShouldBeFalse();
        await (await guest.TryAddAsync(sku)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "carts.unknown_variant");
    }

    [Fact]
    public async Task A_variant_that_is_gone_from_its_product_is_no_longer_offered()
    {
        var (green, red) = (Catalogue.NewSku(), Catalogue.NewSku());
        var product = await shop.SellAsync(Catalogue.Product([green, red]));

        await shop.SellAsync(Catalogue.Product(green, version: 2, id: product.ProductId));

        (await shop.PriceAsync(green)).ShouldBe(1000);
        (await shop.PriceAsync(red)).ShouldBe(0);
    }

    [Fact]
    public async Task An_older_snapshot_never_wins_however_late_it_comes()
    {
        var sku = Catalogue.NewSku();
        var newest = await shop.SellAsync(Catalogue.Product(sku, 3000, version: 3));

        await shop.PublishAsync(
            new ProductsPublished([Catalogue.Product(sku, 2000, version: 2, newest.ProductId), Catalogue.Product(Catalogue.NewSku())])
        );
        await shop.PublishAsync(new ProductUnpublished(newest.ProductId, 2));
        await AllHandledAsync();

        (await shop.PriceAsync(sku)).ShouldBe(3000);
    }

    [Fact]
    public async Task A_product_taken_off_the_shelf_before_its_snapshot_came_stays_off()
    {
        var sku = Catalogue.NewSku();
        var product = Catalogue.Product(sku, version: 4);
        await shop.PublishAsync(new ProductUnpublished(product.ProductId, 5));
        await Eventually.IsTrueAsync("it is known", async () => await shop.VersionAsync(product.ProductId) == 5);

        await shop.PublishAsync(new ProductsPublished([product]));
        await AllHandledAsync();

        (await shop.PriceAsync(sku)).ShouldBe(0);
    }

    [Fact, RedeliveryOf<OnProductsPublishedHandler>(typeof(ProductsPublished))]
    public async Task Published_twice_and_at_once_is_published_once()
    {
        var sku = Catalogue.NewSku();
        var message = new ProductsPublished([Catalogue.Product(sku, 1500)]);

        await shop.PublishAsync(message);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => shop.PublishAsync(message)));
        await AllHandledAsync();

        (await shop.PriceAsync(sku)).ShouldBe(1500);
        (await shop.ScalarAsync<long>("select count(*) from carts.offers where product_id = $1", message.Products[0].ProductId)).ShouldBe(
            1
        );
    }

    [Fact, RedeliveryOf<OnProductUnpublishedHandler>(typeof(ProductUnpublished))]
    public async Task Unpublished_twice_and_at_once_is_unpublished_once_and_can_be_published_again()
    {
        var product = await shop.SellAsync(Catalogue.Product(Catalogue.NewSku()));
        var sku = product.Variants[0].Sku;
        var message = new ProductUnpublished(product.ProductId, 2);

        await shop.PublishAsync(message);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => shop.PublishAsync(message)));
        await AllHandledAsync();
        (await shop.PriceAsync(sku)).ShouldBe(0);

        await shop.SellAsync(product with { Version = 3 });
        await shop.PublishAsync(message);
        await AllHandledAsync();
        (await shop.PriceAsync(sku)).ShouldBe(1000);
    }

    [Fact]
    public async Task Batches_that_overlap_and_come_at_once_do_not_block_each_other()
    {
        var products = Enumerable.Range(0, 40).Select(_ => Catalogue.Product(Catalogue.NewSku())).ToArray();

        for (var version = 1; version <= 5; version++)
        {
            var batch = products.Select(p => p with { Version = version });
            await shop.PublishAsync(new ProductsPublished([.. batch]));
            await shop.PublishAsync(new ProductsPublished([.. batch.Reverse()]));
        }

        foreach (var product in products)
            await Eventually.IsTrueAsync("newest", async () => await shop.VersionAsync(product.ProductId) == 5);
    }

    private Task AllHandledAsync() => shop.AllHandledAsync();
}
