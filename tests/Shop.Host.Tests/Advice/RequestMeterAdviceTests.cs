using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Shop.Host.Advice;

namespace Shop.Host.Tests.Advice;

/// <summary>What the advice knows of requests.</summary>
public sealed class RequestMeterAdviceTests(ShopFixture shop) : IDisposable
{
    private readonly MovedClock _clock = new();
    private RequestMeter? _meter;

    private RequestMeter Meter => _meter ??= new(shop.Services.GetRequiredService<IMeterFactory>(), _clock);

    public void Dispose() => _meter?.Dispose();

    [Theory]
    [InlineData("/api/v1/products/", "Products")]
    [InlineData("/api/v1/products/{slug}", "Products")]
    [InlineData("/api/v1/checkouts/{id:guid}", "Checkout")]
    [InlineData("/.well-known/jwks.json", "Users")]
    [InlineData("/api/v1/inventory/{**rest}", "Inventory")]
    public void A_request_counts_for_the_module_below_whose_prefix_its_route_lies(string route, string module)
    {
        Meter.Count(route, "GET", 0.01);

        Meter.Read().Modules.Where(m => m.Value.Count > 0).Select(m => m.Key).ShouldBe([module]);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health/live")]
    [InlineData("/api/v1/productsale")]
    public void A_request_to_the_host_itself_counts_for_no_module(string route)
    {
        Meter.Count(route, "GET", 0.01);

        Meter.Read().Period.Count.ShouldBe(0);
    }

    [Fact]
    public void Shares_rates_and_percentiles_are_those_of_the_window()
    {
        for (var i = 0; i < 98; i++)
            Meter.Count("/api/v1/search/", "GET", 0.004);
        Meter.Count("/api/v1/search/", "GET", 0.9);
        Meter.Count("/api/v1/search/", "GET", 0.9);
        Meter.Count("/api/v1/carts", "POST", 0.02);
        _clock.Move(TimeSpan.FromSeconds(50));

        var (period, modules) = Meter.Read();

        period.Count.ShouldBe(101);
        var search = modules["Search"];
        (search.Count, search.PerSecond, search.ReadShare).ShouldBe((100, 2.0, 1.0));
        search.P50Milliseconds!.Value.ShouldBeInRange(4, 4.8);
        search.P99Milliseconds!.Value.ShouldBeInRange(900, 1_080);
        modules["Carts"].ReadShare.ShouldBe(0);
        modules["Users"].P50Milliseconds.ShouldBeNull();
    }

    [Fact]
    public void What_is_older_than_the_window_counts_since_the_start_only()
    {
        Meter.Count("/api/v1/search/", "GET", 0.004);
        _clock.Move(TimeSpan.FromMinutes(10));
        Meter.Count("/api/v1/search/", "GET", 0.004);
        Meter.Read().Modules["Search"].Count.ShouldBe(2);
        _clock.Move(TimeSpan.FromMinutes(6));

        var search = Meter.Read().Modules["Search"];

        (search.Count, search.SinceStart).ShouldBe((1, 2));
    }

    private sealed class MovedClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Move(TimeSpan by) => _now += by;
    }
}
