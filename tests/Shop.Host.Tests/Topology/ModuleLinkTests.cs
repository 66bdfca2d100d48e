using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks.Messaging;
using Shop.Host.Topology;
using Shop.Products.Contracts;

namespace Shop.Host.Tests.Topology;

/// <summary>The way to a module in another process, when nobody is there.</summary>
public sealed class ModuleLinkTests
{
    [Fact]
    public async Task Nobody_waits_for_a_module_that_did_not_answer_a_moment_ago()
    {
        using var link = new ModuleLink(Inventory());
        var calls = 0;

        for (var i = 0; i < 10; i++)
            await Should.ThrowAsync<TimeoutException>(() => CallAsync(new TimeoutException()));
        var refused = await Should.ThrowAsync<ModuleUnavailableException>(() => CallAsync(new TimeoutException()));

        refused.Message.ShouldContain("a moment ago");
        calls.ShouldBe(10);

        Task<int> CallAsync(Exception failure) =>
            link.CallAsync<int>(
                _ =>
                {
                    calls++;
                    throw failure;
                },
                TestContext.Current.CancellationToken
            );
    }

    [Fact]
    public async Task A_connection_that_is_refused_means_that_the_module_is_unavailable()
    {
        using var link = new ModuleLink(Inventory());

        var refused = await Should.ThrowAsync<ModuleUnavailableException>(() =>
            link.CallAsync(token => link.Calls.SendAsync(new(HttpMethod.Get, link.Address), token), TestContext.Current.CancellationToken)
        );

        refused.Message.ShouldContain("Inventory is unavailable: ConnectionRefused");
    }

    [Fact]
    public async Task Askers_who_leave_say_nothing_about_the_module()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        await using var shop = ShopApplication.Build([
            "--ConnectionStrings:Shop=Host=nowhere",
            "--environment=Testing",
            "--Modules:ServiceKey=of-the-house-and-long-enough-to-be-taken",
            "--Modules:Hosted=all-but:Products",
            $"--Modules:Products:Url=http://{mute.LocalEndpoint}",
            "--Modules:InternalUrl=http://127.0.0.1:0",
        ]);
        var ask = shop.Services.GetRequiredService<IAsk>();

        for (var i = 0; i < 12; i++)
        {
            using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
            await Should.ThrowAsync<OperationCanceledException>(() =>
                ask.AskAsync(new GetOffers([]), TimeSpan.FromSeconds(5), leaving.Token)
            );
        }

        await Should.ThrowAsync<TimeoutException>(() =>
            ask.AskAsync(new GetOffers([]), TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken)
        );
    }

    // Port 1 of this machine answers nobody.
    private static PlacedModule Inventory() =>
        Placement
            .Read(
                new ConfigurationBuilder()
                    .AddInMemoryCollection([new("Modules:Hosted", "all-but:Inventory"), new("Modules:Inventory:Url", "http://127.0.0.1:1")])
                    .Build()
            )
            .Of("Inventory");
}
