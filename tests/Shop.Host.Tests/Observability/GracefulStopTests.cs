using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Shop.Host.Tests.Observability;

/// <summary>With a shop of its own, which is stopped.</summary>
public sealed class GracefulStopTests(GracefulStopTests.SlowToLeave shop) : IClassFixture<GracefulStopTests.SlowToLeave>
{
    [Fact]
    public async Task Readiness_goes_first_and_requests_are_still_answered_until_the_listener_closes()
    {
        var stop = shop.Services.GetRequiredService<IHost>().StopAsync(TestContext.Current.CancellationToken);

        await Eventually.IsTrueAsync(
            "not ready",
            async () => (await shop.Client.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable
        );
        stop.IsCompleted.ShouldBeFalse();
        (await shop.Client.GetAsync("/health/live", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        await stop;
        await Should.ThrowAsync<HttpRequestException>(() => shop.Client.GetAsync("/health/live", TestContext.Current.CancellationToken));
    }

    /// <summary>Gives load balancers five seconds to notice.</summary>
    public sealed class SlowToLeave : ShopFixture
    {
        /// <inheritdoc />
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["Shutdown:ReadinessSeconds"] = "5" };
    }
}
