using Npgsql;

namespace Shop.ArchitectureTests.Model;

/// <summary>A migrated database to plant violations in, made when the first test asks for it. Each test plants things of its own name.</summary>
public sealed class PlantedDatabase : IAsyncDisposable
{
    private readonly TestDatabase _database = new();
    private readonly Lazy<Task> _created;

    /// <summary>Creates nothing yet.</summary>
    public PlantedDatabase() => _created = new(_database.CreateAsync);

    /// <summary>The owner's connection string, without pooling.</summary>
    public async Task<string> ConnectionStringAsync()
    {
        await _created.Value;
        return _database.ConnectionString + ";Pooling=false";
    }

    /// <summary>Runs SQL under the owner's login.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await ConnectionStringAsync());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
