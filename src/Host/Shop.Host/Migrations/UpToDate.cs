using Shop.Host.Commands;
using Shop.Host.Topology;

namespace Shop.Host.Migrations;

/// <summary>The state a database must be in before anything works on it.</summary>
internal static class UpToDate
{
    /// <summary>Brings a developer's database up to date. In Production somebody decides when that happens, and messages wait until it has.</summary>
    /// <exception cref="CannotStartException">Migrations are pending in Production.</exception>
    public static async Task EnsureAsync(WebApplication app, string[] args, Surroundings surroundings)
    {
        var migrator = app.Services.GetRequiredService<Migrator>();
        // Asked first: an answer takes a few statements, a migration of nothing the models of all modules.
        if (surroundings.Services is not null)
        {
            if ((await migrator.PendingAsync(app.Lifetime.ApplicationStopping)).Count > 0)
                await migrator.MigrateAsync(app.Lifetime.ApplicationStopping);
        }
        else if (app.Environment.IsProduction() && ShopCommands.HandlesMessages(args))
            await DemandAsync(migrator, app.Lifetime.ApplicationStopping);
        if (ShopCommands.HandlesMessages(args) && !app.Services.GetRequiredService<Placement>().IsSplit)
            await Leftovers.DemandNoneAsync(app.Configuration.GetConnectionString("Shop")!, app.Lifetime.ApplicationStopping);
    }

    private static async Task DemandAsync(Migrator migrator, CancellationToken cancellationToken)
    {
        var pending = await migrator.PendingAsync(cancellationToken);
        if (pending.Count > 0)
            throw ProductionGuard.Refusal([$"Run `Shop.Host migrate` first; pending: {string.Join(", ", pending)}."]);
    }
}
