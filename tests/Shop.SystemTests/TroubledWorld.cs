namespace Shop.SystemTests;

/// <summary>A shop of its own for tests that break what is around it or the shop itself; one after the other, each mends what it broke.</summary>
public sealed class TroubledWorld : SharedWorld
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "troubled";

    /// <inheritdoc />
    protected override Dictionary<string, string> Settings =>
        new()
        {
            ["Shutdown:ReadinessSeconds"] = "1",
            ["Logging:LogLevel:Default"] = "Debug",
            ["Logging:LogLevel:Microsoft"] = "Debug",
            ["Logging:LogLevel:System"] = "Debug",
            ["Logging:LogLevel:Wolverine"] = "Debug",
            ["Logging:LogLevel:JasperFx"] = "Debug",
        };
}

/// <summary>Tests in it run one after the other.</summary>
[CollectionDefinition(TroubledWorld.Name)]
public sealed class TroubledCollection : ICollectionFixture<TroubledWorld>;

/// <summary>Tests in it run when all others are done: a crowd leaves nothing of the machine to them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "alone";
}
