using Npgsql;
using Shop.LocalServices.Postgres;

namespace Shop.TestKit;

/// <summary>The PostgreSQL server the tests run on: one for all test processes that run at the same time.</summary>
public static class TestServer
{
    /// <summary>Names a server to use instead of a private one: an owner's connection string.</summary>
    public const string Variable = "SHOP_TEST_POSTGRES";

    private static readonly Lazy<Task<LocalPostgres>> Private = new(StartAsync);

    /// <summary>Connection string of a login that may create databases and roles.</summary>
    public static async Task<string> ConnectionStringAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } server ? server : (await Private.Value).ConnectionString;

    private static async Task<LocalPostgres> StartAsync()
    {
        var folder = Path.Combine(RepositoryRoot(), ".local", "test-postgres");
        var server = await LocalPostgres.StartAsync(new(folder) { Durable = false, Started = DropLeftoversAsync }, CancellationToken.None);
        // The test runner has no moment "after everything"; the end of the process is one, and nobody can await in it.
#pragma warning disable RS0030
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore RS0030
        return server;
    }

    // Databases of test processes that were killed, and templates of builds that are gone.
    private static async Task DropLeftoversAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Find = """
            select datname
            from pg_database
            where datname like 'shop\_%'
              and (datname not like 'shop\_template\_%'
                or (pg_stat_file('base/' || oid || '/PG_VERSION')).modification < now() - interval '1 day')
            """;
        var leftovers = new List<string>();
        await using (var find = new NpgsqlCommand(Find, connection))
        await using (var reader = await find.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken))
                leftovers.Add(reader.GetString(0));
        foreach (var database in leftovers)
        {
            await using var drop = new NpgsqlCommand($"drop database {database} with (force)", connection) { CommandTimeout = 120 };
            await drop.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>The folder that holds Shop.sln.</summary>
    public static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Shop.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"Tests run below the folder that holds Shop.sln; {AppContext.BaseDirectory} isn't.");
    }
}
