using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Shop.Users.Data;

namespace Shop.Users.Features;

/// <summary>Deletes, once an hour, what no answer depends on any more: sessions past their end and counts of old tries.</summary>
public sealed class ForgetOldSessions(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ForgetOldSessions> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Deletes once.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsersDbContext>();
        await db.Database.ExecuteSqlAsync($"delete from users.sessions where expires_at < now()", cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"delete from users.throttles where last_try_at < now() - {SignInThrottle.Forgets}",
            cancellationToken
        );
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or { InnerException: NpgsqlException })
            {
                logger.LogWarning(e, "Old sessions could not be deleted; the next hour will do");
            }
        }
    }
}
