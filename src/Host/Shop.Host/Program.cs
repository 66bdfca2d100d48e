using Shop.Host;
using Shop.Host.Commands;

try
{
    var serving = !ShopCommands.IsCommand(args);
    await using var surroundings = await Surroundings.StartAsync(args, serving);
    await using var app = ShopApplication.Build([.. args, .. surroundings.Arguments]);
    return serving ? await ShopServer.RunAsync(app, surroundings) : await ShopCommands.RunAsync(app, args);
}
catch (Exception e) when (CannotStartException.ReasonOf(e) is { } reason)
{
    await Console.Error.WriteLineAsync(reason);
    return 1;
}
