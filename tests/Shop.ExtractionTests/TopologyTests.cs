using Shop.TestKit.World;

namespace Shop.ExtractionTests;

/// <summary>
/// Every purchase goes the same way wherever the modules run. Up to eleven processes want a machine for themselves, so these tests run when
/// they are asked for: <c>SHOP_TOPOLOGIES=few</c> runs four topologies that stand for the twelve, <c>all</c> runs them all.
/// </summary>
[Collection(Release.InTurn)]
public sealed class TopologyTests
{
    private const string Variable = "SHOP_TOPOLOGIES";
    private static readonly string? Asked = Environment.GetEnvironmentVariable(Variable);

    public static TheoryData<string> Topologies { get; } = [.. (Asked == "all" ? Topology.All : Topology.Few).Select(t => t.Name)];

    [Fact]
    public async Task Messages_go_over_rabbitmq_as_they_do_over_postgresql()
    {
        Assert.SkipUnless(Asked is not null, $"Set {Variable}.");
        Assert.SkipUnless(RabbitMq.IsInstalled, "RabbitMQ is not installed.");
        await using var broker = await RabbitMq.StartAsync();
        await using var world = await Release.StartAsync(Topology.Without("Inventory"), broker.Settings);

        (await PurchaseSuite.RunAsync(world, skipRush: true)).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task Every_purchase_goes_the_same_way_wherever_the_modules_run(string topology)
    {
        Assert.SkipUnless(Asked is not null, $"Set {Variable}.");
        await using var world = await Release.StartAsync(Topology.All.Single(t => t.Name == topology));

        var failed = await PurchaseSuite.RunAsync(world);

        failed.ShouldBeEmpty(string.Join('\n', failed.Select(f => $"{f.Key}: {f.Value}").Append(world.Errors())));
    }
}
