using System.Net;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks.Contracts;

namespace Shop.Carts.Tests.Slices;

/// <summary>Tax rates and shipping methods are the whole shop's, so these tests have one of their own.</summary>
public sealed class RatesShop : ShopFixture;

[Collection(OwnShops.Name)]
public sealed class RatesTests(RatesShop shop) : IClassFixture<RatesShop>
{
    [Fact]
    public async Task Staff_say_what_a_country_taxes_and_how_parcels_go_and_carts_follow()
    {
        var (book, stone) = (Catalogue.NewSku(), Catalogue.NewSku());
        await shop.SellAsync(Catalogue.Product(book, 1_000) with { TaxCategory = "books" }, Heavy(Catalogue.Product(stone, 1_000), 6_000));
        using var guest = await Buyer.GuestAsync(shop);
        var before = await guest.AddAsync(book);
        (before.ShippingMethod, before.Total).ShouldBe(("standard", Eur(1_000 + 190 + 490 + 93)), "nobody has said anything yet");

        await SetAsync("tax-rates/FR/standard", new JsonObject { ["basisPoints"] = 2_000 });
        await SetAsync("tax-rates/FR/books", new JsonObject { ["basisPoints"] = 550 });
        await SetAsync("shipping-methods/parcel", Method("Parcel", (690, "FR", 5_000), (990, null, 5_000)));
        await SetAsync("shipping-methods/freight", Method("Freight", (2_500, "FR", null)));

        var french = await ShipAsync(guest, "FR");
        (french.ShippingMethod, french.Tax, french.Total).ShouldBe(("parcel", Eur(55 + 138), Eur(1_000 + 55 + 690 + 138)));
        var chosen = await (await TryShipAsync(guest, "FR", "freight")).CartAsync();
        chosen.Shipping.ShouldBe(Eur(2_500));
        (await ShipAsync(guest, "US")).ShippingMethod.ShouldBe("parcel");
        await (await TryShipAsync(guest, "US", "freight")).ShouldBeProblemAsync(
            HttpStatusCode.UnprocessableEntity,
            "carts.shipping_unavailable"
        );

        await guest.AddAsync(stone);
        (await ShipAsync(guest, "FR")).ShippingMethod.ShouldBe("freight", "too heavy for a parcel");
        (await ShipAsync(guest, "US")).ShippingMethod.ShouldBe("", "nothing goes there");
        var offers = await (await guest.SendAsync(HttpMethod.Get, $"/{guest.CartId}/shipping-methods?country=FR")).JsonAsync();
        offers["items"]!.AsArray().Select(o => o!["code"]!.GetValue<string>()).ShouldBe(["freight"]);

        foreach (var method in new[] { "parcel", "freight" })
            (await shop.SendAsync(HttpMethod.Delete, $"shipping-methods/{method}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await guest.GetAsync()).ShippingMethod.ShouldBe("standard");
        var ledger = await (await shop.SendAsync(HttpMethod.Get, "staff-changes?limit=100")).JsonAsync();
        ledger["items"]!.AsArray().Count.ShouldBe(6);
    }

    [Theory]
    [InlineData("tax-rates/Germany/standard", """{ "basisPoints": 1 }""")]
    [InlineData("tax-rates/DE/standard", """{ "basisPoints": 10001 }""")]
    [InlineData("shipping-methods/Parcel", """{ "name": "x", "rates": [{ "priceMinor": 1 }] }""")]
    [InlineData("shipping-methods/parcel", """{ "name": "x", "rates": [] }""")]
    [InlineData("shipping-methods/parcel", """{ "name": "x", "rates": [{ "priceMinor": -1 }] }""")]
    public async Task A_rate_that_makes_no_sense_is_refused(string path, string body) =>
        (await shop.SendAsync(HttpMethod.Put, path, JsonNode.Parse(body))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

    private async Task SetAsync(string path, JsonNode body)
    {
        var answer = await shop.SendAsync(HttpMethod.Put, path, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    private static JsonObject Method(string name, params (long Price, string? Country, int? MaxWeight)[] rates) =>
        new()
        {
            ["name"] = name,
            ["rates"] = new JsonArray([
                .. rates.Select(r => new JsonObject
                {
                    ["priceMinor"] = r.Price,
                    ["countries"] = r.Country is null ? null : new JsonArray(r.Country),
                    ["maxWeightGrams"] = r.MaxWeight,
                }),
            ]),
        };

    private static Shop.Products.Contracts.ProductSnapshot Heavy(Shop.Products.Contracts.ProductSnapshot product, int grams) =>
        product with
        {
            Variants = [.. product.Variants.Select(v => v with { WeightGrams = grams })],
        };

    private static async Task<CartSeen> ShipAsync(Buyer buyer, string country) => await (await TryShipAsync(buyer, country)).CartAsync();

    private static Task<HttpResponseMessage> TryShipAsync(Buyer buyer, string country, string? method = null) =>
        buyer.SendAsync(HttpMethod.Put, $"/{buyer.CartId}/shipping", new { country, method });

    private static Money Eur(long minor) => new(minor, "EUR");
}
