#if DEBUG
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.TestKit;
using Wolverine;
using Wolverine.Postgresql;

namespace Shop.Proofs;

/// <summary>A question of the size of Checkout's, asked over the bus's own request and reply.</summary>
/// <param name="Sku">What is asked about.</param>
public sealed record AskPrice(string Sku);

/// <summary>Its answer.</summary>
/// <param name="Sku">What was asked about.</param>
/// <param name="Minor">Its price in minor units.</param>
public sealed record Price(string Sku, long Minor);

/// <summary>Answers at once, so that only the way is measured.</summary>
public static class AskPriceHandler
{
    /// <summary>Answers.</summary>
    public static Price Handle(AskPrice question) => new(question.Sku, 4_900);
}

/// <summary>Two hosts of the bus on PostgreSQL's queues with notifications: what questions would cost if they went the way of messages.</summary>
public static class BusQuestion
{
    private const string Questions = "questions";

    /// <summary>Asks for so long.</summary>
    public static async Task<LoadResult> MeasureAsync(int askers, TimeSpan duration)
    {
        await using var database = new TestDatabase();
        await database.CreateAsync();
        using var answerer = await StartAsync(
            database.ConnectionString,
            "answerer",
            o => o.ListenToPostgresqlQueue(Questions).BufferedInMemory()
        );
        using var asker = await StartAsync(
            database.ConnectionString,
            "asker",
            o =>
            {
                o.Discovery.DisableConventionalDiscovery();
                o.PublishMessage<AskPrice>().ToPostgresqlQueue(Questions).BufferedInMemory();
                o.ListenToPostgresqlQueue("answers").UseForReplies().BufferedInMemory();
            }
        );
        await Load.RunAsync(askers, TimeSpan.FromSeconds(5), _ => AskAsync(asker));
        var result = await Load.RunAsync(askers, duration, _ => AskAsync(asker));
        await Task.WhenAll(asker.StopAsync(), answerer.StopAsync());
        return result;
    }

    private static async Task<bool> AskAsync(IHost asker)
    {
        await using var scope = asker.Services.CreateAsyncScope();
        var bus = scope.ServiceProvider.GetRequiredService<IMessageBus>();
        try
        {
            return (await bus.InvokeAsync<Price>(new AskPrice("BOOT-42"), CancellationToken.None, TimeSpan.FromSeconds(10))).Minor > 0;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task<IHost> StartAsync(string connection, string name, Action<WolverineOptions> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseWolverine(options =>
        {
            options.ServiceName = name;
            options.ApplicationAssembly = typeof(BusQuestion).Assembly;
            options
                .PersistMessagesWithPostgresql(connection, $"bench_{name}")
                .EnableMessageTransport(transport => transport.TransportSchemaName("bench_queues").EnableQueueNotifications());
            configure(options);
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
#endif
