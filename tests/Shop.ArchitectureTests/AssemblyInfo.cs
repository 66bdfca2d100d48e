// One host and one database for the whole assembly: the rules look at what really runs.
[assembly: AssemblyFixture(typeof(ShopFixture))]
