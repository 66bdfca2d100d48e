using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Contracts;
using Wolverine;

namespace Shop.Carts.Tests.Slices;

/// <summary>A shop whose tax rates and shipping prices come from a service outside, on HTTP as it will be.</summary>
public sealed class OutsideShop : ShopFixture
{
    private WebApplication? _service;
    private string _address = "";

    /// <summary>What the service does: <c>well</c>, <c>down</c>, <c>hung</c> or <c>garbage</c>.</summary>
    public string Mood { get; set; } = "well";

    public int Calls;

    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>
        {
            ["Carts:TaxServiceUrl"] = _address,
            ["Carts:RateServiceUrl"] = _address,
            ["Carts:OutsideMilliseconds"] = "1000",
            ["Carts:OutsideFreshSeconds"] = "0",
        };

    public override async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _service = builder.Build();
        _service.MapPost("/v1/{what}", AnswerAsync);
        await _service.StartAsync();
        _address = _service.Urls.Single();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _service!.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http, string what)
    {
        Interlocked.Increment(ref Calls);
        var asked = (await JsonNode.ParseAsync(http.Request.Body))!;
        if (Mood == "hung")
            await Task.Delay(TimeSpan.FromSeconds(20), http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        http.Response.StatusCode = Mood == "down" ? 503 : 200;
        var answer =
            Mood == "garbage" ? """{"rates":[{"category":"standard","basisPoints":-7},{"method":"standard","priceMinor":-7}]}"""
            : what == "tax-rates" ? Rates(asked["categories"]!, "category", "basisPoints", 1_000)
            : Rates(asked["methods"]!, "method", "priceMinor", 700);
        await http.Response.WriteAsync(answer);
    }

    private static string Rates(JsonNode names, string key, string value, int amount) =>
        new JsonObject
        {
            ["rates"] = new JsonArray([.. names.AsArray().Select(n => new JsonObject { [key] = n!.GetValue<string>(), [value] = amount })]),
        }.ToJsonString();
}

[Collection(OwnShops.Name)]
public sealed class OutsideTests(OutsideShop shop) : IClassFixture<OutsideShop>
{
    [Fact]
    public async Task An_outside_service_prices_the_cart_and_when_it_is_away_what_it_said_last_counts()
    {
        using var guest = await CartAsync(1_000);
        // The first call of a cold client may take longer than its deadline.
        var priced = await Eventually.GetAsync(
            "both services are heard",
            async () => await guest.GetAsync() is var cart && (cart.Tax, cart.Shipping) == (Eur(100 + 70), Eur(700)) ? cart : null
        );
        foreach (var mood in new[] { "down", "garbage", "hung" })
        {
            await HealAsync(guest);
            shop.Mood = mood;
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => guest.GetAsync()));
            (await guest.GetAsync()).Total.ShouldBe(priced.Total, mood);
            // A cart like no other before: what was said last of its country.
            using var other = await CartAsync(2_000);
            (await other.GetAsync()).Shipping.ShouldBe(Eur(700), mood);
        }
        await HealAsync(guest);
    }

    [Fact]
    public async Task A_country_of_which_nobody_said_anything_is_priced_by_the_built_in_tables()
    {
        using var guest = await CartAsync(1_000);
        shop.Mood = "down";

        (await (await ShipAsync(guest, "PT")).CartAsync()).Shipping.ShouldBe(Eur(490));
        await HealAsync(guest);
    }

    [Fact]
    public async Task A_service_that_hangs_is_waited_for_until_its_deadline_and_after_some_tries_not_at_all()
    {
        using var guest = await CartAsync(1_000);
        await HealAsync(guest);
        shop.Mood = "hung";

        var longest = TimeSpan.Zero;
        await Eventually.IsTrueAsync(
            "nobody calls any more",
            async () =>
            {
                var before = shop.Calls;
                var started = Stopwatch.GetTimestamp();
                await guest.GetAsync();
                longest = Stopwatch.GetElapsedTime(started) is var took && took > longest ? took : longest;
                return shop.Calls == before;
            }
        );
        longest.ShouldBeLessThan(TimeSpan.FromSeconds(10), "the service hangs for 20 seconds, its deadline is one");
        await HealAsync(guest);
    }

    [Fact]
    public async Task A_purchase_is_priced_by_the_services_too()
    {
        using var guest = await CartAsync(1_000);
        await HealAsync(guest);

        await using var scope = shop.Services.CreateAsyncScope();
        var quote = await scope
            .ServiceProvider.GetRequiredService<IMessageBus>()
            .InvokeAsync<CartQuote>(new QuoteCart(guest.CartId, guest.Token, null, "FR"), TestContext.Current.CancellationToken);

        (quote.Shipping, quote.Tax).ShouldBe((Eur(700), Eur(170)));
    }

    private static Task<HttpResponseMessage> ShipAsync(Buyer buyer, string country) =>
        buyer.SendAsync(HttpMethod.Put, $"/{buyer.CartId}/shipping", new { country });

    // Well again, and called: the breakers have closed.
    private async Task HealAsync(Buyer buyer)
    {
        shop.Mood = "well";
        await Eventually.IsTrueAsync(
            "both services are called again",
            async () =>
            {
                var before = shop.Calls;
                await buyer.GetAsync();
                return shop.Calls == before + 2;
            },
            TimeSpan.FromSeconds(60)
        );
    }

    private async Task<Buyer> CartAsync(long price)
    {
        var guest = await Buyer.GuestAsync(shop);
        await guest.AddAsync(await shop.SellAsync(price));
        return guest;
    }

    private static Money Eur(long minor) => new(minor, "EUR");
}
