using System.Reflection;
using Shop.TestKit.World;

namespace Shop.ExtractionTests;

/// <summary>Where the processes under test come from.</summary>
internal static class Release
{
    /// <summary>Tests of one collection take their turns: each world is several processes that want the whole machine.</summary>
    public const string InTurn = "in turn";

    /// <summary>The folder of a published host if there is one, else of the host's Release build.</summary>
    public static string Binaries { get; } =
        ChildProcess.Published
        ?? typeof(Release).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "HostBinaries").Value!;

    /// <summary>A shop whose modules run so.</summary>
    public static Task<ShopWorld> StartAsync(Topology topology, IReadOnlyDictionary<string, string>? settings = null) =>
        ShopWorld.StartAsync(settings, Binaries, topology);
}

/// <summary>A shop with two modules outside, shared by tests that take their turns.</summary>
public sealed class SplitWorld : IAsyncLifetime
{
    private ShopWorld? _world;

    /// <summary>Inventory and Users outside.</summary>
    public ShopWorld World => _world!;

    /// <summary>Signed in.</summary>
    public Staff Staff { get; private set; } = null!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        _world = await Release.StartAsync(new Topology("two outside", ["Inventory", "Users"]));
        Staff = await Staff.SignInAsync(_world.Client);
        await Staff.AddProductsAsync(("BOOT-42", 4_900, 1_000));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
    }
}
