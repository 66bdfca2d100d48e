using JasperFx;
using JasperFx.CodeGeneration;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Host.Topology;
using Wolverine;
using Wolverine.ErrorHandling;
using Wolverine.Persistence;
using Wolverine.Persistence.Sagas;
using Wolverine.Postgresql;

namespace Shop.Host.Messaging;

/// <summary>All policy of the bus: what is durable, how often a message is tried, how long it is remembered.</summary>
public static class ShopBus
{
    /// <summary>Handled messages are remembered this long, to refuse a second delivery; domain keys hold after that.</summary>
    public static readonly TimeSpan RememberHandled = TimeSpan.FromDays(7);

    /// <summary>Sets Wolverine up for the modules of this process, and for what they send to others.</summary>
    /// <param name="options">Wolverine's options.</param>
    /// <param name="configuration">Holds ConnectionStrings:Shop.</param>
    /// <param name="placement">Which modules are here.</param>
    /// <param name="transport">What leads to the others.</param>
    public static void UseShopBus(
        this WolverineOptions options,
        IConfiguration configuration,
        Placement placement,
        ModuleTransport transport
    )
    {
        options.ServiceName = placement.Deployable;
        options.ApplicationAssembly = typeof(ShopBus).Assembly;
        options.Services.AddScoped(typeof(IDbContextOutbox<>), typeof(DbContextOutbox<>));

        var store = options.UseEnvelopeStore(
            ModuleData.ConnectionString(configuration, ModuleData.RoleOf("bus")),
            placement.EnvelopeSchema
        );
        if (placement.IsSplit)
            transport.AddTo(options, store);
        ModuleRoutes.AddTo(options, placement, transport);
        options.AutoBuildMessageStorageOnStartup = AutoCreate.None;

        // Handlers of one event in several modules: each its own queue, transaction and retries.
        options.MultipleHandlerBehavior = MultipleHandlerBehavior.Separated;
        options.Policies.UseDurableLocalQueues();
        options.Policies.UseDurableInboxOnAllListeners();
        options.Policies.UseDurableOutboxOnAllSendingEndpoints();

        options.CodeGeneration.InsertFirstPersistenceStrategy<EfPersistenceProvider>();
        options.CodeGeneration.Sources.Add(new KeptContexts());
        options.Policies.AutoApplyTransactions();
        options.Policies.Add<HandlerNames>();
        options.Policies.Add<KeepMessagesInHand>();
        // The default marks a message nobody knows as handled: a silent loss.
        options.UnknownMessageBehavior = UnknownMessageBehavior.DeadLetterQueue;

        RetryFailures(options);
#if DEBUG
        options.CodeGeneration.TypeLoadMode = TypeLoadMode.Dynamic;
#else
        options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
#endif
    }

    /// <summary>The envelope store alone; <c>migrate</c> uses it under the owner's login.</summary>
    public static IPostgresqlBackedPersistence UseEnvelopeStore(this WolverineOptions options, string connectionString, string schema)
    {
        Wolverine.Util.WolverineMessageNaming.InsertFirst<MessageNaming>();
        var store = options.PersistMessagesWithPostgresql(connectionString, schema);
        options.Durability.MessageStorageSchemaName = schema;
        options.Durability.MessageIdentity = MessageIdentity.IdAndDestination;
        // The default ids can collide between processes of one machine.
        options.EnvelopeIdGeneration = EnvelopeIdGeneration.GuidV7;
        options.Durability.KeepAfterMessageHandling = RememberHandled;
        options.Durability.ScheduledJobPollingTime = TimeSpan.FromSeconds(1);
        // A killed process is noticed and its messages taken over within 10 to 15 seconds.
        options.Durability.HealthCheckPollingTime = TimeSpan.FromSeconds(2);
        options.Durability.StaleNodeTimeout = TimeSpan.FromSeconds(10);
        options.Durability.DrainTimeout = TimeSpan.FromSeconds(10);
        // Counts whole tables every five seconds, a week of handled messages among them; the host's own gauges don't.
        options.Durability.DurabilityMetricsEnabled = false;
        return store;
    }

    private static void RetryFailures(WolverineOptions options)
    {
        options.OnException<StaleDeliveryException>().CustomActionIndefinitely((_, _, _) => ValueTask.CompletedTask, "left to its owner");
        options
            .OnException<DbUpdateConcurrencyException>()
            .Or<SagaConcurrencyException>()
            .RetryWithCooldown(Milliseconds(20), Milliseconds(100), Milliseconds(500))
            .WithFullJitter()
            .Then.ScheduleRetry(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));
        options
            .OnException<Exception>(IsTransient)
            .RetryWithCooldown(Milliseconds(50), Milliseconds(250), Milliseconds(1000))
            .WithFullJitter()
            .Then.ScheduleRetry(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2));
        options
            .OnAnyException()
            .RetryWithCooldown(Milliseconds(50), Milliseconds(200))
            .WithFullJitter()
            .Then.ScheduleRetry(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10))
            .Then.MoveToErrorQueue();
    }

    /// <summary>A database failure that another try may not meet. EF Core wraps what a query throws, once or twice.</summary>
    public static bool IsTransient(Exception e) =>
        e is NpgsqlException database
            ? database.IsTransient || IsOutdatedPlan(database)
            : e.InnerException is { } inner && IsTransient(inner);

    // A migration changed a table under a prepared "select *"; it is prepared anew at its next use.
    private static bool IsOutdatedPlan(NpgsqlException e) => e is PostgresException { SqlState: "0A000", Routine: "RevalidateCachedQuery" };

    private static TimeSpan Milliseconds(double value) => TimeSpan.FromMilliseconds(value);
}
