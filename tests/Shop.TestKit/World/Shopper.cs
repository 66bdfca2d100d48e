using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Shop.TestKit.World;

/// <summary>An answer of the shop: status, body and the headers that tests look at.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON body; null when there is none.</param>
/// <param name="Location">Where to look on.</param>
/// <param name="ETag">Version of what was answered.</param>
public sealed record Answer(HttpStatusCode Status, JsonNode? Body, string? Location, string? ETag)
{
    /// <summary>The stable code of a problem document.</summary>
    public string? Code => Body?["code"]?.GetValue<string>();

    /// <summary>A member of the body as text.</summary>
    public string? this[string member] => Body?[member]?.ToString();
}

/// <summary>Somebody who buys, through the public API alone.</summary>
/// <param name="client">Calls the shop.</param>
public sealed class Shopper(HttpClient client)
{
    /// <summary>A place to send parcels to.</summary>
    public static JsonObject Address =>
        new()
        {
            ["name"] = "Ada Example",
            ["line1"] = "Main Street 1",
            ["postalCode"] = "10115",
            ["city"] = "Berlin",
            ["country"] = "DE",
        };

    /// <summary>The cart's id, once there is one.</summary>
    public string CartId { get; private set; } = "";

    /// <summary>The password of everybody with an account.</summary>
    public const string Password = "correct horse battery";

    /// <summary>What somebody with an account is known by; empty for a guest.</summary>
    public string AccessToken { get; private set; } = "";

    /// <summary>The guest's key to the cart.</summary>
    public string CartToken { get; private set; } = "";

    /// <summary>Somebody with an account, signed in.</summary>
    /// <param name="shop">Calls the shop; stays as it is.</param>
    public static async Task<Shopper> RegisterAsync(HttpClient shop)
    {
        var client = new HttpClient { BaseAddress = shop.BaseAddress, Timeout = shop.Timeout };
        var shopper = new Shopper(client);
        await shopper.SendAsync(
            HttpMethod.Post,
            "/api/v1/users/register",
            new JsonObject
            {
                ["email"] = shopper.Email,
                ["password"] = Password,
                ["name"] = "Ada",
            }
        );
        var tokens = await shopper.SendAsync(
            HttpMethod.Post,
            "/api/v1/users/sign-in",
            new JsonObject { ["email"] = shopper.Email, ["password"] = Password }
        );
        shopper.AccessToken = tokens["accessToken"]!;
        client.DefaultRequestHeaders.Authorization = new("Bearer", shopper.AccessToken);
        return shopper;
    }

    /// <summary>Where mails go; each shopper has one of their own.</summary>
    public string Email { get; } = $"shopper-{Guid.CreateVersion7():N}@example.com";

    /// <summary>Opens a guest cart and puts lines into it.</summary>
    public async Task<Answer> FillCartAsync(params (string Sku, int Quantity)[] lines)
    {
        var cart = await SendAsync(HttpMethod.Post, "/api/v1/carts", new JsonObject());
        if (cart.Status != HttpStatusCode.Created)
            throw new InvalidOperationException($"No cart: {cart}");
        // Only a guest's cart has a token.
        (CartId, CartToken) = (cart["id"]!, cart["token"] ?? "");
        foreach (var (sku, quantity) in lines)
        {
            cart = await AddAsync(sku, quantity);
            if (cart.Status is not (HttpStatusCode.OK or HttpStatusCode.Created))
                throw new InvalidOperationException($"No line: {cart}");
        }
        return cart;
    }

    /// <summary>Adds a line to the cart.</summary>
    public Task<Answer> AddAsync(string sku, int quantity) =>
        SendAsync(HttpMethod.Post, $"/api/v1/carts/{CartId}/lines", new JsonObject { ["sku"] = sku, ["quantity"] = quantity });

    /// <summary>Puts a code on the cart.</summary>
    /// <exception cref="InvalidOperationException">The cart does not take it.</exception>
    public async Task<Answer> AddCouponAsync(string code)
    {
        var cart = await SendAsync(HttpMethod.Post, $"/api/v1/carts/{CartId}/coupons", new JsonObject { ["code"] = code });
        return cart.Status == HttpStatusCode.OK ? cart : throw new InvalidOperationException($"No coupon: {cart}");
    }

    /// <summary>Buys what is in the cart.</summary>
    /// <param name="paymentMethod">One of the provider's test methods.</param>
    /// <param name="key">Idempotency key; a new one when null.</param>
    public Task<Answer> CheckOutAsync(string paymentMethod = "pm_card_visa", string? key = null) =>
        SendAsync(
            HttpMethod.Post,
            "/api/v1/checkouts",
            new JsonObject
            {
                ["cartId"] = CartId,
                ["email"] = Email,
                ["shippingAddress"] = Address,
                ["paymentMethod"] = paymentMethod,
            },
            ("Idempotency-Key", key ?? Guid.CreateVersion7().ToString())
        );

    /// <summary>How a purchase stands.</summary>
    public Task<Answer> GetCheckoutAsync(string id) => SendAsync(HttpMethod.Get, $"/api/v1/checkouts/{id}", null);

    /// <summary>Takes the order of a purchase back.</summary>
    public Task<Answer> CancelOrderAsync(string id) => SendAsync(HttpMethod.Post, $"/api/v1/orders/{id}/cancel", null);

    /// <summary>Sends a request with the cart's token.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, JsonNode? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (CartToken.Length > 0)
            request.Headers.Add("Cart-Token", CartToken);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var json = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new Answer(
            response.StatusCode,
            json && text.Length > 0 ? JsonNode.Parse(text) : null,
            response.Headers.Location?.ToString(),
            response.Headers.ETag?.ToString()
        );
    }
}
