using Shop.BuildingBlocks;

namespace Shop.Search.Features;

/// <summary>
/// Lets a few searches work at a time. A search is the dearest read of the shop, all of it the database's processor time: more of them at
/// once than there are cores to work on them only make each other, and everybody's purchases, wait longer.
/// </summary>
public sealed class SearchGate() : Turns(atOnce: 2 * Environment.ProcessorCount, queue: 200);
