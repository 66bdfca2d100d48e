using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Shop.TestKit.World;

/// <summary>A member of staff, through the public API: puts products on sale and looks at the figures.</summary>
public sealed class Staff
{
    private readonly HttpClient _client;
    private readonly HttpClient _guest;

    private Staff(HttpClient client, HttpClient guest) => (_client, _guest) = (client, guest);

    /// <summary>Signs in as the admin that every shop under test is born with.</summary>
    /// <param name="shop">Calls the shop; stays as it is.</param>
    public static async Task<Staff> SignInAsync(HttpClient shop)
    {
        var answer = await shop.PostAsJsonAsync(
            "/api/v1/users/sign-in",
            new { email = TestSettings.AdminEmail, password = TestSettings.AdminPassword }
        );
        var tokens = await ReadAsync(answer);
        var client = new HttpClient { BaseAddress = shop.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens["accessToken"]!.ToString());
        // Where even the first answer of the bus is slow, a host that has just started says 503 until it has learnt the signing keys.
        await Eventually.IsTrueAsync(
            "the token is honoured",
            async () =>
            {
                using var me = await client.GetAsync("/api/v1/users/me");
                return me.IsSuccessStatusCode;
            }
        );
        return new Staff(client, shop);
    }

    /// <summary>Puts products on sale and waits until carts know them and stock is booked.</summary>
    /// <param name="products">SKU, price in minor units of EUR, pieces.</param>
    public async Task AddProductsAsync(params (string Sku, long Price, int Stock)[] products)
    {
        foreach (var (sku, price, stock) in products)
        {
            var created = await ReadAsync(await _client.PostAsJsonAsync("/api/v1/products", Product(sku, price, stock)));
            await ReadAsync(await _client.PostAsync($"/api/v1/products/{created["id"]}/publish", null));
        }
        foreach (var (sku, _, stock) in products)
        {
            await Eventually.IsTrueAsync($"{stock} of {sku} in stock", async () => await AvailableAsync(sku) == stock);
            var shopper = new Shopper(_guest);
            await shopper.FillCartAsync();
            await Eventually.IsTrueAsync(
                $"{sku} can be put into a cart",
                async () => (await shopper.AddAsync(sku, 1)).Status is HttpStatusCode.OK or HttpStatusCode.Created
            );
        }
    }

    /// <summary>Ten percent off by a code, for each customer so often, and for all together.</summary>
    public async Task PromoteAsync(string code, int customerLimit = 1, int? usageLimit = null) =>
        await ReadAsync(
            await _client.PostAsJsonAsync(
                "/api/v1/carts/promotions",
                new
                {
                    name = code,
                    code,
                    kind = "percentage",
                    basisPoints = 1_000,
                    customerLimit,
                    usageLimit,
                }
            )
        );

    /// <summary>Has the search index rebuilt and waits for the end.</summary>
    /// <returns>The rebuild as it ended.</returns>
    public async Task<JsonNode> RebuildSearchAsync()
    {
        var rebuild = await ReadAsync(await _client.PostAsync("/api/v1/search/rebuilds", null));
        var path = $"/api/v1/search/rebuilds/{rebuild["id"]}";
        await Eventually.IsTrueAsync(
            "the rebuild ends",
            async () => (rebuild = await ReadAsync(await _client.GetAsync(path)))["finishedAt"] is not null,
            TimeSpan.FromMinutes(10)
        );
        return rebuild;
    }

    /// <summary>Where a module's traffic goes, as staff see it.</summary>
    public async Task<JsonNode> TrafficAsync(string module) =>
        (await ReadAsync(await _client.GetAsync("/api/v1/traffic"))).AsArray().Single(m => m!["module"]!.ToString() == module)!;

    /// <summary>Moves a module's traffic.</summary>
    public async Task MoveTrafficAsync(string module, int percent, string? reason = null, bool shadow = false) =>
        await ReadAsync(
            await _client.PutAsJsonAsync(
                $"/api/v1/traffic/{module}",
                new
                {
                    percent,
                    shadow,
                    reason,
                }
            )
        );

    /// <summary>The moves of all switches, newest first.</summary>
    public async Task<JsonArray> TrafficChangesAsync() =>
        (await ReadAsync(await _client.GetAsync("/api/v1/traffic/changes")))["items"]!.AsArray();

