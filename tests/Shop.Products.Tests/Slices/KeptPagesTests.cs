using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Shop.Products.Pages;

namespace Shop.Products.Tests.Slices;

/// <summary>What is kept of the catalogue, on a clock that stands still unless a test moves it.</summary>
public sealed class KeptPagesTests(ShopFixture shop) : IAsyncLifetime
{
    private static readonly TimeSpan LessThanASecond = ProductPages.MaxAge - TimeSpan.FromMilliseconds(1);
    private readonly string _slug = Catalogue.Unique();
    private readonly FakeTimeProvider _clock = new();
    private NpgsqlDataSource _database = null!;
    private ProductPages _pages = null!;

    public async ValueTask InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(shop.ConnectionString);
        _pages = new ProductPages(new ProductReads(_database), _clock, Options.Create(new ProductsOptions()));
        await shop.SellAsync(_slug);
        (await TitleAsync()).ShouldBe("Warm jacket");
        (await ListedTitleAsync()).ShouldBe("Warm jacket");
    }

    public async ValueTask DisposeAsync()
    {
        _pages.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_waits_for_the_database_while_what_is_known_is_younger_than_a_second()
    {
        await _database.DisposeAsync();
        _clock.Advance(LessThanASecond);
        (await TitleAsync()).ShouldBe("Warm jacket");
        (await ListedTitleAsync()).ShouldBe("Warm jacket");
    }

    [Fact]
    public async Task Nothing_is_shown_that_was_true_a_second_ago_and_may_not_be_now()
    {
        await _database.DisposeAsync();
        _clock.Advance(ProductPages.MaxAge);
        await Should.ThrowAsync<ObjectDisposedException>(TitleAsync);
        await Should.ThrowAsync<ObjectDisposedException>(ListedTitleAsync);
    }

    [Fact]
    public async Task A_change_elsewhere_is_shown_by_the_next_request_after_a_second()
    {
        await ChangeElsewhereAsync();
        _clock.Advance(ProductPages.MaxAge);
        (await TitleAsync()).ShouldBe("Elsewhere");
        (await ListedTitleAsync()).ShouldBe("Elsewhere");
    }

    [Fact]
    public async Task A_change_elsewhere_comes_in_behind_the_requests_before_the_second_is_over()
    {
        await ChangeElsewhereAsync();
        _clock.Advance(LessThanASecond);
        await Eventually.IsTrueAsync("the product's page shows it", async () => await TitleAsync() == "Elsewhere");
        await Eventually.IsTrueAsync("the list shows it", async () => await ListedTitleAsync() == "Elsewhere");
    }

    [Fact]
    public async Task What_changed_through_this_process_is_shown_by_the_next_request()
    {
        await ChangeElsewhereAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _pages.Recheck();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        (await TitleAsync()).ShouldBe("Elsewhere");
        (await ListedTitleAsync()).ShouldBe("Elsewhere");
    }

    [Fact]
    public async Task A_product_that_is_gone_is_not_shown_from_memory_for_longer_than_a_second()
    {
        await ChangeElsewhereAsync("status = 0");
        _clock.Advance(ProductPages.MaxAge);
        (await _pages.ProductAsync(_slug, null, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    private Task<long> ChangeElsewhereAsync(string change = "title = 'Elsewhere'") =>
        shop.ScalarAsync<long>(
            $"""
            with tick as (update products.catalogue set revision = revision + 1 returning revision)
            update products.products set {change}, revision = tick.revision from tick where slug = $1 returning version
            """,
            _slug
        );

    private async Task<string> TitleAsync() =>
        JsonNode.Parse((await _pages.ProductAsync(_slug, null, TestContext.Current.CancellationToken))!.Body)!.Text("title");

    private async Task<string> ListedTitleAsync() =>
        JsonNode.Parse((await _pages.ListAsync(_slug, null, null, 20, TestContext.Current.CancellationToken))!.Body)!["items"]![0]!.Text(
            "title"
        );
}
