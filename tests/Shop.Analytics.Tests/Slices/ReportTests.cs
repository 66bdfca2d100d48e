using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.Analytics.Subscriptions;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Contracts;
using Shop.Checkout.Contracts;
using Shop.Orders.Contracts;

namespace Shop.Analytics.Tests.Slices;

/// <summary>Each test counts on a day of its own.</summary>
public sealed class ReportTests(ShopFixture shop)
{
    private static int _days;
    private readonly DateTimeOffset _day = new DateTimeOffset(2001, 1, 1, 9, 30, 0, TimeSpan.Zero).AddDays(
        Interlocked.Increment(ref _days)
    );
    private readonly HttpClient _staff = shop.ClientAs(Policies.Staff);

    [Fact]
    public async Task Sales_are_counted_by_currency_and_never_mixed()
    {
        await PublishAsync(Order(1000, "EUR"), Order(2001, "EUR"), Order(500, "JPY"));

        var days = await ReportAsync("sales", orders: 3);

        days.ToJsonString()
            .ShouldBe(
                $$$"""
                [{"day":"{{{_day:yyyy-MM-dd}}}","currency":"EUR","orders":2,"revenue":{"minor":3001,"currency":"EUR"},"averageOrderValue":{"minor":1500,"currency":"EUR"}},{"day":"{{{_day:yyyy-MM-dd}}}","currency":"JPY","orders":1,"revenue":{"minor":500,"currency":"JPY"},"averageOrderValue":{"minor":500,"currency":"JPY"}}]
                """
            );
    }

    [Fact]
    public async Task Revenue_beyond_32_bits_adds_up()
    {
        await PublishAsync(Order(5_000_000_000, "EUR"), Order(5_000_000_000, "EUR"));

        var days = await ReportAsync("sales", orders: 2);

        days.Single()!["revenue"]!["minor"]!.GetValue<long>().ShouldBe(10_000_000_000);
    }

    [Fact]
    public async Task The_day_is_the_one_in_utc()
    {
        var lateInNewYork = new DateTimeOffset(_day.Date.AddDays(-1).AddHours(22), TimeSpan.FromHours(-5));
        await PublishAsync(Order(1000, "EUR") with { ConfirmedAt = lateInNewYork });

        (await ReportAsync("sales", orders: 1)).Single()!["day"]!.GetValue<string>().ShouldBe($"{_day:yyyy-MM-dd}");
    }

    [Fact]
    [RedeliveryOf<OnOrderConfirmedHandler>(typeof(OrderConfirmed))]
    [RedeliveryOf<OnCartStartedHandler>(typeof(CartStarted))]
    [RedeliveryOf<OnCheckoutStartedHandler>(typeof(CheckoutStarted))]
    [RedeliveryOf<OnCheckoutFailedHandler>(typeof(CheckoutFailed))]
    public async Task What_is_told_again_and_at_once_counts_once()
    {
        object[] events =
        [
            Order(1000, "EUR"),
            new CartStarted(Guid.CreateVersion7(), _day),
            new CheckoutStarted(Guid.CreateVersion7(), Guid.CreateVersion7(), new(1000, "EUR"), _day),
            new CheckoutFailed(
                Guid.CreateVersion7(),
                Guid.CreateVersion7(),
                "jane@example.com",
                "payments.declined",
                _day,
                ToldAtOnce: true
            ),
        ];

        await PublishAsync([.. events, .. events, .. events]);
        await HandledAsync(events);
        await PublishAsync(events);
        await HandledAsync(events);

        var funnel = (await GetAsync("funnel")).ShouldHaveSingleItem()!;
        funnel.ToJsonString().ShouldBe($$"""{"day":"{{_day:yyyy-MM-dd}}","carts":1,"checkouts":1,"paid":1,"failed":1}""");
        (await GetAsync("sales")).Single()!["orders"]!.GetValue<long>().ShouldBe(1);
    }

    [Theory]
    [InlineData("?from=2024-01-01&to=2025-01-01", "analytics.invalid_range")]
    [InlineData("?from=2024-02-01&to=2024-01-01", "analytics.invalid_range")]
    [InlineData("?from=yesterday", "shop.bad_request")]
    public async Task A_range_that_makes_no_sense_is_refused(string query, string code)
    {
        foreach (var report in new[] { "sales", "funnel" })
        {
            var answer = await _staff.GetAsync($"/api/v1/analytics/{report}{query}", TestContext.Current.CancellationToken);

            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["code"]!
                .GetValue<string>()
                .ShouldBe(code);
        }
    }

    [Theory]
    [InlineData("sales")]
    [InlineData("funnel")]
    public async Task Customers_and_strangers_see_nothing(string report)
    {
        var route = $"/api/v1/analytics/{report}";
        (await shop.Client.GetAsync(route, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await shop.ClientAs(Policies.Customer).GetAsync(route, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(
            HttpStatusCode.Forbidden
        );
    }

    private OrderConfirmed Order(long totalMinor, string currency)
    {
        var total = new Money(totalMinor, currency);
        var nothing = Money.Zero(currency);
        return new(
            Guid.CreateVersion7(),
            "1000042",
            Guid.CreateVersion7(),
            Guid.CreateVersion7(),
            null,
            "jane@example.com",
            [new("TENT-G", Guid.CreateVersion7(), "Tent", 1, total, nothing, total)],
            new(total, nothing, nothing, total),
            _day
        );
    }

    private Task PublishAsync(params object[] events) => Task.WhenAll(events.Select(shop.PublishAsync));

    private async Task HandledAsync(object[] events)
    {
        foreach (var id in events.Select(IdOf))
            await Eventually.IsTrueAsync(
                $"messages about {id} are handled",
                async () =>
                    await shop.ScalarAsync<long>(
                        "select count(*) from wolverine.wolverine_incoming_envelopes where status <> 'Handled' and position(convert_to($1, 'UTF8') in body) > 0",
                        id.ToString()
                    ) == 0
            );
    }

    private static Guid IdOf(object message) =>
        message switch
        {
            OrderConfirmed order => order.OrderId,
            CartStarted cart => cart.CartId,
            CheckoutStarted checkout => checkout.CheckoutId,
            CheckoutFailed failure => failure.CheckoutId,
            _ => throw new ArgumentException("Not an event that Analytics listens to."),
        };

    private async Task<JsonArray> ReportAsync(string report, long orders)
    {
        await Eventually.IsTrueAsync(
            "the orders are counted",
            async () => (await GetAsync(report)).Sum(day => day!["orders"]!.GetValue<long>()) == orders
        );
        return await GetAsync(report);
    }

    private async Task<JsonArray> GetAsync(string report)
    {
        var day = $"{_day:yyyy-MM-dd}";
        var answer = await _staff.GetFromJsonAsync<JsonObject>($"/api/v1/analytics/{report}?from={day}&to={day}");
        return answer!["days"]!.AsArray();
    }
}
