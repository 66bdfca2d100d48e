using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Tests.Slices;

public sealed class PlanTests(ShopFixture shop)
{
    // What the foreign key of each movement asks: with an index by the location alone a new shop read all its levels for it, as long as the plan
    // made for a few was kept.
    [Fact]
    public async Task A_level_is_found_by_its_sku_and_location_whichever_index_is_taken()
    {
        var database = shop.Services.GetRequiredKeyedService<NpgsqlDataSource>(InventoryModule.Schema);
        await using var command = database.CreateCommand(
            $"explain (costs off) select from inventory.stock_levels where sku = 'A' and location_id = '{Location.Main}'"
        );
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var plan = "";
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            plan += reader.GetString(0) + "\n";

        plan.ShouldContain("Index Cond");
        plan.ShouldNotContain("Filter");
    }
}
