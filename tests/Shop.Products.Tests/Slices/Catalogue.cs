using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks;
using Shop.Products.Contracts;

namespace Shop.Products.Tests.Slices;

/// <summary>What the tests of this module do again and again.</summary>
internal static class Catalogue
{
    private static readonly Lock Gate = new();
    private static Task? _warm;

    /// <summary>
    /// Waits until the shop has written once: a Debug host compiles its handlers then, which on a busy machine takes longer than a
    /// request may.
    /// </summary>
    public static Task WarmAsync(this ShopFixture shop)
    {
        lock (Gate)
            return _warm ??= Eventually.IsTrueAsync(
                "the shop writes",
                async () =>
                {
                    using var staff = shop.ClientAs(Policies.Staff);
                    var request = Request(Unique("warm"));
                    request["slug"] = Unique("warm");
                    return (await staff.PostAsJsonAsync("/api/v1/products", request)).IsSuccessStatusCode;
                }
            );
    }

    /// <summary>A name no other test has.</summary>
    public static string Unique(string prefix = "p") => $"{prefix}-{Guid.CreateVersion7():N}";

    public static object Money(long minor, string currency = "EUR") => new { minor, currency };

    /// <summary>A request for a product with sizes as variants; SKUs are the slug and the size.</summary>
    public static JsonObject Request(string slug, params string[] sizes)
    {
        var variants = (sizes.Length > 0 ? sizes : ["M"]).Select(size => new
        {
            sku = $"{slug}-{size}",
            options = new Dictionary<string, string> { ["Size"] = size },
            price = Money(19_99),
        });
        return Json(
            new
            {
                title = "Warm jacket",
                description = "<p>Keeps you warm.</p>",
                vendor = "Daybird",
                category = slug,
                options = new[] { new { name = "Size" } },
                variants,
                images = new[] { new { url = "/images/jacket.svg", alt = "A jacket" } },
            }
        );
    }

    public static JsonObject Json(object value) => System.Text.Json.JsonSerializer.SerializeToNode(value)!.AsObject();

    /// <summary>Creates a product as staff; its answer.</summary>
    public static async Task<JsonNode> CreateAsync(this ShopFixture shop, JsonObject request, string slug)
    {
        await shop.WarmAsync();
        using var staff = shop.ClientAs(Policies.Staff);
        request["slug"] = slug;
        var response = await staff.PostAsJsonAsync("/api/v1/products", request);
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    /// <summary>Creates and publishes a product in a category of its own; its slug is the category's.</summary>
    public static async Task<JsonNode> SellAsync(this ShopFixture shop, string slug, params string[] sizes)
    {
        var product = await shop.CreateAsync(Request(slug, sizes), slug);
        using var staff = shop.ClientAs(Policies.Staff);
        (await staff.PostAsync($"/api/v1/products/{product["id"]}/publish", null)).EnsureSuccessStatusCode();
        return product;
    }

    public static async Task<JsonNode> GetAsync(this ShopFixture shop, string path) =>
        (await shop.Client.GetFromJsonAsync<JsonNode>(path))!;

    /// <summary>Imports text as a file; the summary and the report.</summary>
    public static async Task<(ImportSummary Summary, string Report)> ImportAsync(
        this ShopFixture shop,
        string csv,
        CancellationToken? stop = null
    )
    {
        await shop.WarmAsync();
        using var report = new StringWriter();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        var summary = await ProductsModule.ImportAsync(shop.Services, stream, report, stop ?? TestContext.Current.CancellationToken);
        return (summary, report.ToString());
    }

    /// <summary>Messages of this wire name in the inbox, handled or not, whose body holds the text.</summary>
    public static Task<long> SentAsync(this ShopFixture shop, string wireName, string text) =>
        shop.ScalarAsync<long>(
            """
            select count(distinct id) from wolverine.wolverine_incoming_envelopes
            where message_type = $1 and position(convert_to($2, 'UTF8') in body) > 0
            """,
            wireName,
            text
        );

    /// <summary>Waits until every message of this wire name that was sent so far has been handled.</summary>
    public static Task HandledAsync(this ShopFixture shop, string wireName) =>
        Eventually.IsTrueAsync(
            $"all {wireName} handled",
            async () =>
                await shop.ScalarAsync<long>(
                    "select count(*) from wolverine.wolverine_incoming_envelopes where message_type = $1 and status <> 'Handled'",
                    wireName
                ) == 0
        );
}
