using System.Diagnostics;
using Npgsql;
using Shop.LocalServices.Postgres;

namespace Shop.LocalServices.Tests.Postgres;

public sealed class LocalPostgresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private LocalPostgresOptions Options => new(_folder.At("postgres")) { Durable = false };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_written_is_there_after_a_restart()
    {
        await using (var first = await LocalPostgres.StartAsync(Options with { Durable = true }, Cancelled))
        {
            (await ScalarAsync(first, "show fsync")).ShouldBe("on");
            await ScalarAsync(first, "create table kept as select 7 as value");
        }
        await using var second = await LocalPostgres.StartAsync(Options with { Durable = true }, Cancelled);
        second.Attached.ShouldBeFalse();
        (await ScalarAsync(second, "select value from kept")).ShouldBe(7);
    }

    [Fact]
    public async Task The_last_one_out_stops_the_server()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LocalPostgres.StartAsync(Options, Cancelled)));
        servers.Select(s => s.ConnectionString).Distinct().Count().ShouldBe(1);
        servers.Count(s => !s.Attached).ShouldBe(1);

        await Task.WhenAll(servers.Skip(1).Select(s => s.DisposeAsync().AsTask()));
        (await ScalarAsync(servers[0], "select 1")).ShouldBe(1);

        await servers[0].DisposeAsync();
        await Should.ThrowAsync<NpgsqlException>(() => ScalarAsync(servers[0], "select 1"));
    }

    [Fact]
    public async Task Starters_and_leavers_at_once_always_have_a_server()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ComeAndGoAsync()));
        File.Exists(PidFile).ShouldBeFalse();

        async Task ComeAndGoAsync()
        {
            for (var i = 0; i < 3; i++)
            {
                await using var server = await LocalPostgres.StartAsync(Options, Cancelled);
                (await ScalarAsync(server, "select 1")).ShouldBe(1);
            }
        }
    }

    [Fact]
    public async Task A_server_killed_in_its_tracks_is_started_anew()
    {
        await using var first = await LocalPostgres.StartAsync(Options with { Durable = true }, Cancelled);
        await ScalarAsync(first, "create table kept as select 7 as value");
        var killed = int.Parse(File.ReadLines(PidFile).First());
        using (var postmaster = Process.GetProcessById(killed))
            postmaster.Kill();

        await using var second = await LocalPostgres.StartAsync(Options with { Durable = true }, Cancelled);
        second.Attached.ShouldBeFalse();
        (await ScalarAsync(second, "select value from kept")).ShouldBe(7);
    }

    [Fact]
    public async Task A_pid_file_that_names_a_stranger_fools_nobody()
    {
        await using (await LocalPostgres.StartAsync(Options, Cancelled)) { }
        var data = Path.GetDirectoryName(PidFile)!;
        await File.WriteAllTextAsync(PidFile, $"{Environment.ProcessId}\n{data}\n1700000000\n5432\n\n127.0.0.1\n", Cancelled);

        await using var server = await LocalPostgres.StartAsync(Options, Cancelled);
        (await ScalarAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Data_to_keep_is_never_served_without_fsync()
    {
        await using (await LocalPostgres.StartAsync(Options, Cancelled))
            await Should.ThrowAsync<PostgresToolException>(() => LocalPostgres.StartAsync(Options with { Durable = true }, Cancelled));
        await using var kept = await LocalPostgres.StartAsync(Options with { Durable = true }, Cancelled);
        (await ScalarAsync(kept, "show fsync")).ShouldBe("on");
    }

    [Fact]
    public async Task Who_lives_with_the_server_comes_by_its_socket_and_others_by_loopback()
    {
        await using var server = await LocalPostgres.StartAsync(Options, Cancelled);

        (await ScalarAsync(server.ConnectionString, "select inet_server_addr() is null")).ShouldBe(!OperatingSystem.IsWindows());
        var others = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = "127.0.0.1", Port = server.Port };
        (await ScalarAsync(others.ConnectionString, "select inet_server_addr() is null")).ShouldBe(false);
    }

    [Theory]
    [InlineData("o'brien & (co), 1")]
    [InlineData("магазин-магазин-магазин-магазин-магазин")]
    public async Task A_folder_that_a_socket_cannot_have_has_a_server_on_loopback(string name)
    {
        await using var server = await LocalPostgres.StartAsync(new(_folder.At(name)) { Durable = false }, Cancelled);
        (await ScalarAsync(server.ConnectionString, "select inet_server_addr() is null")).ShouldBe(false);
    }

    private string PidFile => Path.Combine(Options.Folder, "data", "postmaster.pid");

    private static Task<object?> ScalarAsync(LocalPostgres server, string sql) => ScalarAsync(server.ConnectionString, sql);

    private static async Task<object?> ScalarAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server + ";Pooling=false");
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
