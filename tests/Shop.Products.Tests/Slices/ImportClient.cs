using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks;

namespace Shop.Products.Tests.Slices;

/// <summary>Imports as staff start and watch them.</summary>
internal static class ImportClient
{
    public const string Header = "URL handle,Title,SKU,Price,Option1 name,Option1 value\n";

    /// <summary>A file that takes a while, of products that nobody has to be told about.</summary>
    public static string Drafts(string prefix, int products)
    {
        var file = new StringBuilder("URL handle,Title,SKU,Price,Status\n");
        for (var i = 0; i < products; i++)
            file.Append(CultureInfo.InvariantCulture, $"{prefix}-{i},Boots,{prefix}-{i},1.00,draft\n");
        return file.ToString();
    }

    public static Task<JsonNode> StartImportAsync(this ShopFixture shop, string file, string format = "csv") =>
        shop.SendImportAsync($"/imports?format={format}&name=test.{format}", new StringContent(file, Encoding.UTF8, "text/plain"));

    public static async Task<JsonNode> SendImportAsync(this ShopFixture shop, string path, HttpContent content)
    {
        await shop.WarmAsync();
        using var staff = shop.ClientAs(Policies.Staff);
        using var response = await staff.PostAsync("/api/v1/products" + path, content);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, text);
        return JsonNode.Parse(text)!;
    }

    public static async Task<JsonNode> ImportOverAsync(this ShopFixture shop, string id, string state)
    {
        JsonNode? now = null;
        await Eventually.IsTrueAsync(
            "the import is over",
            async () =>
                (now = await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{id}")).Text("state")
                    is not ("queued" or "running" or "uploading"),
            TimeSpan.FromMinutes(2)
        );
        now!.Text("state").ShouldBe(state);
        return now!;
    }
}
