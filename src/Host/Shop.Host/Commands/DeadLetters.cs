using JasperFx.Core;
using Wolverine.Persistence.Durability;
using Wolverine.Persistence.Durability.DeadLetterManagement;

namespace Shop.Host.Commands;

/// <summary><c>deadletters list</c> and <c>deadletters replay [id …]</c>: messages that no retry could save.</summary>
public static class DeadLetters
{
    private const int PageSize = 100;

    /// <summary>Prints one line a dead letter: id, when, message, where it was going, the exception's type. No bodies: they may hold personal data.</summary>
    public static async Task<int> ListAsync(IMessageStore store, TextWriter output, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var letter in AllAsync(store, cancellationToken))
        {
            await output.WriteLineAsync(
                $"{letter.Id}  {letter.ReceivedAt:u}  {letter.MessageType}  {letter.Source}  {letter.ExceptionType}"
            );
            count++;
        }
        await output.WriteLineAsync($"{count} dead letter(s)");
        return 0;
    }

    /// <summary>Puts dead letters back into their queues, all or the given ones; a running host takes them up within seconds.</summary>
    public static async Task<int> ReplayAsync(
        IMessageStore store,
        IReadOnlyList<string> ids,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        var known = new HashSet<Guid>();
        await foreach (var letter in AllAsync(store, cancellationToken))
            known.Add(letter.Id);
        // All or none: half a replay would leave whoever asked for it to find out which half.
        foreach (var id in ids)
            if (!Guid.TryParse(id, out var parsed) || !known.Contains(parsed))
            {
                await output.WriteLineAsync($"'{id}' is not the id of a dead letter; see deadletters list. None was put back.");
                return 2;
            }
        Guid[] wanted = ids.Count == 0 ? [.. known] : [.. ids.Select(Guid.Parse).Distinct()];
        foreach (var chunk in wanted.Chunk(PageSize))
            await store.DeadLetters.ReplayAsync(new DeadLetterEnvelopeQuery { MessageIds = chunk }, cancellationToken);
        await output.WriteLineAsync($"{wanted.Length} dead letter(s) put back");
        return 0;
    }

    private static async IAsyncEnumerable<DeadLetterEnvelope> AllAsync(
        IMessageStore store,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var page = 1; ; page++)
        {
            var query = new DeadLetterEnvelopeQuery(TimeRange.AllTime()) { PageNumber = page, PageSize = PageSize };
            var results = await store.DeadLetters.QueryAsync(query, cancellationToken);
            foreach (var letter in results.Envelopes)
                yield return letter;
            if (results.Envelopes.Count < PageSize)
                yield break;
        }
    }
}
