using Shop.BuildingBlocks;
using Wolverine;
using Wolverine.Postgresql;
using Wolverine.Postgresql.Transport;
using Wolverine.RabbitMQ;

namespace Shop.Host.Messaging;

/// <summary>What carries messages from one process of the shop to another.</summary>
public enum TransportKind
{
    /// <summary>Queue tables in the shop's own database, with LISTEN/NOTIFY to wake the reader: nothing more to run.</summary>
    Postgres,

    /// <summary>A RabbitMQ broker, at <c>ConnectionStrings:RabbitMq</c>.</summary>
    RabbitMq,
}

/// <summary>A queue for each module on the transport; whoever hosts the module reads it, and copies of a process share it.</summary>
public sealed class ModuleTransport
{
    /// <summary>Schema of PostgreSQL's queue tables. All deployables share it: it is what joins them.</summary>
    public const string QueueSchema = "shop_queues";

    private const string KindKey = "Messaging:Transport";

    private readonly TransportKind _kind;
    private readonly Uri? _broker;

    private ModuleTransport(TransportKind kind, Uri? broker) => (_kind, _broker) = (kind, broker);

    /// <summary>True when the queues are tables, which <c>migrate</c> makes.</summary>
    public bool IsDatabase => _kind == TransportKind.Postgres;

    /// <summary>Reads <c>Messaging:Transport</c> and what it needs.</summary>
    /// <exception cref="CannotStartException">The settings make no sense; the message says what to set.</exception>
    public static ModuleTransport Read(IConfiguration configuration)
    {
        var name = configuration[KindKey] ?? nameof(TransportKind.Postgres);
        if (!Enum.TryParse<TransportKind>(name, ignoreCase: true, out var kind) || !Enum.IsDefined(kind))
            throw new CannotStartException(
                $"Set Messaging__Transport to one of {string.Join(", ", Enum.GetNames<TransportKind>())}: {name} is none."
            );
        if (kind == TransportKind.Postgres)
            return new(kind, null);
        return Uri.TryCreate(configuration.GetConnectionString("RabbitMq"), UriKind.Absolute, out var broker)
            ? new(kind, broker)
            : throw new CannotStartException("Set ConnectionStrings__RabbitMq to the broker, such as amqp://user:password@rabbitmq:5672.");
    }

    /// <summary>The transport's name, for people.</summary>
    public override string ToString() => _kind.ToString();

    /// <summary>A module's queue.</summary>
    public Uri QueueOf(IModule module) =>
        _kind switch
        {
            TransportKind.Postgres => new($"{PostgresqlTransport.ProtocolName}://{module.Name.ToLowerInvariant()}"),
            _ => new($"rabbitmq://queue/shop-{module.Name.ToLowerInvariant()}"),
        };

    /// <summary>Adds it to the bus.</summary>
    public void AddTo(WolverineOptions options, IPostgresqlBackedPersistence store)
    {
        if (_kind == TransportKind.Postgres)
            // The queue's poll is a net below the notifications, which get lost with their connection.
            store.EnableMessageTransport(transport => transport.TransportSchemaName(QueueSchema).EnableQueueNotifications());
        else
            options.UseRabbitMq(_broker!).AutoProvision();
    }
}
