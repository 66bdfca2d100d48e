using JasperFx.CodeGeneration;
using JasperFx.CodeGeneration.Frames;
using JasperFx.CodeGeneration.Model;
using Wolverine.Persistence;
using Wolverine.Runtime;

namespace Shop.BuildingBlocks.Messaging;

/// <summary>Generates the opening of a handler's transaction.</summary>
internal sealed class BeginFrame : AsyncFrame, IFlushesMessages
{
    private readonly Type _dbContextType;
    private readonly Variable _transaction;
    private Variable? _db;
    private Variable? _context;
    private Variable? _cancellation;

    public BeginFrame(Type dbContextType)
    {
        _dbContextType = dbContextType;
        _transaction = new Variable(typeof(EfEnvelopeTransaction), "efTransaction", this);
    }

    public override IEnumerable<Variable> FindVariables(IMethodVariables chain)
    {
        yield return _db = chain.FindVariable(_dbContextType);
        yield return _context = chain.FindVariable(typeof(MessageContext));
        yield return _cancellation = chain.FindVariable(typeof(CancellationToken));
    }

    public override void GenerateCode(GeneratedMethod method, ISourceWriter writer)
    {
        writer.WriteComment("One transaction for rows and messages; leaving without a commit rolls back");
        writer.Write(
            $"await using var {_transaction.Usage} = await {typeof(EfEnvelopeTransaction).FullName}.{nameof(EfEnvelopeTransaction.BeginAsync)}({_db!.Usage}, {_context!.Usage}, {_cancellation!.Usage}).ConfigureAwait(false);"
        );
        Next?.GenerateCode(method, writer);
    }
}

/// <summary>Generates the commit.</summary>
internal sealed class CommitFrame : MethodCall
{
    public CommitFrame()
        : base(typeof(EfEnvelopeTransaction), nameof(EfEnvelopeTransaction.CommitAsync)) =>
        CommentText = "Save, mark the incoming message handled, commit, then send";
}