    /// <summary>True when a read that asks for a module's other side is answered.</summary>
    public async Task<bool> IsAnsweredAsCanaryAsync(string module, string path = "/api/v1/products")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Shop-Canary", module);
        using var answer = await _client.SendAsync(request);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>A read of Inventory's, which only staff may make. True when it was answered.</summary>
    public async Task<bool> ReadsLevelAsync(string sku)
    {
        using var answer = await _client.GetAsync($"/api/v1/inventory/levels/{sku}");
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Requests to a module in the last minutes, as the shop's advice on moving modules counts them.</summary>
    public async Task<long> RequestsAdvisedAsync(string module)
    {
        using var answer = await _client.GetAsync("/api/v1/advice");
        var advice = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return advice["modules"]!.AsArray().Single(m => $"{m!["module"]}" == module)!["figures"]!["requests"]!["count"]!.GetValue<long>();
    }

    /// <summary>Pieces that can be sold; -1 for a SKU that Inventory does not know.</summary>
    public async Task<int> AvailableAsync(string sku)
    {
        var answer = await _client.GetAsync($"/api/v1/inventory/levels/{sku}");
        return answer.StatusCode == HttpStatusCode.NotFound ? -1 : (await ReadAsync(answer))["available"]!.GetValue<int>();
    }

    /// <summary>Gives the only variant of a product made by <see cref="AddProductsAsync"/> another price.</summary>
    public async Task ChangePriceAsync(string sku, long price)
    {
        var slug = $"product-{sku.ToLowerInvariant()}";
        using var seen = await _client.GetAsync($"/api/v1/products/{slug}");
        var product = await ReadAsync(seen);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/products/{product["id"]}")
        {
            Content = JsonContent.Create(Product(sku, price, null)),
        };
        request.Headers.IfMatch.Add(seen.Headers.ETag!);
        await ReadAsync(await _client.SendAsync(request));
    }

    /// <summary>Books pieces into stock.</summary>
    public async Task AdjustAsync(string sku, int delta)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/inventory/adjustments")
        {
            Content = JsonContent.Create(
                new
                {
                    sku,
                    delta,
                    reason = "count",
                }
            ),
        };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        await ReadAsync(await _client.SendAsync(request));
    }

    /// <summary>Orders that Analytics counts today, once there are at least so many.</summary>
    public async Task<long> OrdersTodayAsync(long atLeast)
    {
        long orders = 0;
        var today = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", null);
        await Eventually.IsTrueAsync(
            $"analytics counts {atLeast} order(s)",
            async () =>
            {
                var sales = await ReadAsync(await _client.GetAsync($"/api/v1/analytics/sales?from={today}&to={today}"));
                orders = Days(sales).Sum(day => day!["orders"]!.GetValue<long>());
                return orders >= atLeast;
            }
        );
        return orders;
    }

    /// <summary>True once a search for the SKU finds something.</summary>
    public async Task<bool> SearchFindsAsync(string sku)
    {
        await Eventually.IsTrueAsync($"search finds {sku}", async () => (await FoundAsync(sku)).Count > 0);
        return true;
    }

    /// <summary>True while a search shows something of this SKU that can be bought.</summary>
    public async Task<bool> SearchHasInStockAsync(string sku) => (await FoundAsync(sku)).Any(hit => hit!["available"]!.GetValue<bool>());

    private async Task<JsonArray> FoundAsync(string sku) =>
        (await ReadAsync(await _client.GetAsync($"/api/v1/search?q={sku}")))["items"]!.AsArray();

    private static object Product(string sku, long price, int? stock) =>
        new
        {
            title = $"Product {sku}",
            category = "Proofs",
            variants = new[]
            {
                new
                {
                    sku,
                    price = new { minor = price, currency = "EUR" },
                    openingStock = stock,
                },
            },
        };

    private static JsonArray Days(JsonNode sales) => sales as JsonArray ?? sales["items"] as JsonArray ?? sales["days"]!.AsArray();

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text) ?? new JsonObject()
            : throw new InvalidOperationException(
                $"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {(int)answer.StatusCode} {text}"
            );
    }
}
