using Shop.BuildingBlocks;

namespace Shop.Checkout.Features;

/// <summary>
/// Lets a few purchases start at a time: a start is a handful of short queries, and more of them at once only wait for each other's rows and
/// commits. What waits for the end of a purchase waits outside.
/// </summary>
public sealed class StartGate() : Turns(atOnce: 8, queue: 1_000);
