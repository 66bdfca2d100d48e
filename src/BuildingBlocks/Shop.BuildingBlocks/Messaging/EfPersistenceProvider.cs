using JasperFx;
using JasperFx.CodeGeneration.Frames;
using JasperFx.CodeGeneration.Model;
using JasperFx.Core.Reflection;
using Microsoft.EntityFrameworkCore;
using Wolverine;
using Wolverine.Configuration;
using Wolverine.Persistence;

namespace Shop.BuildingBlocks.Messaging;

/// <summary>
/// Teaches Wolverine to wrap a handler that takes a DbContext in one EF Core transaction. Takes the place of
/// WolverineFx.EntityFrameworkCore, which not every registry has (docs/adr/0001).
/// </summary>
public sealed class EfPersistenceProvider : IPersistenceFrameProvider
{
    private const string Applied = "shop-ef-transaction";

    /// <inheritdoc />
    public bool CanApply(IChain chain, IServiceContainer container) => OwnerOf(chain, container) is not null;

    /// <inheritdoc />
    public Type? TryDetermineTransactionOwnerType(IChain chain, IServiceContainer container) => OwnerOf(chain, container);

    /// <inheritdoc />
    public void ApplyTransactionSupport(IChain chain, IServiceContainer container) =>
        Apply(chain, OwnerOf(chain, container) ?? throw new InvalidOperationException($"No DbContext in {chain.Description}"));

    /// <inheritdoc />
    public bool CanPersist(Type entityType, IServiceContainer container, out Type persistenceService)
    {
        persistenceService = typeof(DbContext);
        return false;
    }

    /// <inheritdoc />
    public void ApplyTransactionSupport(IChain chain, IServiceContainer container, Type entityType) => throw Unused();

    /// <inheritdoc />
    public Type DetermineSagaIdType(Type sagaType, IServiceContainer container) => throw Unused();

    /// <inheritdoc />
    public Frame DetermineLoadFrame(IServiceContainer container, Type sagaType, Variable sagaId) => throw Unused();

    /// <inheritdoc />
    public Frame DetermineInsertFrame(Variable saga, IServiceContainer container) => throw Unused();

    /// <inheritdoc />
    public Frame DetermineUpdateFrame(Variable saga, IServiceContainer container) => throw Unused();

    /// <inheritdoc />
    public Frame DetermineStoreFrame(Variable saga, IServiceContainer container) => throw Unused();

    /// <inheritdoc />
    public Frame DetermineDeleteFrame(Variable sagaId, Variable saga, IServiceContainer container) => throw Unused();

    /// <inheritdoc />
    public Frame DetermineDeleteFrame(Variable variable, IServiceContainer container) => throw Unused();

    /// <inheritdoc />
    public Frame CommitUnitOfWorkFrame(Variable saga, IServiceContainer container) => throw Unused();

    /// <inheritdoc />
    public Frame DetermineStorageActionFrame(Type entityType, Variable action, IServiceContainer container) => throw Unused();

    /// <inheritdoc />
    public Frame[] DetermineFrameToNullOutMaybeSoftDeleted(Variable entity) => [];

    // A saga here is an ordinary handler over an ordinary row (docs/adr/0001), and a handler takes its DbContext.
    private static NotSupportedException Unused() => new("Take the module's DbContext as a parameter instead.");

    private static void Apply(IChain chain, Type dbContextType)
    {
        if (!chain.Tags.TryAdd(Applied, dbContextType))
            return;
        chain.Middleware.Insert(0, new BeginFrame(dbContextType));
        chain.Postprocessors.Add(new CommitFrame());
    }

    private static Type? OwnerOf(IChain chain, IServiceContainer container)
    {
        var contexts = chain
            .ServiceDependencies(container, Type.EmptyTypes)
            .Where(type => type.CanBeCastTo<DbContext>())
            .Distinct()
            .ToArray();
        return contexts.Length switch
        {
            0 => null,
            1 => contexts[0],
            _ => throw new InvalidOperationException(
                $"{chain.Description} takes more than one DbContext; a handler writes to its own module only."
            ),
        };
    }
}
