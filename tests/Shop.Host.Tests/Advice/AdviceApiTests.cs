using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.BuildingBlocks;
using Shop.Host.Advice;

namespace Shop.Host.Tests.Advice;

/// <summary>Advice by the figures of a shop that runs.</summary>
public sealed class AdviceApiTests(ShopFixture shop)
{
    private const string Path = "/api/v1/advice";

    [Fact]
    public async Task A_guest_is_given_no_advice() => (await shop.Client.GetAsync(Path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_customer_is_given_no_advice()
    {
        using var customer = shop.ClientAs(Policies.Customer);

        (await customer.GetAsync(Path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Requests_are_counted_for_the_module_that_answered_them()
    {
        using var staff = shop.ClientAs(Policies.Staff);
        var before = FiguresOf(await AdviceAsync(staff), "Products").GetProperty("requests").GetProperty("sinceStart").GetInt64();
        for (var i = 0; i < 5; i++)
            (await shop.Client.GetAsync("/api/v1/products")).EnsureSuccessStatusCode();

        await Eventually.IsTrueAsync(
            "5 requests to Products counted",
            async () =>
            {
                var requests = FiguresOf(await AdviceAsync(staff), "Products").GetProperty("requests");
                return requests.GetProperty("sinceStart").GetInt64() >= before + 5
                    && requests.GetProperty("count").GetInt64() >= 5
                    && requests.GetProperty("p99Milliseconds").GetDouble() > 0;
            }
        );
    }

    [Fact]
    public async Task A_shop_without_users_is_told_to_stay_and_what_is_missing()
    {
        using var staff = shop.ClientAs(Policies.Staff);

        var advice = await AdviceAsync(staff);

        advice.GetProperty("modules").EnumerateArray().Select(m => m.GetProperty("verdict").GetString()).Distinct().ShouldBe(["stay"]);
        advice.GetProperty("shop").GetProperty("users").GetInt64().ShouldBeLessThan(500_000);
        advice.GetProperty("missing").EnumerateArray().ShouldContain(m => m.GetString()!.StartsWith("Commits and engineers: "));
        advice.GetProperty("thresholds").GetProperty("minUsers").GetInt64().ShouldBe(500_000);
    }

    [Fact]
    public async Task Every_modules_size_and_messages_are_read()
    {
        using var staff = shop.ClientAs(Policies.Staff);

        foreach (var module in (await AdviceAsync(staff)).GetProperty("modules").EnumerateArray())
        {
            module.GetProperty("figures").GetProperty("databaseBytes").GetInt64().ShouldBeGreaterThan(0);
            module.GetProperty("figures").GetProperty("messages").GetProperty("in").GetInt64().ShouldBeGreaterThanOrEqualTo(0);
        }
    }

    [Theory]
    [InlineData("Search", false, "Inventory", "Orders", "Products")]
    [InlineData("Analytics", true, "Carts", "Checkout", "Orders")]
    [InlineData("Payments", false, "Checkout")]
    [InlineData("Products", false, "Carts", "Checkout", "Inventory", "Search")]
    public async Task State_and_partners_are_read_from_the_code(string module, bool isStateless, params string[] partners)
    {
        using var staff = shop.ClientAs(Policies.Staff);

        var figures = FiguresOf(await AdviceAsync(staff), module);

        figures.GetProperty("isStateless").GetBoolean().ShouldBe(isStateless);
        figures.GetProperty("partners").EnumerateArray().Select(p => p.GetString()).ShouldBe(partners);
    }

    [Fact]
    public void Messages_are_summed_by_who_sends_and_who_receives()
    {
        MessageFlow[] flows =
        [
            new("Checkout", "Payments", 10, 4),
            new("Payments", "Checkout", 10, 3),
            new("Checkout", "Analytics", 7, 2),
            new(null, "Payments", 1, 1),
        ];

        MessageFlow.Sum("Payments", flows, hasWindow: true).ShouldBe(new(In: 11, Out: 10, Dialogue: 7));
        MessageFlow.Sum("Checkout", flows, hasWindow: true).ShouldBe(new(In: 10, Out: 17, Dialogue: 7));
        MessageFlow.Sum("Analytics", flows, hasWindow: true).ShouldBe(new(In: 7, Out: 0, Dialogue: 0));
        MessageFlow.Sum("Analytics", flows, hasWindow: false).Dialogue.ShouldBeNull();
    }

    private static async Task<JsonElement> AdviceAsync(HttpClient client) => await client.GetFromJsonAsync<JsonElement>(Path);

    private static JsonElement FiguresOf(JsonElement advice, string module) =>
        advice.GetProperty("modules").EnumerateArray().Single(m => m.GetProperty("module").GetString() == module).GetProperty("figures");
}
