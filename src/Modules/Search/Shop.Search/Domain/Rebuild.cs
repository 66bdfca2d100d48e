namespace Shop.Search.Domain;

/// <summary>How far a rebuild is.</summary>
public enum RebuildState
{
    /// <summary>Nobody works on it yet.</summary>
    Requested = 0,

    /// <summary>Products are copied into the second index, batch by batch.</summary>
    Filling = 1,

    /// <summary>The second index' own indexes are made.</summary>
    Indexing = 2,

    /// <summary>What changed meanwhile is repeated, and the two are swapped.</summary>
    Swapping = 3,

    /// <summary>The second index is the one that is searched.</summary>
    Completed = 4,

    /// <summary>Staff stopped it; the first index stays.</summary>
    Canceled = 5,

    /// <summary>It failed too often; the first index stays.</summary>
    Failed = 6,
}

/// <summary>A rebuild of the index; at most one is active in all processes. Its rows are also the trail of who asked for one.</summary>
public sealed class Rebuild
{
    public Guid Id { get; init; }

    /// <summary>The language of the new index.</summary>
    public required string Language { get; init; }

    public RebuildState State { get; init; }

    /// <summary>True while it isn't at an end, null afterwards: unique, so that there is one.</summary>
    public bool? Active { get; init; }

    /// <summary>Who asked; null when the language was changed.</summary>
    public Guid? RequestedBy { get; init; }

    /// <summary>By the database's clock, like all times here.</summary>
    public DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public bool CancelRequested { get; init; }

    /// <summary>The process that works on it.</summary>
    public Guid? Worker { get; init; }

    /// <summary>Then another process may take over, from <see cref="Position"/> on.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The last product copied.</summary>
    public Guid? Position { get; init; }

    /// <summary>Products copied.</summary>
    public long Done { get; init; }

    /// <summary>Products there were to copy when it began.</summary>
    public long Total { get; init; }

    /// <summary>Times it failed and was tried again.</summary>
    public int Failures { get; init; }
}

/// <summary>A product that changed while a rebuild was active, to be repeated in the second index. Only ever added, so that no change hides behind an older one.</summary>
public sealed class RebuildChange
{
    public long Id { get; init; }

    public Guid ProductId { get; init; }
}

/// <summary>The one row that says what the index that is searched was made with.</summary>
public sealed class IndexState
{
    /// <summary>Always 1.</summary>
    public int Id { get; init; }

    /// <summary>Text search configuration of this schema, such as <c>english</c>.</summary>
    public required string Language { get; init; }
}

/// <summary>A search that found nothing, by day.</summary>
public sealed class MissedSearch
{
    /// <summary>UTC day.</summary>
    public DateOnly Day { get; init; }

    /// <summary>What was typed, in lower case.</summary>
    public required string Text { get; init; }

    /// <summary>How often.</summary>
    public long Count { get; init; }
}
