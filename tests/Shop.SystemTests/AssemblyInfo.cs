using Shop.SystemTests;

// One real shop, as processes, for all tests that don't break it; they run in parallel on products of their own.
[assembly: AssemblyFixture(typeof(SharedWorld))]
