using Shop.Host.Commands;
using Shop.Host.Topology;
using Shop.Host.Traffic;

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
        if (!ShopCommands.HandlesMessages(args))
            return;
        var placement = app.Services.GetRequiredService<Placement>();
        if (placement.IsSplit && !ShopCommands.IsCommand(args))
        {
            placement.DemandListener();
            await DemandSidesAsync(app, placement);
        }
        else if (!placement.IsSplit)
            await Leftovers.DemandNoneAsync(app.Configuration.GetConnectionString("Shop")!, app.Lifetime.ApplicationStopping);
    }

    // A module that moves handles its messages when all traffic goes to it, so the shop can't let go of it before.
    private static async Task DemandSidesAsync(WebApplication app, Placement placement)
    {
        var store = app.Services.GetRequiredService<TrafficStore>();
        var cancellation = app.Lifetime.ApplicationStopping;
        foreach (var module in placement.Modules.Where(m => placement.IsFront && !m.IsHere))
            if (
                (await store.HoldersAsync(module.Name, cancellation)).Any(h => h is { IsMoving: true, Deployable: not Placement.Front })
                && (await store.OfAsync(module.Name, cancellation)).Percent < 100
            )
                throw new CannotStartException(
                    $"{module.Name}'s messages would be handled nowhere: its process takes it for moving, and not all traffic goes there. Run `Shop.Host traffic {module.Name} remote` before the shop lets go of it."
                );
    }

    private static async Task DemandAsync(Migrator migrator, CancellationToken cancellationToken)
    {
        var pending = await migrator.PendingAsync(cancellationToken);
        if (pending.Count > 0)
            throw ProductionGuard.Refusal([$"Run `Shop.Host migrate` first; pending: {string.Join(", ", pending)}."]);
    }
}
