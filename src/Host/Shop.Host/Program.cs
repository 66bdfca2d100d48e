using System.Runtime.InteropServices;
using Shop.Host;
using Shop.Host.Commands;
using Shop.Host.Migrations;
using Shop.LocalServices.Postgres;

if (!ShopCommands.IsUnderstood(args))
    return await ShopCommands.ExplainAsync();

// Subscribed before anything starts, so that an early Ctrl+C stops what did.
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var serving = !ShopCommands.IsCommand(args);
try
{
    await using var surroundings = await Surroundings.StartAsync(args, stop.Token);
    await using var app = ShopApplication.Build([.. args, .. surroundings.Arguments]);
    await using var stopping = stop.Token.Register(app.Lifetime.StopApplication);
    await UpToDate.EnsureAsync(app, args, surroundings);
    return serving ? await ShopServer.RunAsync(app, surroundings) : await ShopCommands.RunAsync(app, args);
}
// A terminal's Ctrl+C ends PostgreSQL's programs too, and how they ended is no news then.
catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or PostgresToolException)
{
    // A shop that was told to stop did so; a command that was stopped didn't do what it was asked for.
    return serving ? 0 : 1;
}
catch (Exception e) when (CannotStartException.ReasonOf(e) is { } reason)
{
    await Console.Error.WriteLineAsync(reason);
    return 1;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
