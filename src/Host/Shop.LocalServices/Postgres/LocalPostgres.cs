using Npgsql;

namespace Shop.LocalServices.Postgres;

/// <summary>
/// A private PostgreSQL on loopback, for whoever has none: started by the first process that asks for it, used by all who ask for the same
/// folder, stopped by the last one out. One left behind by a process that was killed is found and used again.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    private const string Database = "shop";

    private readonly PostgresCluster _cluster;
    private readonly string _folder;
    private FileStream? _use;

    private LocalPostgres(PostgresCluster cluster, string folder, int port, bool attached, FileStream use)
    {
        _cluster = cluster;
        _folder = folder;
        _use = use;
        Attached = attached;
        Port = port;
        ConnectionString = cluster.ConnectionString(port, Database);
    }

    /// <summary>
    /// Its owner's login on the database <c>shop</c>, by a socket where there is one. Only the folder's owner and root can use that; others
    /// use 127.0.0.1 and <see cref="Port"/>.
    /// </summary>
    public string ConnectionString { get; }

    /// <summary>Its port on 127.0.0.1; another one after each start of the server.</summary>
    public int Port { get; }

    /// <summary>True when the server was running already.</summary>
    public bool Attached { get; }

    /// <summary>Starts the folder's server, or attaches to it. Any number of processes may do so at once.</summary>
    /// <exception cref="PostgresToolException">There is no PostgreSQL to be had, or it doesn't start; the message is for a reader at a terminal.</exception>
    public static async Task<LocalPostgres> StartAsync(LocalPostgresOptions options, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(options.Folder);
        Directory.CreateDirectory(folder);
        await using var door = await ProcessLock.ExclusiveAsync(DoorOf(folder), cancellationToken);

        var binaries = options.BinariesFolder ?? Path.Combine(Path.GetDirectoryName(folder)!, "postgres-bin");
        var bin = await PostgresBinaries.ObtainAsync(binaries, PostgresCluster.MajorVersion(folder), cancellationToken);
        var cluster = new PostgresCluster(folder, new PostgresTools(bin));
        await cluster.EnsureCreatedAsync(options.Durable, cancellationToken);

        var running = await FindSuitableAsync(cluster, folder, options.Durable, cancellationToken);
        try
        {
            var port = running ?? await cluster.LaunchAsync(options.Durable, cancellationToken);
            await PrepareAsync(cluster.ConnectionString(port, "postgres"), running is null ? options.Started : null, cancellationToken);
            return new(cluster, folder, port, running is not null, ProcessLock.Shared(UsersOf(folder)));
        }
        catch
        {
            await StopUnusedAsync(cluster, folder);
            throw;
        }
    }

    /// <summary>Stops the server when nobody else uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _use, null) is not { } use)
            return;
        await using var door = await ProcessLock.ExclusiveAsync(DoorOf(_folder), CancellationToken.None);
        await use.DisposeAsync();
        await StopUnusedAsync(_cluster, _folder);
    }

    private static async Task StopUnusedAsync(PostgresCluster cluster, string folder)
    {
        await using var last = ProcessLock.TryExclusive(UsersOf(folder));
        if (last is not null && await cluster.FindRunningAsync(CancellationToken.None) is not null)
            await cluster.StopAsync(CancellationToken.None);
    }

    // A server without fsync must never hold data that somebody wants to keep.
    private static async Task<int?> FindSuitableAsync(
        PostgresCluster cluster,
        string folder,
        bool durable,
        CancellationToken cancellationToken
    )
    {
        if (await cluster.FindRunningAsync(cancellationToken) is not { } port)
            return null;
        if (!durable || await PostgresCluster.IsDurableAsync(port, cancellationToken))
            return port;
        await using var alone =
            ProcessLock.TryExclusive(UsersOf(folder))
            ?? throw new PostgresToolException($"The server of {folder} runs without fsync, for tests. Stop them first.");
        await cluster.StopAsync(cancellationToken);
        return null;
    }

    private static async Task PrepareAsync(
        string server,
        Func<NpgsqlConnection, CancellationToken, Task>? started,
        CancellationToken cancellationToken
    )
    {
        await using var connection = new NpgsqlConnection(server + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var exists = new NpgsqlCommand($"select 1 from pg_database where datname = '{Database}'", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is null)
        {
            await using var create = new NpgsqlCommand($"create database {Database}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        if (started is not null)
            await started(connection, cancellationToken);
    }

    private static string DoorOf(string folder) => Path.Combine(folder, "start.lock");

    private static string UsersOf(string folder) => Path.Combine(folder, "users.lock");
}
