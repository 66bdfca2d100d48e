using System.Reflection;
using JasperFx;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Host.Messaging;
using Shop.Host.Topology;
using Shop.Host.Traffic;
using Wolverine;
using Wolverine.Persistence.Durability;
using Wolverine.Postgresql.Transport;
using Wolverine.Runtime;

namespace Shop.Host.Migrations;

/// <summary>
/// Brings a database to the state this build expects: a role and a schema per module, their tables, the envelope tables, and the rights
/// that make the walls hold. Runs under the login of ConnectionStrings:Shop, which must be allowed to create schemas and roles.
/// </summary>
public sealed class Migrator(IConfiguration configuration, Placement placement, ModuleTransport transport)
{
    // Any constant will do, as long as every build of the shop uses the same.
    private const long AdvisoryLock = 0x53484F50;

    // A second migrator waits until the first is through; a large table may take it a while.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    // The bus's tables, and in how many steps the shop's own beside them were made.
    private static readonly string StoreVersion =
        $"WolverineFx {typeof(WolverineOptions).Assembly.GetName().Version!.ToString(3)}, traffic 3";

    // Of all modules, hosted here or not: it is one database.
    private readonly ModuleSchema[] _schemas = SchemasOf(configuration);

    private bool NeedsQueues => placement.IsSplit && transport.IsDatabase;

    private string Owner =>
        configuration.GetConnectionString("Shop")
        ?? throw new InvalidOperationException("Set ConnectionStrings__Shop to the shop's PostgreSQL database.");

