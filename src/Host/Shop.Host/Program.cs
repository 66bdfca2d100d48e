using Shop.Host;
using Shop.Host.Commands;
using Shop.Host.Migrations;

try
{
    await using var surroundings = await Surroundings.StartAsync(args);
    await using var app = ShopApplication.Build([.. args, .. surroundings.Arguments]);
    await UpToDate.EnsureAsync(app, args, surroundings);
    return ShopCommands.IsCommand(args) ? await ShopCommands.RunAsync(app, args) : await ShopServer.RunAsync(app, surroundings);
}
catch (Exception e) when (CannotStartException.ReasonOf(e) is { } reason)
{
    await Console.Error.WriteLineAsync(reason);
    return 1;
}
