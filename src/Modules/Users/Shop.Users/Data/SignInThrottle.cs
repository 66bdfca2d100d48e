using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Shop.Users.Data;

/// <summary>
/// Makes guessing slow without locking anybody out: tries are counted by address and account together, and by address alone. Once the
/// free ones are spent, each further try waits twice as long as the one before. Whoever comes from elsewhere is not hindered.
/// Kept in the database, so that more hosts don't mean more guesses.
/// </summary>
public sealed class SignInThrottle(UsersDbContext db)
{
    /// <summary>Tries at one account from one address before waiting starts.</summary>
    public const int FreeAtAccount = 10;

    /// <summary>Tries in vain from one address, at whatever accounts, before waiting starts.</summary>
    public const int FreeAtAddress = 50;

    /// <summary>After this long without a try the count starts again.</summary>
    public static readonly TimeSpan Forgets = TimeSpan.FromHours(1);

    // Seconds; a wait doubles up to here.
    private const int LongestWait = 300;

    /// <summary>Counts a try, before the password is looked at: tries made at once must not all find the door open.</summary>
    /// <returns>Null when it may go on, else how long to wait.</returns>
    public async Task<TimeSpan?> CountAsync(string email, IPAddress? address, CancellationToken cancellationToken)
    {
        byte[][] keys = [AccountKey(email, address), AddressKey(address)];
        int[] first = [1 - FreeAtAccount, 1 - FreeAtAddress];
        // Rows are locked in key order, so that two tries never wait for each other.
        var passed = await db
            .Database.SqlQuery<byte[]>(
                $"""
                insert into users.throttles as t (key, excess, last_try_at, retry_at)
                select k.key, k.first, now(), now() from unnest({keys}, {first}) as k (key, first) order by k.key
                on conflict (key) do update set
                  excess = case when t.last_try_at < now() - {Forgets} then excluded.excess else t.excess + 1 end,
                  last_try_at = now(),
                  retry_at = now() + make_interval(secs =>
                    case when t.excess < 0 or t.last_try_at < now() - {Forgets} then 0
                    else least({LongestWait}, power(2, least(t.excess, 20))) end)
                where t.retry_at <= now()
                returning t.key as "Value"
                """
            )
            .ToListAsync(cancellationToken);
        if (passed.Count == keys.Length)
            return null;
        var seconds = await db
            .Database.SqlQuery<double?>(
                $"""
                select extract(epoch from max(retry_at) - now())::float8 as "Value" from users.throttles where key = any({keys})
                """
            )
            .SingleAsync(cancellationToken);
        return TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(seconds ?? 1)));
    }

    /// <summary>Takes a try back: the password was right.</summary>
    public async Task ForgiveAsync(string email, IPAddress? address, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync($"delete from users.throttles where key = {AccountKey(email, address)}", cancellationToken);
        // The address keeps its other tries: an account of one's own must not buy guesses at others.
        await db.Database.ExecuteSqlAsync(
            $"update users.throttles set excess = excess - 1, retry_at = now() where key = {AddressKey(address)}",
            cancellationToken
        );
    }

    private static byte[] AccountKey(string email, IPAddress? address) => Key($"{email}\n{Network(address)}");

    private static byte[] AddressKey(IPAddress? address) => Key(Network(address));

    private static byte[] Key(string what) => SHA256.HashData(Encoding.UTF8.GetBytes(what));

    // Whoever has one IPv6 address has 2^64 of them.
    private static string Network(IPAddress? address) =>
        address switch
        {
            null => "",
            { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
            { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
            _ => address.ToString(),
        };
}
