using Shop.ArchitectureTests.Model;

// One host and one database for the whole assembly: the rules look at what really runs.
[assembly: AssemblyFixture(typeof(ShopFixture))]

// And one more database, made when the first test asks for it, to plant violations in.
[assembly: AssemblyFixture(typeof(PlantedDatabase))]
