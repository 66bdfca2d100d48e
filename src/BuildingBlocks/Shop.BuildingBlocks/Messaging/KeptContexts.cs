using JasperFx.CodeGeneration;
using JasperFx.CodeGeneration.Frames;
using JasperFx.CodeGeneration.Model;
using JasperFx.Core.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Shop.BuildingBlocks.Messaging;

/// <summary>Lets generated handler code take a module's DbContext from its pool instead of making one.</summary>
public sealed class KeptContexts : IVariableSource
{
    /// <inheritdoc />
    public bool Matches(Type type) => type.CanBeCastTo<DbContext>() && !type.IsAbstract;

    /// <inheritdoc />
    public Variable Create(Type type) => new RentFrame(type).Context;

    private sealed class RentFrame : SyncFrame
    {
        private readonly Type _factoryType;
        private Variable? _factory;

        public RentFrame(Type contextType)
        {
            _factoryType = typeof(IDbContextFactory<>).MakeGenericType(contextType);
            Context = new Variable(contextType, this);
        }

        public Variable Context { get; }

        public override IEnumerable<Variable> FindVariables(IMethodVariables chain)
        {
            yield return _factory = chain.FindVariable(_factoryType);
        }

        public override void GenerateCode(GeneratedMethod method, ISourceWriter writer)
        {
            writer.Write($"await using var {Context.Usage} = {_factory!.Usage}.{nameof(IDbContextFactory<>.CreateDbContext)}();");
            Next?.GenerateCode(method, writer);
        }
    }
}
