using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Shop.Users.Data;

/// <summary>What a refresh token was exchanged for.</summary>
/// <param name="UserId">Whose session it is.</param>
/// <param name="Role">The user's role as it is now.</param>
/// <param name="RefreshToken">The successor, known to nobody but the caller.</param>
public sealed record Refreshed(Guid UserId, string Role, string RefreshToken);

/// <summary>
/// Sessions and their refresh tokens. SQL, because each step is one statement: of callers that come at once with the same token one wins,
/// and time is the database's, the same for all hosts.
/// </summary>
public sealed class SessionStore(UsersDbContext db, ILogger<SessionStore> logger)
{
    /// <summary>A session that nobody refreshes ends after this.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromDays(14);

    /// <summary>Even a busy session ends after this.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromDays(90);

    private const string SignedOut = "signed_out";
    private const string TokenReused = "token_reused";

    /// <summary>Starts a session and answers its first refresh token.</summary>
    public async Task<string> StartAsync(Guid userId, CancellationToken cancellationToken)
    {
        var (token, hash) = NewToken();
        var sessionId = Guid.CreateVersion7();
        await db.Database.ExecuteSqlAsync(
            $"""
            with session as (
              insert into users.sessions (id, user_id, created_at, expires_at) values ({sessionId}, {userId}, now(), now() + {Limit}) returning id
            )
            insert into users.refresh_tokens (hash, session_id, created_at, expires_at)
            select {hash}, id, now(), now() + {IdleLimit} from session
            """,
            cancellationToken
        );
        return token;
    }

    /// <summary>Exchanges a token for its one successor. A token that was exchanged before ends the whole session.</summary>
    /// <returns>Null when the token is not good.</returns>
    public async Task<Refreshed?> RefreshAsync(string token, CancellationToken cancellationToken)
    {
        var used = Hash(token);
        var (successor, hash) = NewToken();
        var owners = await db
            .Database.SqlQuery<Owner>(
                $"""
                with used as (
                  update users.refresh_tokens t set used_at = now()
                  from users.sessions s
                  where t.hash = {used} and t.used_at is null and t.expires_at > now()
                    and s.id = t.session_id and s.revoked_at is null and s.expires_at > now()
                  returning t.session_id, s.user_id
                ), successor as (
                  insert into users.refresh_tokens (hash, session_id, created_at, expires_at)
                  select {hash}, session_id, now(), now() + {IdleLimit} from used
                )
                select u.id, u.role from used join users.users u on u.id = used.user_id
                """
            )
            .ToListAsync(cancellationToken);
        if (owners is [var owner])
            return new(owner.Id, owner.Role, successor);
        await EndIfReusedAsync(used, cancellationToken);
        return null;
    }

    /// <summary>Ends the session that a token belongs to; nothing happens when there is none.</summary>
    public Task EndAsync(string token, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
            update users.sessions s set revoked_at = now(), revoked_because = {SignedOut}
            from users.refresh_tokens t
            where t.hash = {Hash(token)} and s.id = t.session_id and s.revoked_at is null
            """,
            cancellationToken
        );

    // Somebody has a token twice, and we can't tell the thief from the owner: both have to sign in again (RFC 9700, 4.14).
    private async Task EndIfReusedAsync(byte[] hash, CancellationToken cancellationToken)
    {
        var ended = await db
            .Database.SqlQuery<Guid>(
                $"""
                update users.sessions s set revoked_at = now(), revoked_because = {TokenReused}
                from users.refresh_tokens t
                where t.hash = {hash} and t.used_at is not null and s.id = t.session_id and s.revoked_at is null
                returning s.id as "Value"
                """
            )
            .ToListAsync(cancellationToken);
        foreach (var session in ended)
            logger.LogWarning("A refresh token was used twice; session {SessionId} is ended", session);
    }

    private static (string Token, byte[] Hash) NewToken()
    {
        var token = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        return (token, Hash(token));
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private sealed record Owner(Guid Id, string Role);
}
