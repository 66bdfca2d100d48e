using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.Products.Contracts;

namespace Shop.Carts.Tests;

/// <summary>Somebody who fills a cart: a guest with the cart's token, or a customer.</summary>
internal sealed class Buyer : IDisposable
{
    private readonly HttpClient _client;

    private Buyer(HttpClient client) => _client = client;

    public Guid CartId { get; set; }

    public string? Token { get; set; }

    /// <param name="shop">Where the guest buys.</param>
    /// <param name="from">The guest's own address, one of this machine's.</param>
    public static async Task<Buyer> GuestAsync(ShopFixture shop, string from = "127.0.0.1")
    {
        var buyer = new Buyer(new HttpClient(Elsewhere.From(IPAddress.Parse(from))) { BaseAddress = shop.Client.BaseAddress });
        await buyer.OpenAsync();
        return buyer;
    }

    public static async Task<Buyer> CustomerAsync(ShopFixture shop, Guid? userId = null)
    {
        var buyer = new Buyer(shop.ClientAs(Policies.Customer, userId));
        await buyer.OpenAsync();
        return buyer;
    }

    public void Dispose() => _client.Dispose();

    public async Task<CartSeen> OpenAsync()
    {
        var cart = await (await SendAsync(HttpMethod.Post, "")).CartAsync(HttpStatusCode.Created, HttpStatusCode.OK);
        (CartId, Token) = (cart.Id, cart.Token);
        return cart;
    }

    public Task<HttpResponseMessage> TryGetAsync() => SendAsync(HttpMethod.Get, $"/{CartId}");

    public async Task<CartSeen> GetAsync() => await (await TryGetAsync()).CartAsync();

    public Task<HttpResponseMessage> TryAddAsync(string sku, int quantity = 1, long? version = null) =>
        SendAsync(HttpMethod.Post, $"/{CartId}/lines", new { sku, quantity }, version);

    /// <summary>Sends again, as the answer asks, what a busy shop gave up before it changed anything.</summary>
    public static Task<HttpResponseMessage> AnsweredAsync(Func<Task<HttpResponseMessage>> send) =>
        Eventually.GetAsync(
            "the shop is not too busy to answer",
            async () => await send() is { StatusCode: not HttpStatusCode.ServiceUnavailable } answer ? answer : null
        );

    public async Task<CartSeen> AddAsync(string sku, int quantity = 1) => await (await TryAddAsync(sku, quantity)).CartAsync();

    public Task<HttpResponseMessage> TryChangeAsync(string sku, int quantity, long? version) =>
        SendAsync(HttpMethod.Put, $"/{CartId}/lines/{sku}", new { quantity }, version);

    public Task<HttpResponseMessage> TryRemoveAsync(string sku, long? version) =>
        SendAsync(HttpMethod.Delete, $"/{CartId}/lines/{sku}", null, version);

    public Task<HttpResponseMessage> TryMergeAsync(Buyer guest) =>
        SendAsync(HttpMethod.Post, $"/{CartId}/merge", new { guestCartId = guest.CartId, guestToken = guest.Token });

    public Task<HttpResponseMessage> TryCouponAsync(string code) => SendAsync(HttpMethod.Post, $"/{CartId}/coupons", new { code });

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, long? version = null)
    {
        var request = new HttpRequestMessage(method, "/api/v1/carts" + path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (Token is not null)
            request.Headers.Add("Cart-Token", Token);
        if (version is not null)
            request.Headers.Add("If-Match", $"\"{version}\"");
        return _client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}

/// <summary>A cart as a client reads it.</summary>
internal sealed record CartSeen(
    Guid Id,
    string? Token,
    long Version,
    string Currency,
    LineSeen[] Lines,
    string ShippingMethod,
    Money Subtotal,
    Money Shipping,
    Money Tax,
    Money Total,
    string Status,
    Guid? NextCartId,
    Money Discount,
    PromotionSeen[] Promotions,
    CouponSeen[] Coupons,
    ChangeSeen? TotalChanged
)
{
    public LineSeen this[string sku] => Lines.Single(l => l.Sku == sku);
}

internal sealed record LineSeen(
    string Sku,
    Guid ProductId,
    string Title,
    int Quantity,
    Money UnitPrice,
    Money Tax,
    Money Total,
    bool Available,
    ChangeSeen? PriceChanged,
    Money Discount
);

internal sealed record PromotionSeen(string Name, string? Code, Money Amount);

internal sealed record CouponSeen(string Code, bool Applied, string? Reason);

internal sealed record ChangeSeen(Money Was, Money Now);

internal static class Answers
{
    public static async Task<CartSeen> CartAsync(this HttpResponseMessage response, params HttpStatusCode[] expected)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        (expected.Length == 0 ? [HttpStatusCode.OK] : expected).ShouldContain(response.StatusCode, body);
        var cart = JsonSerializer.Deserialize<CartSeen>(body, JsonSerializerOptions.Web)!;
        response.Headers.ETag!.Tag.ShouldBe($"\"{cart.Version}\"");
        return cart;
    }

    public static async Task ShouldBeProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(status, body);
        JsonDocument.Parse(body).RootElement.GetProperty("code").GetString().ShouldBe(code);
    }
}

/// <summary>Products as the Products module tells of them.</summary>
internal static class Catalogue
{
    public static string NewSku() => "SKU-" + Guid.NewGuid().ToString("N")[..12].ToUpperInvariant();

    public static ProductSnapshot Product(string sku, long price = 1000, long version = 1, Guid? id = null) =>
        Product([sku], price, version, id);

    public static ProductSnapshot Product(string[] skus, long price = 1000, long version = 1, Guid? id = null) =>
        new(
            id ?? Guid.CreateVersion7(),
            "slug-" + skus[0].ToLowerInvariant(),
            "Tent",
            "A tent.",
            null,
            null,
            null,
            [.. skus.Select(sku => new VariantSnapshot(sku, skus.Length == 1 ? "" : "green", new Money(price, "EUR"), null))],
            version
        );

    /// <summary>Publishes products and waits until Carts offers them.</summary>
    public static async Task<ProductSnapshot> SellAsync(this ShopFixture shop, params ProductSnapshot[] products)
    {
        await shop.PublishAsync(new ProductsPublished(products));
        foreach (var product in products)
            await Eventually.IsTrueAsync(
                $"{product.Slug} is offered",
                async () => await shop.VersionAsync(product.ProductId) >= product.Version
            );
        return products[0];
    }

    /// <summary>A new product of this price, offered.</summary>
    public static async Task<string> SellAsync(this ShopFixture shop, long price = 1000)
    {
        var sku = NewSku();
        await shop.SellAsync(Product(sku, price));
        return sku;
    }

    public static Task<long> VersionAsync(this ShopFixture shop, Guid productId) =>
        shop.ScalarAsync<long>("select version from carts.product_versions where product_id = $1", productId);

    public static Task<long> PriceAsync(this ShopFixture shop, string sku) =>
        shop.ScalarAsync<long>("select price_minor from carts.offers where sku = $1", sku);
}
