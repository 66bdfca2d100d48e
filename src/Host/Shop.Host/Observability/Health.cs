using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Host.Migrations;
using Shop.Host.Security;
using Shop.Host.Topology;

namespace Shop.Host.Observability;

/// <summary>Whether this process lives, and whether it should be sent requests.</summary>
internal static class HealthEndpoints
{
    public const string Prefix = "/health";
    private const string Ready = "ready";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void AddShopHealth(this WebApplicationBuilder builder)
    {
        builder
            .Services.AddSingleton<MigrationsCheck>()
            .AddHealthChecks()
            .AddCheck<StoppingCheck>("running", tags: [Ready], timeout: Patience)
            .AddCheck<DatabaseCheck>("database", tags: [Ready], timeout: Patience)
            .AddCheck<MigrationsCheck>("migrations", tags: [Ready], timeout: Patience)
            .AddCheck<MessageStoreCheck>("messageStore", tags: [Ready], timeout: Patience)
            .AddCheck<SigningKeysCheck>("signingKeys", tags: [Ready], timeout: Patience);
        builder.Services.AddSingleton<HealthDatabase>();
    }

    public static void MapShopHealth(this WebApplication app)
    {
        Map(app, "live", "The process answers.", _ => false);
        Map(
            app,
            "ready",
            "Database, migrations and message store are there, signing keys were asked for, and no stop has begun.",
            check => check.Tags.Contains(Ready)
        );
    }

    private static void Map(WebApplication app, string name, string summary, Func<HealthCheckRegistration, bool> checks) =>
        app.MapHealthChecks($"{Prefix}/{name}", new() { Predicate = checks, ResponseWriter = WriteAsync })
            .AllowAnonymous()
            .WithName($"Host.{char.ToUpperInvariant(name[0])}{name[1..]}")
            .WithTags("Host")
            .WithSummary(summary)
            .ExcludeFromDescription();

    // Names and states only: what is wrong in detail stands in the log, not before whoever asks.
    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(
            new { status = NameOf(report.Status), checks = report.Entries.ToDictionary(e => e.Key, e => NameOf(e.Value.Status)) },
            context.RequestAborted
        );

    private static string NameOf(HealthStatus status) => status == HealthStatus.Healthy ? "up" : "down";
}

/// <summary>Not ready from the moment the stop begins, so that the load balancer looks elsewhere before the listener closes.</summary>
internal sealed class StoppingCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("stopping") : HealthCheckResult.Healthy()
        );
}

/// <summary>Whoever is signed in would only be told to come back while the keys have not been asked for.</summary>
internal sealed class SigningKeysCheck(SigningKeyCache keys) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(keys.FirstAsked.IsCompleted ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("not asked yet"));
}

/// <summary>One connection of its own, so that probes answer even when the modules' pools are exhausted.</summary>
internal sealed class HealthDatabase(IConfiguration configuration) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(ModuleData.ConnectionString(configuration, ModuleData.RoleOf("bus"))) { MaxPoolSize = 2 }
    );

    public async Task<HealthCheckResult> AnswersAsync(string sql, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = _database.CreateCommand(sql);
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy((e as PostgresException)?.SqlState ?? "unreachable");
        }
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}

/// <summary>The database answers.</summary>
internal sealed class DatabaseCheck(HealthDatabase database) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        database.AnswersAsync("select 1", cancellationToken);
}

/// <summary>Messages can be stored and read under the bus's role.</summary>
internal sealed class MessageStoreCheck(HealthDatabase database, Placement placement) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        database.AnswersAsync($"select 1 from {placement.EnvelopeSchema}.wolverine_incoming_envelopes limit 1", cancellationToken);
}

/// <summary>The schemas are as this build expects; asked until it is so, then remembered, since a process's expectation never changes.</summary>
internal sealed class MigrationsCheck(Migrator migrator) : IHealthCheck
{
    private volatile bool _applied;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_applied)
            return HealthCheckResult.Healthy();
        try
        {
            _applied = (await migrator.PendingAsync(cancellationToken)).Count == 0;
            return _applied ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("pending");
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            return HealthCheckResult.Unhealthy("unreachable");
        }
    }
}
