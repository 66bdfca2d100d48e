using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks.Contracts;
using Shop.Products.Contracts;

namespace Shop.Search.Tests.Slices;

/// <summary>What the tests of this module do again and again.</summary>
internal static class Index
{
    public const string Published = "products.products-published.v1";
    public const string Unpublished = "products.product-unpublished.v1";
    public const string Availability = "inventory.availability-changed.v1";
    public const string Confirmed = "orders.order-confirmed.v1";

    /// <summary>A word no other test has, and no stemmer touches.</summary>
    public static string Word() =>
        "z" + string.Concat(Guid.NewGuid().ToString("N").Select(c => (char)('a' + Convert.ToInt32(c.ToString(), 16))));

    public static ProductSnapshot Product(
        string title,
        string description = "",
        string? category = null,
        string? vendor = null,
        string? sku = null,
        string? barcode = null,
        long version = 1,
        Guid? id = null
    )
    {
        var productId = id ?? Guid.CreateVersion7();
        return new(
            productId,
            $"slug-{productId:N}",
            title,
            description,
            vendor,
            category,
            null,
            [
                new(sku ?? $"SKU-{productId:N}", "", new Money(19_99, "EUR"), barcode),
                new($"X-{productId:N}", "", new Money(29_99, "EUR"), null),
            ],
            version
        );
    }

    /// <summary>Everything a snapshot can tell.</summary>
    public static ProductSnapshot FullProduct(
        string title,
        string color,
        string size = "M",
        string material = "wool",
        long price = 19_99,
        string vendor = "Bergmann",
        (string Slug, string Name)[]? path = null,
        DateTimeOffset? publishedAt = null
    )
    {
        var id = Guid.CreateVersion7();
        path ??= [("clothes", "Clothes"), ("jackets", "Jackets")];
        return new(
            id,
            $"slug-{id:N}",
            title,
            "",
            vendor,
            path[^1].Slug,
            null,
            [new($"SKU-{id:N}", $"{color} / {size}", new Money(price, "EUR"), null, [color, size])],
            1,
            ["Color", "Size"],
            [.. path.Select(c => new CategorySnapshot(c.Slug, c.Name))],
            [new AttributeSnapshot("material", "Material", AttributeKind.Choice, material)],
            null,
            publishedAt ?? new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)
        );
    }

    /// <summary>What a facet counts, as <c>value:count</c>.</summary>
    public static string[] CountsOf(JsonNode page, string facet) =>
        [
            .. page["facets"]!["facets"]!
                .AsArray()
                .Where(f => f!["key"]!.GetValue<string>() == facet)
                .SelectMany(f => f!["values"]!.AsArray())
                .Select(v => $"{v!["value"]}:{v["count"]}")
                .Order(StringComparer.Ordinal),
        ];

    public static async Task IndexAsync(this ShopFixture shop, params ProductSnapshot[] products)
    {
        await shop.PublishAsync(new ProductsPublished(products));
        await shop.HandledAsync(Published);
    }

    public static async Task<string[]> FindAsync(this ShopFixture shop, string query, string more = "") =>
        TitlesOf(await shop.PageAsync(query, more));

    public static string[] TitlesOf(JsonNode page) => [.. page["items"]!.AsArray().Select(i => i!["title"]!.GetValue<string>())];

    public static async Task<JsonNode> PageAsync(this ShopFixture shop, string query, string more = "") =>
        (await shop.Client.GetFromJsonAsync<JsonNode>($"/api/v1/search?q={Uri.EscapeDataString(query)}{more}"))!;

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
