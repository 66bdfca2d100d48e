using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>
/// The rows of one completed checkout, written by pgbench in one transaction: what the database alone could do. The script is made from
/// the rows that a real checkout left behind, in tables with the same columns, defaults and indexes.
/// </summary>
public static class PgBench
{
    /// <summary>Transactions per second at 16 clients.</summary>
    public static async Task<double> RunAsync(ShopWorld world, TimeSpan duration)
    {
        await using var database = NpgsqlDataSource.Create(world.ConnectionString);
        var inserts = await PrepareAsync(database);
        var script = new StringBuilder("begin;\n");
        foreach (var insert in inserts)
            script.AppendLine(CultureInfo.InvariantCulture, $"{insert};");
        script.AppendLine(
            "update bench.stock set reserved = reserved + 1 where n = 1 + floor(random() * 400)::int and on_hand - reserved >= 1;"
        );
        script.AppendLine(
            "update bench.stock set reserved = reserved + 1 where n = 1 + floor(random() * 400)::int and on_hand - reserved >= 1;"
        );
        script.AppendLine("end;");
        return await RunAsync(world, script.ToString(), duration);
    }

    /// <summary>Transactions per second of any script at 16 clients.</summary>
    public static async Task<double> RunAsync(ShopWorld world, string script, TimeSpan duration)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script);
        var connection = new NpgsqlConnectionStringBuilder(world.ConnectionString);
        var start = new ProcessStartInfo(Find())
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "-n",
                "-f",
                file,
                "-c",
                "16",
                "-j",
                "2",
                "-T",
                $"{duration.TotalSeconds:F0}",
                "-M",
                "prepared",
                "-h",
                connection.Host!,
                "-p",
                $"{connection.Port}",
                "-U",
                connection.Username!,
                connection.Database!,
            },
        };
        start.Environment["PGPASSWORD"] = connection.Password;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        File.Delete(file);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"pgbench ended with {process.ExitCode}: {output}");
        var tps = output.Split('\n').Single(line => line.StartsWith("tps = ", StringComparison.Ordinal));
        return double.Parse(tps.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    /// <summary>Copies the structure of every table that the last completed checkout has rows in, and those rows as a pattern.</summary>
    private static async Task<List<string>> PrepareAsync(NpgsqlDataSource database)
    {
        await ExecuteAsync(
            database,
            """
            drop schema if exists bench cascade;
            create schema bench;
            create table bench.ids as
              select unnest(array[id, cart_id]) as id from (
                select id, cart_id from checkout.checkouts where state = 'completed' order by id desc limit 1) last;
            create table bench.stock as
              select n::int as n, 1000000000 as on_hand, 0 as reserved from generate_series(1, 400) n;
            alter table bench.stock add primary key (n);
            """
        );
        var inserts = new List<string>();
        foreach (var (table, columns) in await TablesAsync(database))
        {
            var copy = "bench." + table.Replace('.', '_');
            var ours = columns.Where(c => c.Type == "uuid").Select(c => $"{c.Name} in (select id from bench.ids)").ToList();
            if (ours.Count == 0)
                continue;
            await ExecuteAsync(
                database,
                $"""
                create table {copy}_pattern as select * from {table} where {string.Join(" or ", ours)};
                create table {copy} (like {table} including defaults including generated including identity including indexes);
                """
            );
            await using var count = database.CreateCommand($"select count(*) from {copy}_pattern");
            if ((long)(await count.ExecuteScalarAsync())! == 0)
                continue;
            var written = columns.Where(c => !c.IsMade).ToList();
            var values = written.Select(c =>
                c.Type == "uuid" ? "gen_random_uuid()"
                : c.IsKey && c.Type == "text" ? "gen_random_uuid()::text"
                : c.IsKey ? $"(random() * {(c.Type == "bigint" ? "9e15" : "2e9")})::{c.Type}"
                : c.Name
            );
            inserts.Add(
                $"insert into {copy} ({string.Join(", ", written.Select(c => c.Name))}) select {string.Join(", ", values)} from {copy}_pattern"
            );
        }
        Console.WriteLine($"\npgbench writes {inserts.Count} tables a checkout");
        return inserts;
    }

    private static async Task<List<(string Table, List<(string Name, string Type, bool IsKey, bool IsMade)> Columns)>> TablesAsync(
        NpgsqlDataSource database
    )
    {
        var tables = new Dictionary<string, List<(string, string, bool, bool)>>();
        await using var command = database.CreateCommand(
            """
            select c.table_schema || '.' || c.table_name, quote_ident(c.column_name), c.data_type,
                   c.data_type in ('text', 'bigint', 'integer') and exists (
                     select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
                     where i.indrelid = format('%I.%I', c.table_schema, c.table_name)::regclass and i.indisunique and a.attname = c.column_name),
                   c.is_identity = 'YES' or c.is_generated = 'ALWAYS'
            from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
            where t.table_type = 'BASE TABLE' and c.table_schema in
              ('carts', 'checkout', 'inventory', 'payments', 'orders', 'notifications', 'analytics', 'search')
            order by c.table_schema, c.table_name, c.ordinal_position
            """
        );
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            if (!tables.TryGetValue(reader.GetString(0), out var columns))
                tables[reader.GetString(0)] = columns = [];
            columns.Add((reader.GetString(1), reader.GetString(2), reader.GetBoolean(3), reader.GetBoolean(4)));
        }
        return [.. tables.Select(t => (t.Key, t.Value))];
    }

    private static string Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Concat(
                Directory.Exists("/usr/lib/postgresql")
                    ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
                    : []
            )
            .Select(folder => Path.Combine(folder, "pgbench"))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("pgbench is not on this machine; it comes with PostgreSQL's server packages.");

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
