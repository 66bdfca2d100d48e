using Npgsql;

namespace Shop.ArchitectureTests.Model;

/// <summary>A migrated database to plant violations in.</summary>
public sealed class ThrowawayDatabase : IAsyncDisposable
{
    private readonly TestDatabase _database = new();

    private ThrowawayDatabase() { }

    /// <summary>The owner's connection string, without pooling.</summary>
    public string ConnectionString => _database.ConnectionString + ";Pooling=false";

    /// <summary>Creates one.</summary>
    public static async Task<ThrowawayDatabase> CreateAsync()
    {
        var database = new ThrowawayDatabase();
        await database._database.CreateAsync();
        return database;
    }

    /// <summary>Runs SQL under the owner's login.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Rows of text.</summary>
    public static async Task<IReadOnlyList<string[]>> QueryAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string[]>();
        while (await reader.ReadAsync())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i).ToString() ?? "")]);
        return rows;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
