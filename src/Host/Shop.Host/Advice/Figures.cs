namespace Shop.Host.Advice;

/// <summary>What to do about a module.</summary>
public enum Verdict
{
    /// <summary>It stays where it is.</summary>
    Stay,

    /// <summary>If any module leaves, this one does so first.</summary>
    FirstCandidate,

    /// <summary>It talks too much with others to leave before they do.</summary>
    NotYet,

    /// <summary>It runs in a process of its own already.</summary>
    Out,
}

/// <summary>Which requests were counted: those that one process answered, of all modules together.</summary>
/// <param name="From">Where the window begins, UTC.</param>
/// <param name="Until">Where it ends, UTC.</param>
/// <param name="Since">Since when the process counts, UTC.</param>
/// <param name="Count">Requests to modules in the window.</param>
public sealed record RequestPeriod(DateTimeOffset From, DateTimeOffset Until, DateTimeOffset Since, long Count);

/// <summary>Requests to one module.</summary>
/// <param name="Count">In the window.</param>
/// <param name="PerSecond">In the window.</param>
/// <param name="Share">Of the requests to all modules in the window, 0 to 1.</param>
/// <param name="ReadShare">How many of them only read (GET, HEAD), 0 to 1; null when there were none.</param>
/// <param name="P50Milliseconds">Half of them took no longer; a stream counts for as long as it was open. Null when there were none.</param>
/// <param name="P99Milliseconds">99 of 100 took no longer; null when there were none.</param>
/// <param name="SinceStart">Since the process counts.</param>
public sealed record ModuleRequests(
    long Count,
    double PerSecond,
    double Share,
    double? ReadShare,
    double? P50Milliseconds,
    double? P99Milliseconds,
    long SinceStart
);

/// <summary>Messages between one module and others; those to itself don't count.</summary>
/// <param name="In">Taken in over the days that the inbox remembers.</param>
/// <param name="Out">Given out over the same days; an event with three readers is three.</param>
/// <param name="Dialogue">
/// Exchanged, in the window of the requests, with modules that it both hears and tells; null when there is no such window.
/// </param>
public sealed record ModuleMessages(long In, long Out, long? Dialogue);

/// <summary>What is known of one module. Null is what couldn't be read; it is never estimated.</summary>
/// <param name="IsHere">The shop's own process hosts it.</param>
/// <param name="Requests">Its requests.</param>
/// <param name="DatabaseTimeShare">Its share of the time that the database spent on statements, 0 to 1.</param>
/// <param name="DatabaseBytes">Tables and indexes of its schema.</param>
/// <param name="Messages">Its messages.</param>
/// <param name="Partners">Modules that it knows, is known by, or exchanges messages with.</param>
/// <param name="IsStateless">
/// True when nobody commands it and its routes only read: what it keeps came in events of others, and it decides nothing.
/// </param>
/// <param name="Commits">Commits of the last 90 days that touched it.</param>
public sealed record ModuleFigures(
    bool IsHere,
    ModuleRequests? Requests,
    double? DatabaseTimeShare,
    long? DatabaseBytes,
    ModuleMessages? Messages,
    IReadOnlyList<string> Partners,
    bool? IsStateless,
    int? Commits
);

/// <summary>What is known of the shop as a whole.</summary>
/// <param name="Users">Registered users.</param>
/// <param name="Engineers">People with a commit in the last 90 days.</param>
/// <param name="Requests">Which requests were counted.</param>
public sealed record ShopFigures(long? Users, int? Engineers, RequestPeriod? Requests);

/// <summary>What to do about one module, and why.</summary>
/// <param name="Module">Its name.</param>
/// <param name="Verdict">What to do.</param>
/// <param name="Reasons">Why, as sentences.</param>
/// <param name="Figures">What that rests on.</param>
public sealed record ModuleAdvice(string Module, Verdict Verdict, IReadOnlyList<string> Reasons, ModuleFigures Figures);

/// <summary>Which modules to move out of the shop's process, if any.</summary>
/// <param name="At">When the figures were read, UTC.</param>
/// <param name="Shop">The shop as a whole.</param>
/// <param name="Size">Whether the shop is large enough to be taken apart, as a sentence.</param>
/// <param name="Modules">Each module.</param>
/// <param name="Thresholds">What the figures were held against.</param>
/// <param name="Missing">What couldn't be read, and what would make it readable.</param>
public sealed record ShopAdvice(
    DateTimeOffset At,
    ShopFigures Shop,
    string Size,
    IReadOnlyList<ModuleAdvice> Modules,
    AdviceOptions Thresholds,
    IReadOnlyList<string> Missing
);
