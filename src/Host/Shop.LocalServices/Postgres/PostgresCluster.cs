using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Shop.LocalServices.Postgres;

/// <summary>One data folder: makes it, starts and stops its server, finds a server that is already running it.</summary>
internal sealed class PostgresCluster(string folder, PostgresTools tools)
{
    public const string User = "shop";

    private const string Loopback = "127.0.0.1";

    // Of a socket's path, by the strictest of the systems that PostgreSQL runs on; its own name, with five digits, is part of it.
    private const int LongestSocket = 103;

    // The server's own words, in the language that its cluster is made with.
    private const string NoSockets = "could not create any Unix-domain sockets";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RetryStart = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string _data = DataIn(folder);

    private string Log => Path.Combine(_data, "server.log");

    /// <summary>The version that made the cluster, or null when there is none yet.</summary>
    public static int? MajorVersion(string folder)
    {
        var file = Path.Combine(DataIn(folder), "PG_VERSION");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file), out var major) ? major : null;
    }

    /// <summary>For who lives with the server: by its socket where it has one, which costs both sides less than loopback does.</summary>
    public string ConnectionString(int port, string database) =>
        To(File.Exists(Path.Combine(_data, $".s.PGSQL.{port}")) ? _data : Loopback, port, database);

    private static string To(string host, int port, string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = host,
            Port = port,
            Username = User,
            Database = database,
        }.ConnectionString;

    /// <summary>Makes the cluster, unless it is there. One that was killed half-way is made anew.</summary>
    public async Task EnsureCreatedAsync(bool durable, CancellationToken cancellationToken)
    {
        if (MajorVersion(folder) is not null)
            return;
        var making = _data + ".new";
        if (Directory.Exists(making))
            Directory.Delete(making, recursive: true);
        Directory.CreateDirectory(making);
        await PostgresTools.HandOverAsync(making, cancellationToken);
        // Loopback only, so no passwords. Unicode character classes with byte order, where the system has them.
        string[] arguments = ["-D", making, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"];
        if (!durable)
            arguments = [.. arguments, "--no-sync"];
        try
        {
            await tools.RunAsync("initdb", folder, [.. arguments, "--lc-ctype=C.UTF-8"], cancellationToken);
        }
        catch (PostgresToolException e) when (e.Message.Contains("locale", StringComparison.Ordinal))
        {
            await tools.RunAsync("initdb", folder, arguments, cancellationToken);
        }
        Directory.Move(making, _data);
    }

    /// <summary>The port of a server that already runs this cluster; null when there is none, and what a dead one left is cleared away.</summary>
    /// <exception cref="PostgresToolException">One runs and doesn't answer.</exception>
    public async Task<int?> FindRunningAsync(CancellationToken cancellationToken)
    {
        if (Postmaster.Read(_data) is not { } server)
            return null;
        var began = Stopwatch.GetTimestamp();
        while (server.IsAlive())
        {
            if (await AnswersAsync(server.Port, cancellationToken))
                return server.Port;
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new PostgresToolException($"PostgreSQL (process {server.Pid}) runs {_data} and doesn't answer.{LastLogLines()}");
            await Task.Delay(Pause, cancellationToken);
        }
        Postmaster.Forget(_data);
        return null;
    }

    /// <summary>True when the server on this port writes what is committed to disk before it says so.</summary>
    public static async Task<bool> IsDurableAsync(int port, CancellationToken cancellationToken) =>
        await ScalarAsync(port, "select current_setting('fsync')", cancellationToken) is "on";

    /// <summary>Starts the server on a free port.</summary>
    /// <exception cref="PostgresToolException">It didn't start; the message holds the end of its log.</exception>
    public async Task<int> LaunchAsync(bool durable, CancellationToken cancellationToken)
    {
        await PostgresTools.HandOverAsync(_data, cancellationToken);
        var began = Stopwatch.GetTimestamp();
        var withSocket = CanHaveSocket;
        while (true)
        {
            var port = FreePort();
            File.Delete(Log);
            // What a killed server left; nobody listens there.
            foreach (var socket in Directory.GetFiles(_data, ".s.PGSQL.*"))
                File.Delete(socket);
            try
            {
                string[] arguments =
                [
                    "start",
                    "-s",
                    "-w",
                    "-t",
                    "60",
                    "-D",
                    _data,
                    "-l",
                    Log,
                    "-o",
                    ServerOptions(port, durable, withSocket),
                ];
                await tools.LaunchAsync("pg_ctl", folder, arguments);
                return port;
            }
            // Somebody else took the port, a server killed a moment ago still holds its memory, or the file system has no sockets.
            catch (PostgresToolException) when (Stopwatch.GetElapsedTime(began) < RetryStart)
            {
                withSocket = withSocket && !LastLogLines().Contains(NoSockets, StringComparison.Ordinal);
                await Task.Delay(Pause * 3, cancellationToken);
            }
            catch (PostgresToolException e)
            {
                throw new PostgresToolException($"PostgreSQL didn't start on {_data}.{LastLogLines()}", e);
            }
        }
    }

    /// <summary>Stops the server; whoever is still connected is cut off, and what is committed is kept.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        tools.RunAsync("pg_ctl", folder, ["stop", "-s", "-D", _data, "-m", "fast", "-w", "-t", "30"], cancellationToken);

    // The data folder is closed to all but its owner, which the socket needs as much as the data do. Its path goes through a shell and a list
    // with commas.
    private bool CanHaveSocket =>
        !OperatingSystem.IsWindows()
        && _data.Length + "/.s.PGSQL.12345".Length <= LongestSocket
        && _data.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-');

    private string ServerOptions(int port, bool durable, bool withSocket)
    {
        var settings = new List<string>
        {
            $"listen_addresses={Loopback}",
            $"unix_socket_directories={(withSocket ? _data : "")}",
            "max_connections=300",
            "timezone=UTC",
            "log_timezone=UTC",
        };
        if (!durable)
            settings.AddRange(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
        return $"-p {port} {string.Join(' ', settings.Select(s => "-c " + s))}";
    }

    // A stranger may have the port by now, so the server is asked whose data it serves.
    private async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            var serves = (string?)await ScalarAsync(port, "select current_setting('data_directory')", cancellationToken);
            return serves is not null && Path.GetFullPath(serves) == _data;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<object?> ScalarAsync(int port, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(To(Loopback, port, "postgres") + ";Pooling=false;Timeout=5");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private string LastLogLines() => File.Exists(Log) ? "\n" + string.Join('\n', File.ReadLines(Log).TakeLast(8)) : "";

    private static string DataIn(string folder) => Path.Combine(Path.GetFullPath(folder), "data");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
