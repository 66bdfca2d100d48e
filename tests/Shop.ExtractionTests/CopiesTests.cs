using Shop.TestKit.World;

namespace Shop.ExtractionTests;

/// <summary>Two processes of one module outside.</summary>
[Collection(Release.InTurn)]
public sealed class CopiesTests
{
    private const string Waiting =
        "select count(*) from wolverine_inventory.wolverine_incoming_envelopes where status <> 'Handled' and message_type = 'inventory.reserve-stock.v1'";

    [Fact]
    public async Task What_a_killed_process_had_in_hand_its_copy_finishes()
    {
        await using var world = await Release.StartAsync(
            Topology.Without("Inventory"),
            // Nobody asks again within the test: only the copy can bring the purchase to its end.
            new Dictionary<string, string>
            {
                ["Checkout:StepSeconds"] = "60",
                ["Checkout:LongestStepSeconds"] = "60",
                ["Checkout:HoldSeconds"] = "3600",
            }
        );
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync(("BOOT-42", 4_900, 1_000));
        await world.HostOf("Inventory").KillAsync();
        await world.StartModuleAsync("Inventory", fault: "inventory/inventory.reserve-stock.v1:before-commit");
        await world.StartCopyAsync("Inventory");

        // Which of the two gets a message is chance.
        var begun = new List<(Shopper Shopper, Answer Answer)>();
        while (!world.HostOf("Inventory").HasExited)
        {
            begun.Count.ShouldBeLessThan(100);
            var shopper = new Shopper(world.Client);
            await shopper.FillCartAsync(("BOOT-42", 1));
            begun.Add((shopper, await shopper.CheckOutAsync()));
        }
        (await world.ScalarAsync<long>(Waiting)).ShouldBePositive("it died with a message in hand");

        foreach (var (shopper, answer) in begun)
            (await Purchase.EndAsync(shopper, answer))["state"].ShouldBe("completed");
        await Eventually.IsTrueAsync("none waits", async () => await world.ScalarAsync<long>(Waiting) == 0);
        (await world.ReconcileAsync(TimeSpan.FromSeconds(30))).ExitCode.ShouldBe(0);
    }
}
