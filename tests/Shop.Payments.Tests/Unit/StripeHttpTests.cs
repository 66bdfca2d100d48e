using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Shop.Payments.Provider;

namespace Shop.Payments.Tests.Unit;

public sealed class StripeHttpTests
{
    [Fact]
    public async Task A_refused_connection_proves_that_nothing_was_sent()
    {
        using var client = Client();

        await Should.ThrowAsync<NothingSentException>(() => client.PostAsync("http://127.0.0.1:9/v1", Body()));
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_body_proves_nothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = AcceptAndResetAsync(listener);
        using var client = Client();

        var failure = await Should.ThrowAsync<HttpRequestException>(() =>
            client.PostAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1", Body())
        );

        failure.ShouldNotBeOfType<NothingSentException>();
        listener.Stop();
        (await server).ShouldBe(1, "without an idempotency key nothing may be sent twice");
    }

    [Fact]
    public async Task An_open_breaker_proves_that_nothing_was_sent()
    {
        using var client = Client();
        for (var i = 0; i < 12; i++)
            await Should.ThrowAsync<NothingSentException>(() => client.PostAsync("http://127.0.0.1:9/v1", Body()));

        var refused = await Should.ThrowAsync<NothingSentException>(() => client.PostAsync("http://127.0.0.1:9/v1", Body()));

        refused.InnerException.ShouldBeOfType<Polly.CircuitBreaker.BrokenCircuitException>();
    }

    private static async Task<int> AcceptAndResetAsync(TcpListener listener)
    {
        var accepted = 0;
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptTcpClientAsync();
                accepted++;
                var buffer = new byte[4096];
                await connection.GetStream().ReadAtLeastAsync(buffer, 100, throwOnEndOfStream: false);
                connection.LingerState = new LingerOption(true, 0);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            return accepted;
        }
    }

    private static HttpClient Client() =>
        new ServiceCollection()
            .AddStripeHttp()
            .BuildServiceProvider()
            .GetRequiredService<IHttpClientFactory>()
            .CreateClient(StripeHttp.Name);

    private static StringContent Body() => new(new string('x', 500));
}
