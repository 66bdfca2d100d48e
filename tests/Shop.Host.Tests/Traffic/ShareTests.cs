using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;
using Shop.Host.Traffic;

namespace Shop.Host.Tests.Traffic;

/// <summary>Whom a share of the traffic stands for.</summary>
public sealed class ShareTests
{
    private static readonly string[] Callers = [.. Enumerable.Range(0, 2_000).Select(i => $"caller-{i}")];

    [Fact]
    public async Task A_caller_stays_on_one_side_as_the_share_grows()
    {
        var quarter = await RemoteAsync(25);
        var again = await RemoteAsync(25);
        var half = await RemoteAsync(50);

        again.ShouldBe(quarter);
        (quarter.Count / (double)Callers.Length).ShouldBeInRange(0.2, 0.3);
        (half.Count / (double)Callers.Length).ShouldBeInRange(0.45, 0.55);
        quarter.Except(half).ShouldBeEmpty();
        (await RemoteAsync(0)).ShouldBeEmpty();
        (await RemoteAsync(100)).Count.ShouldBe(Callers.Length);
    }

    private static async Task<List<string>> RemoteAsync(int percent)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IFeatureDefinitionProvider>(new One(TrafficSwitch.Local("Search") with { Percent = percent }));
        services.AddFeatureManagement().AddFeatureFilter<ContextualTargetingFilter>();
        await using var provider = services.BuildServiceProvider();
        var features = provider.GetRequiredService<IFeatureManager>();
        var remote = new List<string>();
        foreach (var caller in Callers)
            if (await features.IsEnabledAsync(TrafficSwitches.FlagOf("Search"), new TargetingContext { UserId = caller }))
                remote.Add(caller);
        return remote;
    }

    private sealed class One(TrafficSwitch traffic) : IFeatureDefinitionProvider
    {
        public Task<FeatureDefinition> GetFeatureDefinitionAsync(string featureName) =>
            Task.FromResult(TrafficSwitches.Definition(traffic));

        public async IAsyncEnumerable<FeatureDefinition> GetAllFeatureDefinitionsAsync()
        {
            yield return await GetFeatureDefinitionAsync("");
        }
    }
}
