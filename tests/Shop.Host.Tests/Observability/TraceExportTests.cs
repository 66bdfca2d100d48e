using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shop.Carts.Contracts;

namespace Shop.Host.Tests.Observability;

/// <summary>With a shop that is told where to send its traces.</summary>
public sealed class TraceExportTests(TraceExportTests.TracedShop shop) : IClassFixture<TraceExportTests.TracedShop>
{
    [Fact]
    public async Task Requests_handlers_and_sql_are_sent_and_probes_are_not()
    {
        await shop.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        await shop.Client.GetAsync("/api/v1/products", TestContext.Current.CancellationToken);
        await shop.PublishAsync(new CartStarted(Guid.CreateVersion7(), TimeProvider.System.GetUtcNow()));

        foreach (var part in (string[])["/api/v1/products", "carts.cart-started.v1", "postgresql"])
            await Eventually.IsTrueAsync($"{part} is in a trace", () => Task.FromResult(shop.Received.Any(text => text.Contains(part))));
        // The test's own client is traced too, by the verb alone.
        shop.Received.ShouldAllBe(text => !text.Contains("GET /health"));
    }

    /// <summary>The shop and a collector of traces.</summary>
    public sealed class TracedShop : ShopFixture
    {
        private WebApplication? _collector;
        private string _address = "";

        /// <summary>What came, as text: names stand in it as they are.</summary>
        public ConcurrentBag<string> Received { get; } = [];

        /// <inheritdoc />
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            };

        /// <inheritdoc />
        public override async ValueTask InitializeAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _collector = builder.Build();
            _collector.MapPost("/v1/traces", CollectAsync);
            await _collector.StartAsync();
            _address = _collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
            await base.InitializeAsync();
        }

        /// <inheritdoc />
        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await _collector!.DisposeAsync();
        }

        private async Task CollectAsync(HttpRequest request)
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            Received.Add(Encoding.Latin1.GetString(body.ToArray()));
        }
    }
}
