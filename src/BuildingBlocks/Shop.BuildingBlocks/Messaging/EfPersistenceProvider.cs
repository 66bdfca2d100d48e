using JasperFx;
using JasperFx.CodeGeneration.Frames;
using JasperFx.CodeGeneration.Model;
using JasperFx.Core.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Wolverine;
using Wolverine.Configuration;
using Wolverine.Persistence;
using Wolverine.Persistence.Sagas;

namespace Shop.BuildingBlocks.Messaging;

/// <summary>
/// Teaches Wolverine to wrap a handler that takes a DbContext, and a saga mapped in one, in one EF Core transaction. Takes the place of
/// WolverineFx.EntityFrameworkCore, which not every registry has (docs/adr/0001).
/// </summary>
public sealed class EfPersistenceProvider : IPersistenceFrameProvider
{
    private const string Applied = "shop-ef-transaction";
    private readonly Dictionary<Type, Type?> _owners = [];

    /// <inheritdoc />
    public bool CanApply(IChain chain, IServiceContainer container) => OwnerOf(chain, container) is not null;

    /// <inheritdoc />
    public Type? TryDetermineTransactionOwnerType(IChain chain, IServiceContainer container) => OwnerOf(chain, container);

    /// <inheritdoc />
    public void ApplyTransactionSupport(IChain chain, IServiceContainer container) =>
        Apply(chain, OwnerOf(chain, container) ?? throw new InvalidOperationException($"No DbContext in {chain.Description}"));

    /// <inheritdoc />
    public void ApplyTransactionSupport(IChain chain, IServiceContainer container, Type entityType) =>
        Apply(chain, OwnerOf(entityType, container) ?? throw new InvalidOperationException($"No DbContext maps {entityType}"));

    /// <inheritdoc />
    public bool CanPersist(Type entityType, IServiceContainer container, out Type persistenceService)
    {
        var owner = OwnerOf(entityType, container);
        persistenceService = owner!;
        return owner is not null;
    }

    /// <inheritdoc />
    public Type DetermineSagaIdType(Type sagaType, IServiceContainer container) =>
        SagaChain.DetermineSagaIdMember(sagaType, sagaType)?.GetRawMemberType()
        ?? throw new InvalidOperationException($"No identity member on {sagaType}");

    /// <inheritdoc />
    public Frame DetermineLoadFrame(IServiceContainer container, Type sagaType, Variable sagaId)
    {
        var load = typeof(EfOperations)
            .GetMethod(nameof(EfOperations.LoadAsync))!
            .MakeGenericMethod(OwnerOf(sagaType, container)!, sagaType, sagaId.VariableType);
        var call = new MethodCall(typeof(EfOperations), load);
        call.Arguments[1] = sagaId;
        return call;
    }

    /// <inheritdoc />
    public Frame DetermineInsertFrame(Variable saga, IServiceContainer container) => Call(nameof(EfOperations.Insert), saga, container);

    /// <inheritdoc />
    public Frame DetermineUpdateFrame(Variable saga, IServiceContainer container) => Call(nameof(EfOperations.Update), saga, container);

    /// <inheritdoc />
    public Frame DetermineStoreFrame(Variable saga, IServiceContainer container) => Call(nameof(EfOperations.Update), saga, container);

    /// <inheritdoc />
    public Frame DetermineDeleteFrame(Variable sagaId, Variable saga, IServiceContainer container) => DetermineDeleteFrame(saga, container);

    /// <inheritdoc />
    public Frame DetermineDeleteFrame(Variable variable, IServiceContainer container) =>
        Call(nameof(EfOperations.Delete), variable, container);

    /// <inheritdoc />
    public Frame CommitUnitOfWorkFrame(Variable saga, IServiceContainer container) =>
        new CommentFrame("Committed with the EF Core transaction");

    /// <inheritdoc />
    public Frame DetermineStorageActionFrame(Type entityType, Variable action, IServiceContainer container) =>
        throw new NotSupportedException("Storage actions aren't used: a handler takes its DbContext.");

    /// <inheritdoc />
    public Frame[] DetermineFrameToNullOutMaybeSoftDeleted(Variable entity) => [];

    private static void Apply(IChain chain, Type dbContextType)
    {
        if (!chain.Tags.TryAdd(Applied, dbContextType))
            return;
        chain.Middleware.Insert(0, new BeginFrame(dbContextType));
        chain.Postprocessors.Add(new CommitFrame());
    }

    private MethodCall Call(string method, Variable entity, IServiceContainer container)
    {
        var call = new MethodCall(
            typeof(EfOperations),
            typeof(EfOperations).GetMethod(method)!.MakeGenericMethod(OwnerOf(entity.VariableType, container)!, entity.VariableType)
        );
        call.Arguments[1] = entity;
        return call;
    }

    private Type? OwnerOf(IChain chain, IServiceContainer container)
    {
        if (chain is SagaChain saga)
            return OwnerOf(saga.SagaType, container);
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

    private Type? OwnerOf(Type entityType, IServiceContainer container)
    {
        lock (_owners)
        {
            if (_owners.TryGetValue(entityType, out var known))
                return known;
            using var scope = container.Services.CreateScope();
            return _owners[entityType] = container
                .FindMatchingServices(type => type.CanBeCastTo<DbContext>())
                .Select(descriptor => descriptor.ServiceType)
                .Distinct()
                .FirstOrDefault(type =>
                    ((DbContext)scope.ServiceProvider.GetRequiredService(type)).Model.FindEntityType(entityType) is not null
                );
        }
    }
}

/// <summary>What generated saga code calls.</summary>
public static class EfOperations
{
    /// <summary>Loads a saga by its id; null when there is none.</summary>
    public static async Task<TEntity?> LoadAsync<TContext, TEntity, TId>(TContext db, TId id, CancellationToken cancellationToken)
        where TContext : DbContext
        where TEntity : class => await db.Set<TEntity>().FindAsync([id], cancellationToken);

    /// <summary>Adds a started saga.</summary>
    public static void Insert<TContext, TEntity>(TContext db, TEntity entity)
        where TContext : DbContext
        where TEntity : class => db.Add(entity);

    /// <summary>Raises the saga's version, its concurrency token, so that of two messages at once only one can win.</summary>
    public static void Update<TContext, TEntity>(TContext db, TEntity entity)
        where TContext : DbContext
        where TEntity : class
    {
        if (db.Entry(entity).State == EntityState.Detached)
            db.Update(entity);
        if (entity is Saga saga)
            saga.Version++;
    }

    /// <summary>Removes a completed saga.</summary>
    public static void Delete<TContext, TEntity>(TContext db, TEntity entity)
        where TContext : DbContext
        where TEntity : class => db.Remove(entity);
}