    /// <summary>What <see cref="MigrateAsync"/> would apply, as <c>schema: migration</c>; empty when the database is up to date.</summary>
    public async Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Owner);
        await connection.OpenAsync(cancellationToken);
        var applied = await AppliedAsync(connection, cancellationToken);
        var pending = _schemas.SelectMany(KnownMigrations).Where(migration => !applied.Contains(migration)).ToList();
        foreach (var schema in StoreSchemas())
            if (await StoreVersionAsync(connection, schema, cancellationToken) != StoreVersion)
                pending.Add($"{schema}: {StoreVersion}");
        return pending;
    }

    private IEnumerable<string> StoreSchemas() =>
        [
            placement.EnvelopeSchema,
            .. NeedsQueues ? (string[])[ModuleTransport.QueueSchema] : [],
            .. placement.IsSplit ? (string[])[TrafficStore.Schema] : [],
        ];

    // Entity Framework would be asked schema by schema and builds a model for each first (docs/performance.md).
    private async Task<HashSet<string>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Find = "select s from unnest($1) s where to_regclass(s || '.' || $2) is not null";
        var applied = new HashSet<string>();
        var begun = await ReadAsync(Find, _schemas.Select(s => s.Schema).ToArray(), ModuleData.MigrationsHistoryTable);
        foreach (var schema in begun)
            applied.UnionWith(
                (await ReadAsync($"select migration_id from {schema}.{ModuleData.MigrationsHistoryTable}")).Select(m => $"{schema}: {m}")
            );
        return applied;

        async Task<List<string>> ReadAsync(string sql, params object[] parameters)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var parameter in parameters)
                command.Parameters.Add(new() { Value = parameter });
            var values = new List<string>();
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                values.Add(reader.GetString(0));
            return values;
        }
    }

    private static IEnumerable<string> KnownMigrations(ModuleSchema schema) =>
        from type in schema.ContextType.Assembly.GetTypes()
        let migration = type.GetCustomAttribute<MigrationAttribute>()
        where migration is not null && type.GetCustomAttribute<DbContextAttribute>()?.ContextType == schema.ContextType
        orderby migration.Id
        select $"{schema.Schema}: {migration.Id}";

    /// <summary>Applies what is pending, one migrator at a time: a second one waits and then finds nothing to do.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        // Not of the pool: a connection that is put back keeps its lock until somebody takes it out again.
        await using var connection = new NpgsqlConnection(Owner + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_lock({AdvisoryLock})", cancellationToken);
        foreach (var schema in _schemas.Select(s => s.Schema).Append("bus"))
            await ExecuteAsync(connection, CreateRole(ModuleData.RoleOf(schema)), cancellationToken);
        var applied = await AppliedAsync(connection, cancellationToken);
        foreach (var schema in _schemas)
        {
            await ExecuteAsync(connection, $"create schema if not exists {schema.Schema}", cancellationToken);
            if (!KnownMigrations(schema).All(applied.Contains))
            {
                await using var db = OpenAsOwner(schema);
                await db.Database.MigrateAsync(cancellationToken);
            }
            await ExecuteAsync(connection, Grant(schema.Schema, ModuleData.RoleOf(schema.Schema)), cancellationToken);
        }
        await MigrateStoreAsync(connection, cancellationToken);
    }

    private async Task MigrateStoreAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var stale = new List<string>();
        foreach (var schema in StoreSchemas())
            if (await StoreVersionAsync(connection, schema, cancellationToken) != StoreVersion)
                stale.Add(schema);
        if (stale.Count > 0)
            await BuildStoreAsync();
        if (placement.IsSplit)
            await ExecuteAsync(connection, TrafficStore.Ddl, cancellationToken);
        foreach (var schema in StoreSchemas())
        {
            foreach (var role in _schemas.Select(s => s.Schema).Append("bus"))
                await ExecuteAsync(connection, Grant(schema, ModuleData.RoleOf(role)), cancellationToken);
            await ExecuteAsync(connection, $"comment on schema {schema} is '{StoreVersion}'", cancellationToken);
        }
    }

    private async Task BuildStoreAsync()
    {
        var queues = new PostgresqlTransport();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddWolverine(
            ExtensionDiscovery.ManualOnly,
            options =>
            {
                var store = options.UseEnvelopeStore(Owner, placement.EnvelopeSchema);
                if (!NeedsQueues)
                    return;
                transport.AddTo(options, store);
                queues = options.Transports.GetOrCreate<PostgresqlTransport>();
                foreach (var module in Modules.All)
                    options.Transports.GetOrCreateEndpoint(transport.QueueOf(module));
            }
        );
        using var host = builder.Build();
        // Makes the queues' tables part of what the store migrates.
        if (NeedsQueues)
            await queues.ConfigureAsync(host.Services.GetRequiredService<IWolverineRuntime>());
        await host.Services.GetRequiredService<IMessageStore>().Admin.MigrateAsync();
    }

    private static async Task<string?> StoreVersionAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select obj_description(to_regnamespace('{schema}'), 'pg_namespace')", connection);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    private static ModuleSchema[] SchemasOf(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        foreach (var module in Modules.All)
            module.AddServices(services, configuration);
        return [.. services.Select(s => s.ImplementationInstance).OfType<ModuleSchema>()];
    }

    private DbContext OpenAsOwner(ModuleSchema schema)
    {
        var builder = (DbContextOptionsBuilder)
            Activator.CreateInstance(typeof(DbContextOptionsBuilder<>).MakeGenericType(schema.ContextType))!;
        builder
            .UseNpgsql(
                Owner,
                npgsql =>
                    npgsql
                        .MigrationsHistoryTable(ModuleData.MigrationsHistoryTable, schema.Schema)
                        .CommandTimeout((int)Patience.TotalSeconds)
            )
            .UseSnakeCaseNamingConvention();
        return (DbContext)Activator.CreateInstance(schema.ContextType, builder.Options)!;
    }

    // Roles belong to the whole server, so two databases may be migrated at the same time and create the same one.
    private static string CreateRole(string role) =>
        $"""
            do $$ begin
              create role {role} nologin;
            exception when duplicate_object or unique_violation then null;
            end $$;
            do $$ begin
              grant {role} to current_user;
            exception when unique_violation then null;
            end $$;
            """;

    private static string Grant(string schema, string role) =>
        $"""
            grant usage on schema {schema} to {role};
            grant select, insert, update, delete on all tables in schema {schema} to {role};
            grant usage, select on all sequences in schema {schema} to {role};
            grant execute on all functions in schema {schema} to {role};
            """;

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = (int)Patience.TotalSeconds };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
