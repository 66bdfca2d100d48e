using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Users.Credentials;
using Shop.Users.Data;
using Shop.Users.Domain;

namespace Shop.Users.Features;

/// <summary>
/// When the shop starts: refuses a configuration that can't work, and makes the configured admin as long as there is none. Any number of
/// hosts may start at once, any number of times.
/// </summary>
/// <param name="options">Holds the admin's sign-in.</param>
/// <param name="keys">Taken so that missing or broken signing keys stop the start, not the first sign-in.</param>
/// <param name="passwords">Hashes the password.</param>
/// <param name="scopes">Gives the DbContext.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">The log.</param>
public sealed class CreateFirstAdmin(
    IOptions<UsersOptions> options,
    SigningKeyRing keys,
    PasswordHashing passwords,
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ILogger<CreateFirstAdmin> logger
) : IHostedService
{
    private const int Attempts = 3;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        logger.LogInformation("Access tokens are signed with key {KeyId}", keys.Signing.Kid);
        if (options.Value.FirstAdmin is not { } admin)
            return;
        if (!EmailAddress.IsPlausible(admin.Email))
            throw new InvalidOperationException("Users__FirstAdmin__Email is no e-mail address.");
        if (PasswordPolicy.Refusal(admin.Password, admin.Email) is { } code)
            throw new InvalidOperationException($"Users__FirstAdmin__Password is refused: {code}.");
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                await CreateAsync(admin, cancellationToken);
                return;
            }
            catch (Exception e) when (e is NpgsqlException or { InnerException: NpgsqlException })
            {
                // The host decides whether it starts on a database that is away or not migrated; the admin is made at a later start.
                logger.LogWarning(e, "The first admin could not be made, attempt {Attempt} of {Attempts}", attempt, Attempts);
                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CreateAsync(FirstAdminOptions admin, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsersDbContext>();
        if (await db.Users.AnyAsync(u => u.Role == Roles.Admin, cancellationToken))
            return;
        var hash = await passwords.TryHashAsync(admin.Password, cancellationToken);
        // An account that a customer made with this address stays a customer's: a password we don't know must not become an admin's.
        var made = await db.Database.ExecuteSqlAsync(
            $"""
            insert into users.users (id, email, name, password_hash, role, created_at)
            values ({Guid.CreateVersion7()}, {EmailAddress.Normalize(admin.Email)}, {"Admin"}, {hash}, {Roles.Admin}, {clock.GetUtcNow()})
            on conflict (email) do nothing
            """,
            cancellationToken
        );
        if (made == 0)
            logger.LogWarning("The first admin could not be made: the address has an account already");
    }
}
