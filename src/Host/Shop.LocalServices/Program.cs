using System.Runtime.InteropServices;
using Shop.LocalServices;

if (CommandLine.Parse(args) is not { } options)
{
    Console.Error.WriteLine(CommandLine.Usage);
    return 2;
}

// Subscribed before anything starts, so that an early Ctrl+C stops what did.
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    await using var services = await RunningServices.StartAsync(options, stop.Token);
    foreach (var (key, value) in services.Settings.Where(s => !s.Value.Contains('\n')))
        Console.WriteLine($"{key}={value}");
    Console.WriteLine("ready");
    await Task.Delay(Timeout.Infinite, stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
catch (Exception e) when (e is IOException or InvalidDataException or Shop.LocalServices.Postgres.PostgresToolException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
return 0;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
