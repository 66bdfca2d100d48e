using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>A RabbitMQ broker of this run's own, when <c>--transport rabbitmq</c> asks for one.</summary>
public sealed class Broker : IAsyncDisposable
{
    /// <summary>What asks for it.</summary>
    public const string Option = "--transport";

    private readonly RabbitMq _server;

    private Broker(RabbitMq server) => _server = server;

    /// <summary>Settings that send the shop's messages over it.</summary>
    public Dictionary<string, string> Settings => SettingsOf(_server);

    /// <summary>Settings that send the shop's messages over a broker.</summary>
    public static Dictionary<string, string> SettingsOf(RabbitMq server) =>
        new() { ["Messaging:Transport"] = "RabbitMq", ["ConnectionStrings:RabbitMq"] = server.Address.ToString() };

    /// <summary>A started broker; null when PostgreSQL carries the messages.</summary>
    public static async Task<Broker?> ForAsync(string[] args)
    {
        var at = Array.IndexOf(args, Option);
        return at >= 0 && args.ElementAtOrDefault(at + 1) == "rabbitmq" ? new(await RabbitMq.StartAsync()) : null;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
