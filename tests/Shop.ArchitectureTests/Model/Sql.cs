using Npgsql;

namespace Shop.ArchitectureTests.Model;

/// <summary>Questions to a database.</summary>
public static class Sql
{
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
}
