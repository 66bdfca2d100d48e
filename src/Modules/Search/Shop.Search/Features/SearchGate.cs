using Shop.BuildingBlocks;

namespace Shop.Search.Features;

/// <summary>
/// Lets a few searches work at a time. A search is the dearest read of the shop, all of it the database's processor time: many at once only
/// make each other, and everybody's purchases, wait longer. Four keep two cores busy (docs/performance.md).
/// </summary>
public sealed class SearchGate() : Turns(atOnce: 4, queue: 200);

/// <summary>The same for suggestions, which are cheaper and must not wait behind searches.</summary>
public sealed class SuggestionGate() : Turns(atOnce: 4, queue: 200);
