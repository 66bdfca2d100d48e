using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.Host;
using Shop.Host.Migrations;

namespace Shop.TestKit;

/// <summary>A database of its own, copied from a template that is migrated once per server and build.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const string TemplateLock = "select pg_advisory_lock(7041776)";
    private static readonly string Template = "shop_template_" + BuildHash();
    private readonly string _name = "shop_" + Guid.CreateVersion7().ToString("N");

    /// <summary>The owner's connection string, once created.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Creates the database, and the template before it when this build has none yet.</summary>
    public async Task CreateAsync()
    {
        var server = await TestServer.ConnectionStringAsync();
        await using (var connection = new NpgsqlConnection(At(server, "postgres") + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await ExecuteAsync(connection, TemplateLock);
            if (!await ExistsAsync(connection))
            {
                await ExecuteAsync(connection, $"drop database if exists {Template}_new with (force)");
                await ExecuteAsync(connection, $"create database {Template}_new");
                await MigrateAsync(At(server, Template + "_new"));
                NpgsqlConnection.ClearAllPools();
                await ExecuteAsync(connection, $"alter database {Template}_new rename to {Template}");
            }
            await ExecuteAsync(connection, $"create database {_name} template {Template} strategy file_copy");
        }
        ConnectionString = At(server, _name);
    }

    /// <summary>Drops the database, whoever is still connected.</summary>
    public async ValueTask DisposeAsync()
    {
        if (ConnectionString.Length == 0)
            return;
        NpgsqlConnection.ClearAllPools();
        await using var connection = new NpgsqlConnection(At(ConnectionString, "postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await ExecuteAsync(connection, $"drop database if exists {_name} with (force)");
    }

    private static async Task MigrateAsync(string connectionString)
    {
        await using var app = ShopApplication.Build([
            "--environment=Testing",
            $"--ConnectionStrings:Shop={connectionString};Pooling=false",
        ]);
        await app.Services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection);
        command.Parameters.Add(new() { Value = Template });
        return await command.ExecuteScalarAsync() is not null;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    private static string At(string server, string database) =>
        new NpgsqlConnectionStringBuilder(server) { Database = database }.ConnectionString;

    // A template belongs to exactly the modules it was migrated by.
    private static string BuildHash()
    {
        var builds = Modules.All.Select(m => m.GetType().Assembly.ManifestModule.ModuleVersionId.ToString());
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(builds))))[..16];
    }
}
