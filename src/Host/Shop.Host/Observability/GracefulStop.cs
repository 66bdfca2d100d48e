namespace Shop.Host.Observability;

/// <summary>
/// The order of leaving: readiness turns 503, load balancers get time to notice, the listener closes and requests in flight end, then the
/// bus drains.
/// </summary>
internal static class GracefulStop
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    public static void AddGracefulStop(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Limit);
        var seconds = builder.Configuration.GetValue("Shutdown:ReadinessSeconds", builder.Environment.IsProduction() ? 2.0 : 0.0);
        if (seconds is < 0 or > 20)
            throw new InvalidOperationException("Shutdown:ReadinessSeconds must lie between 0 and 20.");
        var notice = TimeSpan.FromSeconds(seconds);
        builder.Services.AddHostedService(services => new Notice(services.GetRequiredService<IHostApplicationLifetime>(), notice));
    }

    private sealed class Notice(IHostApplicationLifetime lifetime, TimeSpan delay) : IHostedLifecycleService
    {
        // Runs before any hosted service stops, the listener included.
        public async Task StoppingAsync(CancellationToken cancellationToken)
        {
            lifetime.StopApplication();
            await Task.Delay(delay, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
