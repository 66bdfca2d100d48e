using System.Text.Json.Nodes;

namespace Shop.Products.Tests.Slices;

public sealed class AttributeTests(ShopFixture shop)
{
    [Fact]
    public async Task Attributes_of_each_kind_are_kept_in_one_form_shown_and_told()
    {
        var (text, number, boolean, choice) = (
            await DefineAsync("text"),
            await DefineAsync("number"),
            await DefineAsync("boolean"),
            await DefineAsync("choice")
        );
        var slug = Catalogue.Unique();

        await SellWithAsync(slug, (text, "  Merino  wool "), (number, "1.50"), (boolean, "TRUE"), (choice, "Red"));

        var shown = (await shop.GetAsync($"/api/v1/products/{slug}"))["attributes"]!.AsArray();
        shown
            .ToDictionary(a => a!.Text("code"), a => a!.Text("value"))
            .ShouldBe(
                new Dictionary<string, string>
                {
                    [text] = "Merino wool",
                    [number] = "1.5",
                    [boolean] = "true",
                    [choice] = "Red",
                },
                ignoreOrder: true
            );
        (await shop.SentAsync("products.products-published.v1", $"\"{choice}\"")).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("number", "1,5")]
    [InlineData("boolean", "yes")]
    [InlineData("choice", "Blue")]
    [InlineData("text", " ")]
    public async Task A_value_of_another_kind_is_refused(string kind, string value)
    {
        var code = await DefineAsync(kind);
        var request = Catalogue.Request(Catalogue.Unique());
        request["attributes"] = new JsonObject { [code] = value };
        request["slug"] = Catalogue.Unique();
        await shop.StaffIsRefusedAsync(422, "products.invalid_attribute_value", HttpMethod.Post, "", request);
    }

    [Fact]
    public async Task An_attribute_nobody_defined_is_refused()
    {
        var request = Catalogue.Request(Catalogue.Unique());
        request["attributes"] = new JsonObject { ["no-such"] = "1" };
        await shop.StaffIsRefusedAsync(422, "products.unknown_attribute", HttpMethod.Post, "", request);
    }

    [Fact]
    public async Task What_products_have_is_not_taken_from_under_them()
    {
        var code = await DefineAsync("choice");
        await SellWithAsync(Catalogue.Unique(), (code, "Red"));
        var etag = "\"1-0\"";
        await shop.StaffIsRefusedAsync(409, "products.attribute_in_use", HttpMethod.Delete, $"/attributes/{code}");
        await shop.StaffIsRefusedAsync(
            409,
            "products.choice_in_use",
            HttpMethod.Put,
            $"/attributes/{code}",
            new
            {
                label = "Colour",
                kind = "choice",
                choices = new[] { "Green" },
            },
            etag
        );
        await shop.StaffIsRefusedAsync(
            409,
            "products.attribute_kind_fixed",
            HttpMethod.Put,
            $"/attributes/{code}",
            new { label = "Colour", kind = "text" },
            etag
        );
    }

    [Fact]
    public async Task A_new_label_is_shown_and_told()
    {
        var code = await DefineAsync("boolean");
        var slug = Catalogue.Unique();
        await SellWithAsync(slug, (code, "true"));
        var label = Catalogue.Unique("Label");

        await shop.StaffDoesAsync(HttpMethod.Put, $"/attributes/{code}", new { label, kind = "boolean" }, "\"1-0\"");

        (await shop.GetAsync($"/api/v1/products/{slug}"))["attributes"]![0]!.Text("label").ShouldBe(label);
        await Eventually.IsTrueAsync("the label is told", async () => await shop.SentAsync("products.products-published.v1", label) > 0);
    }

    private async Task<string> DefineAsync(string kind)
    {
        var code = $"a{Guid.CreateVersion7():N}"[..33];
        await shop.StaffDoesAsync(
            HttpMethod.Put,
            $"/attributes/{code}",
            new
            {
                label = kind,
                kind,
                choices = kind == "choice" ? new[] { "Red", "Green" } : null,
            }
        );
        return code;
    }

    private async Task SellWithAsync(string slug, params (string Code, string Value)[] values)
    {
        var request = Catalogue.Request(slug);
        request["attributes"] = new JsonObject(values.Select(v => KeyValuePair.Create(v.Code, (JsonNode?)v.Value)));
        var product = await shop.CreateAsync(request, slug);
        await shop.StaffDoesAsync(HttpMethod.Post, $"/{product["id"]}/publish");
    }
}
