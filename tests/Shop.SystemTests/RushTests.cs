using Shop.TestKit.World;

namespace Shop.SystemTests;

/// <summary>More buyers than pieces.</summary>
[Collection(Alone.Name)]
public sealed class RushTests(SharedWorld shared)
{
    [Fact]
    public async Task Of_200_buyers_of_50_units_50_get_an_order_and_150_are_told_that_none_is_left()
    {
        var sku = await shared.ProductAsync(stock: 50);

        var rush = await Rush.RunAsync(shared.World, sku, buyers: 200);

        rush.Orders.ShouldBe(50);
        rush.OutOfStock.ShouldBe(150);
        rush.Deadlocks.ShouldBe(0);
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(0);
        // Over all that other tests did in this shop, too.
        var books = await shared.World.RunCommandAsync("reconcile", "--settle=30");
        books.ExitCode.ShouldBe(0, books.Output);
    }
}
