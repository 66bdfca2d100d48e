namespace Shop.TestKit;

/// <summary>The PostgreSQL server the tests run on.</summary>
public static class TestServer
{
    /// <summary>Names a server to use instead of a private one: an owner's connection string.</summary>
    public const string Variable = "SHOP_TEST_POSTGRES";

    /// <summary>Connection string of a login that may create databases and roles.</summary>
    public static Task<string> ConnectionStringAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } server
            ? Task.FromResult(server)
            : throw new InvalidOperationException($"Set {Variable}.");
}
