using System.Globalization;
using Shop.BuildingBlocks;
using Shop.Host.Messaging;
using Shop.Host.Traffic;

namespace Shop.Host.Commands;

/// <summary>
/// <c>traffic</c> shows the switches; <c>traffic Inventory 25%</c> (or <c>local</c>, <c>remote</c>) moves one. At either end it also sees
/// to the messages that wait on the side that gives the module up.
/// </summary>
internal static class TrafficCommand
{
    /// <summary>The first argument that asks for it.</summary>
    public const string Name = "traffic";

    /// <summary>A side reads the switch every second, and puts back what waits within the next.</summary>
    private static readonly TimeSpan Learning = TimeSpan.FromSeconds(3);

    /// <summary>Longer than a drain takes, and than a side that died is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    /// <summary>Shows the switches.</summary>
    public static async Task<int> ListAsync(TrafficStore store, TextWriter output, CancellationToken cancellationToken)
    {
        var switches = (await store.ReadAsync(cancellationToken)).ToDictionary(s => s.Module);
        foreach (var module in Modules.All)
        {
            var now = switches.GetValueOrDefault(module.Name) ?? TrafficSwitch.Local(module.Name);
            var since = now.ChangedAt is { } at ? $"  since {at:u} by {now.ChangedBy}{(now.Reason is null ? "" : $": {now.Reason}")}" : "";
            await output.WriteLineAsync($"{now.Module, -14}{now.Percent, 4} %{(now.Shadow ? "  shadow" : "")}{since}");
        }
        return 0;
    }

    /// <summary>Moves a switch.</summary>
    /// <param name="app">The host, built and not started.</param>
    /// <param name="name">The module.</param>
    /// <param name="share"><c>local</c>, <c>remote</c>, or a percentage.</param>
    /// <param name="output">Gets what was done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> MoveAsync(
        WebApplication app,
        string name,
        string share,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        if (Modules.All.SingleOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } module)
            return await RefuseAsync($"There is no module {name}.");
        if (PercentOf(share) is not { } percent)
            return await RefuseAsync($"{share} is no share: say local, remote or a percentage such as 25%.");
        var store = app.Services.GetRequiredService<TrafficStore>();
        if (await store.WhyNotAsync(module.Name, percent, cancellationToken) is { } why)
            return await RefuseAsync(why);
        var before = await store.OfAsync(module.Name, cancellationToken);
        var to = before with
        {
            Percent = percent,
            Shadow = app.Configuration.GetValue("shadow", before.Shadow),
            ChangedBy = "operator",
            Reason = app.Configuration["reason"],
        };
        await store.MoveAsync(to, onlyFrom: null, cancellationToken);
        await output.WriteLineAsync($"{module.Name}: {percent} % of callers go to the other side, known everywhere within 5 s.");
        // Messages change sides where 100 % begins.
        if (percent is not (0 or 100) && before.Percent != 100)
            return 0;
        var (rehomed, left) = await WaitAsync(app, store, module, before, cancellationToken);
        await output.WriteLineAsync($"{rehomed} waiting message(s) re-homed, {left} left behind.");
        return left == 0 ? 0 : 1;

        async Task<int> RefuseAsync(string reason)
        {
            await Console.Error.WriteLineAsync(reason);
            return 2;
        }
    }

    // Both sides learn of the move and put back what waits with them; before they could have, nothing left says nothing.
    private static async Task<(long Rehomed, long Left)> WaitAsync(
        WebApplication app,
        TrafficStore store,
        IModule module,
        TrafficSwitch before,
        CancellationToken cancellationToken
    )
    {
        var places = app.Services.GetRequiredService<Rehoming>().PlacesOf(module);
        var isLocal = (await store.OfAsync(module.Name, cancellationToken)).Percent < 100;
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
            var left = await store.LeftBehindAsync(places, isLocal, cancellationToken);
            var took = TimeProvider.System.GetElapsedTime(started);
            if (took > Patience || (left == 0 && took > Learning))
                return ((await store.OfAsync(module.Name, cancellationToken)).Rehomed - before.Rehomed, left);
        }
    }

    private static int? PercentOf(string share) =>
        share.ToLowerInvariant() switch
        {
            "local" => 0,
            "remote" => 100,
            _ => int.TryParse(share.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent <= 100
                ? percent
                : null,
        };
}
