using Shop.Alpha.Contracts;
using Shop.BuildingBlocks.Contracts;

namespace Shop.Beta.Contracts;

public interface IBetaService;

public sealed record GoodBeta(Guid Id, string? Name, Money Price, IReadOnlyList<GoodBetaLine> Lines, DateTimeOffset? At, GoodBetaKind Kind);

public sealed record GoodBetaLine(int Count);

public enum GoodBetaKind
{
    One,
    Two,
}

public sealed record MutableBeta
{
    public string Name { get; set; } = "";
}

public sealed class BetaEntity
{
    public Guid Id { get; init; }
}

public sealed record BetaWithArray(int[] Numbers);

public sealed record BetaWithForeignRecord(AlphaHappened Foreign);

public record OpenBeta(int Number);

[MessageIdentity("beta.nobody-listens")]
public sealed record NobodyListens(Guid Id) : IIntegrationEvent;

[MessageIdentity("beta.do-twice")]
public sealed record DoTwice(Guid Id) : ICommand;

[MessageIdentity("beta.do-nothing")]
public sealed record DoNothing(Guid Id) : ICommand;
