using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Shop.BuildingBlocks;

/// <summary>How many rows of a module are in each state right now.</summary>
public sealed class StateGauge : DatabaseGauges
{
    private readonly NpgsqlDataSource _database;
    private readonly string _sql;
    private Measurement<long>[] _counts = [];

    internal StateGauge(NpgsqlDataSource database, string name, string sql, TimeProvider clock, ILogger<StateGauge> log)
        : base(name, clock, log)
    {
        (_database, _sql) = (database, sql);
        Meter.CreateObservableGauge(name, () => _counts, description: "Unfinished ones, by state.");
    }

    /// <inheritdoc />
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(_sql);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        // A state that nothing is in any more is told as none, not as what it was.
        var counts = _counts.ToDictionary(c => (string)c.Tags[0].Value!, _ => 0L);
        while (await rows.ReadAsync(cancellationToken))
            counts[rows.GetString(0)] = rows.GetInt64(1);
        _counts = [.. counts.Select(c => new Measurement<long>(c.Value, new KeyValuePair<string, object?>("state", c.Key)))];
    }
}

/// <summary>Registration of gauges.</summary>
public static class StateGauges
{
    /// <summary>Shows the counts that a statement reads.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="schema">The module's schema; its role reads.</param>
    /// <param name="name">Name of the gauge.</param>
    /// <param name="sql">Selects states and their counts, over an index of what is unfinished: it runs all day.</param>
    public static IServiceCollection AddStateGauge(this IServiceCollection services, string schema, string name, string sql) =>
        services.AddSingleton<IHostedService>(provider => new StateGauge(
            provider.GetRequiredKeyedService<NpgsqlDataSource>(schema),
            name,
            sql,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StateGauge>>()
        ));
}
