using Npgsql;
using Shop.BuildingBlocks.Contracts;
using Shop.Inventory.Contracts;
using Shop.Orders.Contracts;
using Shop.Products.Contracts;
using Shop.Search.Subscriptions;

namespace Shop.Search.Tests.Slices;

public sealed class SubscriptionTests(ShopFixture shop)
{
    [Fact]
    [RedeliveryOf<OnProductsPublishedHandler>(typeof(ProductsPublished))]
    public async Task Redelivered_products_are_indexed_once_and_an_older_snapshot_never_wins()
    {
        var (word, id) = (Index.Word(), Guid.CreateVersion7());
        var newest = new ProductsPublished([Index.Product($"{word} new", id: id, version: 5)]);
        await DeliverOnceTwiceAndAtOnceAsync(newest, Index.Published);
        await shop.IndexAsync(Index.Product($"{word} old", id: id, version: 4));
        await shop.IndexAsync(Index.Product($"{word} same version", id: id, version: 5));
        (await shop.FindAsync(word)).ShouldBe([$"{word} new"]);
    }

    [Fact]
    public async Task Names_of_categories_and_words_are_those_of_snapshots_that_were_taken()
    {
        var (slug, other, late) = (Index.Word(), Index.Word()[..14], Index.Word()[..14]);
        var product = Index.FullProduct("boots", "blue", path: [("clothes", "Clothes"), (slug, "New")]) with { Version = 5 };
        var old = product with { Title = late, Version = 4, CategoryPath = [new(slug, "Old")] };
        await shop.IndexAsync(product);
        await shop.IndexAsync(old);
        (await CategoryAsync()).ShouldBe("New new clothes");
        (await shop.ScalarAsync<long>("select count(*) from search.words where text = $1", late)).ShouldBe(0);

        // Of one message too.
        await shop.IndexAsync(old, Index.FullProduct(other, "blue", path: [("clothes", "Clothes"), (slug, "Newer")]));
        (await CategoryAsync()).ShouldBe("Newer newer clothes");
        (await shop.ScalarAsync<long>("select count(*) from search.words where text in ($1, $2)", other, late)).ShouldBe(1);

        Task<string?> CategoryAsync() =>
            shop.ScalarAsync<string>("select concat_ws(' ', label, label_key, parent) from search.facet_values where value = $1", slug);
    }

    [Fact]
    public async Task Products_of_a_vendor_whose_row_is_held_are_indexed_all_the_same()
    {
        var word = Index.Word();
        await shop.IndexAsync(Index.Product($"{word} first", vendor: word));
        await using var connection = new NpgsqlConnection(shop.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var held = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand($"select from search.facet_values where value = '{word}' for update", connection);
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await shop.IndexAsync(Index.Product($"{word} second", vendor: word));

        (await shop.FindAsync(word)).Order().ShouldBe([$"{word} first", $"{word} second"]);
    }

    [Fact]
    [RedeliveryOf<OnProductUnpublishedHandler>(typeof(ProductUnpublished))]
    public async Task Redelivered_withdrawal_hides_once_and_a_newer_publication_stays()
    {
        var (word, id) = (Index.Word(), Guid.CreateVersion7());
        await shop.IndexAsync(Index.Product(word, id: id, version: 1));
        await DeliverOnceTwiceAndAtOnceAsync(new ProductUnpublished(id, 2), Index.Unpublished);
        (await shop.FindAsync(word)).ShouldBeEmpty();
        await shop.IndexAsync(Index.Product(word, id: id, version: 3));
        await DeliverOnceTwiceAndAtOnceAsync(new ProductUnpublished(id, 2), Index.Unpublished);
        (await shop.FindAsync(word)).ShouldBe([word]);
    }

    [Fact]
    public async Task A_snapshot_that_comes_after_its_withdrawal_doesnt_bring_the_product_back()
    {
        var (word, id) = (Index.Word(), Guid.CreateVersion7());
        await shop.PublishAsync(new ProductUnpublished(id, 2));
        await shop.HandledAsync(Index.Unpublished);
        await shop.IndexAsync(Index.Product(word, id: id, version: 1));
        (await shop.FindAsync(word)).ShouldBeEmpty();
    }

    [Fact]
    [RedeliveryOf<OnAvailabilityChangedHandler>(typeof(AvailabilityChanged))]
    public async Task Redelivered_availability_is_taken_once_and_an_older_word_never_wins()
    {
        var sku = Index.Word();
        await DeliverOnceTwiceAndAtOnceAsync(new AvailabilityChanged([new(sku, true, 5), new(sku, false, 4)]), Index.Availability);
        await shop.PublishAsync(new AvailabilityChanged([new(sku, false, 4)]));
        await shop.HandledAsync(Index.Availability);
        (await shop.ScalarAsync<string>("select in_stock || ' ' || version from search.availability where sku = $1", sku)).ShouldBe(
            "true 5"
        );
    }

    [Fact]
    [RedeliveryOf<OnOrderConfirmedHandler>(typeof(OrderConfirmed))]
    public async Task Redelivered_order_counts_once_and_what_sells_more_comes_first()
    {
        var word = Index.Word();
        var (slow, quick) = (Index.Product($"{word} slow"), Index.Product($"{word} quick"));
        var most = Index.Product("by description", word);
        await shop.IndexAsync(slow, quick, most);
        await DeliverOnceTwiceAndAtOnceAsync(
            Order((quick.ProductId, 2), (quick.ProductId, 3), (slow.ProductId, 1), (most.ProductId, 9)),
            Index.Confirmed
        );
        (await SoldAsync(quick.ProductId)).ShouldBe(5);
        (await SoldAsync(slow.ProductId)).ShouldBe(1);
        (await shop.FindAsync(word)).ShouldBe([$"{word} quick", $"{word} slow", most.Title]);
        (await shop.FindAsync(word, "&sort=popularity")).ShouldBe([most.Title, $"{word} quick", $"{word} slow"]);
    }

    [Fact]
    public async Task What_was_sold_before_its_product_was_indexed_counts()
    {
        var product = Index.Product(Index.Word());
        await shop.PublishAsync(Order((product.ProductId, 4)));
        await shop.HandledAsync(Index.Confirmed);
        (await shop.FindAsync(product.Title)).ShouldBeEmpty();
        await shop.IndexAsync(product);
        (await shop.FindAsync(product.Title)).ShouldHaveSingleItem();
        (await SoldAsync(product.ProductId)).ShouldBe(4);
    }

    private async Task DeliverOnceTwiceAndAtOnceAsync(object message, string wireName)
    {
        await shop.PublishAsync(message);
        await shop.HandledAsync(wireName);
        await shop.PublishAsync(message);
        await shop.HandledAsync(wireName);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => shop.PublishAsync(message)));
        await shop.HandledAsync(wireName);
    }

    private static OrderConfirmed Order(params (Guid ProductId, int Quantity)[] lines)
    {
        var (zero, address) = (Money.Zero("EUR"), Guid.CreateVersion7());
        return new(
            Guid.CreateVersion7(),
            "1001",
            Guid.CreateVersion7(),
            Guid.CreateVersion7(),
            null,
            $"{address:N}@shop.test",
            [.. lines.Select(l => new OrderLine("sku", l.ProductId, "title", l.Quantity, zero, zero, zero))],
            new(zero, zero, zero, zero),
            new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)
        );
    }

    private Task<long> SoldAsync(Guid productId) =>
        shop.ScalarAsync<long>("select sold from search.items where product_id = $1", productId);
}
