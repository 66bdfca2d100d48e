using Shop.Payments.Tests;
using Wolverine.Attributes;

// One host, one provider and one database for the whole assembly; tests run in parallel on data of their own.
[assembly: AssemblyFixture(typeof(PaidShop))]
[assembly: WolverineModule<RecorderExtension>]
