using Shop.TestKit.World;

namespace Shop.SystemTests;

/// <summary>A running shop that tests share, in parallel; none of them disturbs it.</summary>
public class SharedWorld : IAsyncLifetime
{
    private ShopWorld? _world;

    /// <summary>Host, payment provider and mail server.</summary>
    public ShopWorld World => _world!;

    /// <summary>Signed in.</summary>
    public Staff Staff { get; private set; } = null!;

    /// <summary>Settings of the host on top of the usual ones.</summary>
    protected virtual Dictionary<string, string> Settings => new() { ["Checkout:AuthenticationSeconds"] = "20" };

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        _world = await ShopWorld.StartAsync(Settings);
        Staff = await Staff.SignInAsync(_world.Client);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
    }

    /// <summary>A product of the test's own, on sale.</summary>
    public async Task<string> ProductAsync(int stock, long price = 10_000)
    {
        var sku = $"SKU-{Guid.CreateVersion7():N}".ToUpperInvariant();
        await Staff.AddProductsAsync((sku, price, stock));
        return sku;
    }

    /// <summary>A shopper with one line in the cart.</summary>
    public async Task<Shopper> ShopperAsync(string sku, int quantity = 1)
    {
        var shopper = new Shopper(World.Client);
        await shopper.FillCartAsync((sku, quantity));
        return shopper;
    }
}
