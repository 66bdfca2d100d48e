using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Inventory.Contracts;
using Shop.Inventory.Data;
using Wolverine.Runtime;

namespace Shop.Inventory.Features;

/// <summary>
/// A gate before each SKU and a group commit behind it. Only one transaction of this process makes holds of a SKU at a time; commands that come
/// meanwhile wait here, without a connection, and are then made in one transaction, each with its own answer and its own mark in the
/// inbox. A command that finds nobody before it is made at once, by itself. See docs/adr/0016.
/// </summary>
/// <param name="contexts">Each batch has a context of its own.</param>
public sealed class HoldCoalescer(IDbContextFactory<InventoryDbContext> contexts)
{
    /// <summary>
    /// Commands that wait or work at most; the queue keeps the others. It takes them in order, so a crowd that fills this place keeps buyers of
    /// other items out.
    /// </summary>
    public const int WaitingAtMost = 1_024;

    private const int LargestBatch = 50;

    // Fewer than the pool has connections: commits, releases and the staff's requests need some as well.
    private const int TransactionsAtMost = 6;

    private static readonly Histogram<int> BatchSizes = Telemetry.Meter.CreateHistogram<int>(
        "shop.inventory.holds_per_commit",
        description: "Holds made in one transaction."
    );

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiting> _waiting = [];
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);
    private int _transactions;

    /// <summary>Makes a hold, commits it together with its answer and its message's mark, and sends the answer.</summary>
    /// <param name="command">The hold.</param>
    /// <param name="incoming">Its message.</param>
    /// <param name="cancellationToken">The message's.</param>
    public Task HoldAsync(ReserveStock command, MessageContext incoming, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(command, incoming, cancellationToken);
        lock (_lock)
        {
            _waiting.AddLast(waiting);
            StartBatches();
        }
        return waiting.Done.Task;
    }

    // In the order of arrival. Whoever can't go yet keeps those behind from overtaking at the same SKU, else a basket of two hot items would
    // wait for ever.
    private void StartBatches()
    {
        var claimed = new HashSet<string>(StringComparer.Ordinal);
        for (var node = _waiting.First; node is not null && _transactions < TransactionsAtMost; )
        {
            var (first, next) = (node.Value, node.Next);
            if (first.Skus.Any(sku => _busy.Contains(sku) || claimed.Contains(sku)))
            {
                claimed.UnionWith(first.Skus);
                node = next;
                continue;
            }
            var batch = TakeBatch(node, claimed);
            _transactions++;
            var skus = batch.SelectMany(w => w.Skus).ToHashSet(StringComparer.Ordinal);
            _busy.UnionWith(skus);
            _ = Task.Run(() => RunAsync(batch, skus));
            node = _waiting.First;
            claimed.Clear();
        }
    }

    // The first, and all behind it that have a SKU in common with it and nobody else's.
    private List<Waiting> TakeBatch(LinkedListNode<Waiting> head, HashSet<string> claimed)
    {
        var batch = new List<Waiting>();
        for (var node = head; node is not null && batch.Count < LargestBatch; )
        {
            var (one, next) = (node.Value, node.Next);
            var fits = node == head || (head.Value.Skus.Overlaps(one.Skus) && !_busy.Overlaps(one.Skus));
            if (fits && !claimed.Overlaps(one.Skus))
            {
                _waiting.Remove(node);
                batch.Add(one);
            }
            else
                claimed.UnionWith(one.Skus);
            node = next;
        }
        return batch;
    }

    private async Task RunAsync(List<Waiting> batch, HashSet<string> skus)
    {
        try
        {
            await CommitAsync(batch);
        }
        finally
        {
            lock (_lock)
            {
                _busy.ExceptWith(skus);
                _transactions--;
                StartBatches();
            }
        }
    }

    private async Task CommitAsync(List<Waiting> batch)
    {
        try
        {
            await MakeAsync(batch);
            BatchSizes.Record(batch.Count);
            batch.ForEach(w => w.Done.SetResult());
        }
        catch (Exception e) when (batch.Count == 1 || IsNobodysFault(e))
        {
            batch.ForEach(w => w.Done.SetException(e));
        }
        catch (Exception)
        {
            // Nothing of it was committed, and one of them is at fault. Each by itself, then only that one fails.
            foreach (var one in batch)
                await CommitAloneAsync(one);
        }
    }

    // Whatever happens it is answered, and so are those behind it.
    private async Task CommitAloneAsync(Waiting one)
    {
        try
        {
            await one.Incoming.ClearAllAsync();
        }
        catch (Exception e)
        {
            one.Done.SetException(e);
            return;
        }
        await CommitAsync([one]);
    }

    private async Task MakeAsync(List<Waiting> batch)
    {
        // A batch is its members' work, so no single one of them may end it; one by itself ends with its message.
        var cancellationToken = batch.Count == 1 ? batch[0].CancellationToken : CancellationToken.None;
        await using var db = contexts.CreateDbContext();
        var members = new List<EfEnvelopeTransaction>();
        try
        {
            foreach (var one in batch)
                members.Add(await EfEnvelopeTransaction.BeginAsync(db, one.Incoming, cancellationToken));
            var outcomes = await Holds.MakeAsync(db, [.. batch.Select(w => w.Command)], cancellationToken);
            foreach (var (one, outcome) in batch.Zip(outcomes))
            {
                await one.Incoming.EnqueueCascadingAsync(outcome.Answer);
                await one.Incoming.EnqueueCascadingAsync(outcome.SoldOut);
                await one.Incoming.EnqueueCascadingAsync(outcome.Low);
            }
            await EfEnvelopeTransaction.CommitTogetherAsync(members, cancellationToken);
        }
        finally
        {
            foreach (var member in members)
                await member.DisposeAsync();
        }
    }

    // A lock or a connection that could not be had: the bus tries each of them again in a while, and they meet here again.
    private static bool IsNobodysFault(Exception? e) =>
        e is not null && (e is NpgsqlException { IsTransient: true } || IsNobodysFault(e.InnerException));

    private sealed class Waiting(ReserveStock command, MessageContext incoming, CancellationToken cancellationToken)
    {
        public ReserveStock Command { get; } = command;

        public MessageContext Incoming { get; } = incoming;

        public CancellationToken CancellationToken { get; } = cancellationToken;

        public HashSet<string> Skus { get; } = [.. command.Lines.Select(l => l.Sku)];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
