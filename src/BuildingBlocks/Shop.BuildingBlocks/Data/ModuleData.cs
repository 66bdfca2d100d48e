using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Shop.BuildingBlocks;

/// <summary>Where a module's rows live and who may touch them.</summary>
/// <param name="Schema">The module's schema.</param>
/// <param name="ContextType">Its DbContext.</param>
public sealed record ModuleSchema(string Schema, Type ContextType);

/// <summary>Registers a module's DbContext on a pool of its own, under a PostgreSQL role of its own.</summary>
public static class ModuleData
{
    /// <summary>Table that remembers a schema's migrations, in that schema.</summary>
    public const string MigrationsHistoryTable = "__migrations";

    // More are made when more are needed at once, and not kept.
    private const int KeptContexts = 64;

    /// <summary>The role that may read and write one module's schema, and the envelope tables.</summary>
    public static string RoleOf(string schema) => $"shop_{schema}";

    /// <summary>Adds the DbContext, and the schema to the list that <c>migrate</c> works through.</summary>
    /// <typeparam name="TContext">The module's only DbContext.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="schema">The module's schema.</param>
    /// <param name="plansOnce">
    /// A prepared statement is planned once, without regard to values; for a module whose statements take longer to plan than to run.
    /// </param>
    public static IServiceCollection AddModuleDbContext<TContext>(this IServiceCollection services, string schema, bool plansOnce = false)
        where TContext : DbContext
    {
        services.AddSingleton(new ModuleSchema(schema, typeof(TContext)));
        services.AddKeyedSingleton(schema, (provider, _) => Pool(provider.GetRequiredService<IConfiguration>(), schema, plansOnce));
        // What a DbContext is made of costs as much as a statement, so contexts are used again; those made by hand come from the factory too.
        services.AddPooledDbContextFactory<TContext>(
            (provider, options) =>
                options
                    .UseNpgsql(
                        provider.GetRequiredKeyedService<NpgsqlDataSource>(schema),
                        npgsql => npgsql.MigrationsHistoryTable(MigrationsHistoryTable, schema)
                    )
                    .UseSnakeCaseNamingConvention(),
            KeptContexts
        );
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext());
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }

    // A module's session state is its role alone, which outlives the connection's return to the pool; and it says the same few dozen
    // statements all day. So nothing is reset between two uses, and what is said three times stays prepared.
    private static NpgsqlDataSource Pool(IConfiguration configuration, string schema, bool plansOnce)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString(configuration, RoleOf(schema)))
        {
            NoResetOnClose = true,
            MaxAutoPrepare = 50,
            AutoPrepareMinUsages = 3,
        };
        // What was planned while a table was all but empty is kept until the table is analysed, a minute after an import has filled it: by then
        // a scan of the whole table that was cheap takes longer than all else; so does one of a whole index by several workers, which a table
        // just filled is given. And nothing here runs long enough to be worth compiling.
        builder.Options += " -c enable_seqscan=off -c max_parallel_workers_per_gather=0 -c jit=off";
        if (plansOnce)
            builder.Options += " -c plan_cache_mode=force_generic_plan";
        return NpgsqlDataSource.Create(builder);
    }

    /// <summary>
    /// The shop's connection string narrowed to one role. The role is set when the session starts, so it costs no round trip and survives
    /// the pool's reset; limits keep a request from waiting longer than its caller would.
    /// </summary>
    /// <exception cref="InvalidOperationException">ConnectionStrings:Shop is not set.</exception>
    public static string ConnectionString(IConfiguration configuration, string role)
    {
        var shop =
            configuration.GetConnectionString("Shop")
            ?? throw new InvalidOperationException("Set ConnectionStrings__Shop to the shop's PostgreSQL database.");
        var builder = new NpgsqlConnectionStringBuilder(shop);
        if (!builder.ContainsKey("Maximum Pool Size"))
            builder.MaxPoolSize = 12;
        builder.ApplicationName = role;
        builder.Timeout = 15;
        builder.CommandTimeout = 10;
        builder.Options = $"-c role={role} -c lock_timeout=2s -c statement_timeout=10s -c idle_in_transaction_session_timeout=10s";
        return builder.ConnectionString;
    }
}
