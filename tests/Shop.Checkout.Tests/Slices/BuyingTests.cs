using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks;
using Shop.TestKit.World;

namespace Shop.Checkout.Tests.Slices;

/// <summary>Real carts and real products; no payment provider answers, so no purchase gets further than its payment.</summary>
public class BuyingTests(CheckoutShop shop)
{
    private readonly string _sku = $"BUY-{Guid.CreateVersion7():N}"[..24].ToUpperInvariant();
    private readonly Shopper _shopper = new(shop.Client);

    private string ProductPath => $"/api/v1/products/product-{_sku.ToLowerInvariant()}";

    [Fact]
    public async Task A_cart_that_is_not_the_callers_can_not_be_bought()
    {
        var answer = await shop.Client.BuyAsync(Requests.Buy(Guid.CreateVersion7()), Guid.CreateVersion7().ToString(), "whoever");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.CodeAsync()).ShouldBe("checkout.cart_not_found");
    }

    [Fact]
    public async Task An_empty_cart_can_not_be_bought()
    {
        await _shopper.FillCartAsync();
        var answer = await _shopper.CheckOutAsync();
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("checkout.cart_empty");
    }

    [Fact]
    public async Task What_is_out_of_stock_is_said_within_the_request_and_the_cart_stays_open()
    {
        await SellAsync(stock: 1);
        await _shopper.FillCartAsync((_sku, 2));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var answer = await _shopper.CheckOutAsync();
            answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            answer.Code.ShouldBe("inventory.out_of_stock");
        }
    }

    [Fact]
    public async Task A_changed_price_is_told_with_both_prices()
    {
        var staff = await SellAsync(stock: 1);
        await _shopper.FillCartAsync((_sku, 1));
        using var seen = await staff.GetAsync(ProductPath);
        using var change = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/products/{(await seen.JsonAsync())["id"]}");
        change.Content = JsonContent.Create(Product(2_500, stock: null));
        change.Headers.IfMatch.Add(seen.Headers.ETag!);
        (await staff.SendAsync(change)).EnsureSuccessStatusCode();

        // A cart keeps what its shopper was shown; the price's owner has the last word here.
        var answer = await _shopper.CheckOutAsync();
        answer.Code.ShouldBe("checkout.price_changed");
        answer.Status.ShouldBe(HttpStatusCode.Conflict);
        var changed = answer.Body!["changes"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)changed["sku"]).ShouldBe(_sku);
        ((long?)changed["was"]!["minor"]).ShouldBe(1_000);
        ((long?)changed["now"]!["minor"]).ShouldBe(2_500);
    }

    [Fact]
    public async Task What_is_no_longer_sold_is_named()
    {
        var staff = await SellAsync(stock: 1);
        await _shopper.FillCartAsync((_sku, 1));
        var product = JsonNode.Parse(await staff.GetStringAsync(ProductPath))!;
        (await staff.PostAsync($"/api/v1/products/{product["id"]}/unpublish", null)).EnsureSuccessStatusCode();

        var answer = await _shopper.CheckOutAsync();
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("checkout.variant_unavailable");
        ((string?)answer.Body!["skus"]![0]).ShouldBe(_sku);
    }

    [Fact]
    public async Task The_same_key_at_once_is_one_purchase_with_one_answer()
    {
        await SellAsync(stock: 1);
        await _shopper.FillCartAsync((_sku, 2));
        var key = Guid.CreateVersion7().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _shopper.CheckOutAsync(key: key)));
        answers.ShouldAllBe(a => a.Status == HttpStatusCode.UnprocessableEntity && a.Code == "inventory.out_of_stock");
        answers.Select(a => a["checkoutId"]).Distinct().ShouldHaveSingleItem();
        var rows = await shop.ScalarAsync<long>("select count(*) from checkout.checkouts where cart_id = $1", Guid.Parse(_shopper.CartId));
        rows.ShouldBe(1);
    }

    [Fact]
    public async Task A_guests_cart_at_a_checkout_is_not_bought_again_through_the_cart_it_was_merged_into()
    {
        await SellAsync(stock: 1);
        await _shopper.FillCartAsync((_sku, 2));
        var customer = new Shopper(shop.ClientAs(Policies.Customer));
        await customer.FillCartAsync();
        var guests = Guid.Parse((await _shopper.CheckOutAsync())["checkoutId"]!);
        await StandsAsync(guests, "payment_pending", "now() + interval '1 hour'");

        var merged = await customer.SendAsync(
            HttpMethod.Post,
            $"/api/v1/carts/{customer.CartId}/merge",
            new JsonObject { ["guestCartId"] = _shopper.CartId, ["guestToken"] = _shopper.CartToken }
        );
        var refused = await customer.CheckOutAsync();

        merged.Status.ShouldBe(HttpStatusCode.OK);
        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.Conflict, "checkout.cart_in_checkout"));
        await StandsAsync(guests, "compensated", "null");
        (await customer.CheckOutAsync()).Code.ShouldBe("inventory.out_of_stock", "the guest's purchase came to nothing");
    }

    private Task StandsAsync(Guid purchase, string state, string wakeAt) =>
        shop.ScalarAsync<object>($"update checkout.checkouts set state = '{state}', wake_at = {wakeAt} where id = $1", purchase);

    /// <summary>Puts a product with this test's SKU on sale, and waits until Inventory and Carts know it.</summary>
    private async Task<HttpClient> SellAsync(int stock)
    {
        var staff = shop.ClientAs(Policies.Staff);
        var created = await staff.PostAsJsonAsync("/api/v1/products", Product(1_000, stock));
        created.EnsureSuccessStatusCode();
        (await staff.PostAsync($"/api/v1/products/{(await created.JsonAsync())["id"]}/publish", null)).EnsureSuccessStatusCode();
        await Eventually.IsTrueAsync(
            "the stock is booked",
            async () => (await staff.GetAsync($"/api/v1/inventory/levels/{_sku}")).IsSuccessStatusCode
        );
        var somebody = new Shopper(shop.Client);
        await somebody.FillCartAsync();
        await Eventually.IsTrueAsync("carts know the product", async () => (int)(await somebody.AddAsync(_sku, 1)).Status < 300);
        return staff;
    }

    private object Product(long price, int? stock) =>
        new
        {
            title = $"Product {_sku}",
            variants = new[]
            {
                new
                {
                    sku = _sku,
                    price = new { minor = price, currency = "EUR" },
                    openingStock = stock,
                },
            },
        };
}
