using Shop.Inventory.Tests;
using Wolverine.Attributes;

// One host and one database for the whole assembly; tests run in parallel on data of their own.
[assembly: AssemblyFixture(typeof(ShopFixture))]
[assembly: WolverineModule<RecorderExtension>]
