using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Cryptography.KeyDerivation;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Shop.Users.Domain;

namespace Shop.Users.Credentials;

/// <summary>
/// Hashes passwords with PBKDF2-SHA512. One hash costs about 130 ms of a core, so only half of the cores hash at any time and a short
/// queue waits; what comes beyond is turned away, so that sign-ins can't starve the rest of the shop.
/// </summary>
public sealed class PasswordHashing : IDisposable
{
    /// <summary>Rounds of PBKDF2-SHA512 (OWASP's figure); older hashes are renewed at the next sign-in.</summary>
    public const int Iterations = 210_000;

    // At 130 ms each the last in the queue still gets its turn within a request's patience.
    private const int WaitingPerWorker = 25;

    private static readonly User Nobody = new() { PasswordHash = HashThatNothingMatches() };
    private static readonly int Workers = Math.Max(1, Environment.ProcessorCount / 2);

    private readonly PasswordHasher<User> _hasher;

    private readonly ConcurrencyLimiter _turns = new(
        new()
        {
            PermitLimit = Workers,
            QueueLimit = Workers * WaitingPerWorker,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <summary>Hashes with <see cref="Iterations"/> rounds.</summary>
    public PasswordHashing()
        : this(new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }))) { }

    /// <summary>Hashes as this hasher does.</summary>
    public PasswordHashing(PasswordHasher<User> hasher) => _hasher = hasher;

    /// <summary>The hash to store; null when too many are waiting already.</summary>
    public Task<string?> TryHashAsync(string password, CancellationToken cancellationToken) =>
        InTurnAsync(() => _hasher.HashPassword(Nobody, password), cancellationToken);

    /// <summary>
    /// Compares a password with a user's hash. Without a user it takes the same time, so that the clock doesn't tell who has an account.
    /// </summary>
    /// <returns>Null when too many are waiting already.</returns>
    public async Task<PasswordVerificationResult?> TryVerifyAsync(User? user, string password, CancellationToken cancellationToken)
    {
        var result = await InTurnAsync(
            () => (object)_hasher.VerifyHashedPassword(Nobody, (user ?? Nobody).PasswordHash, password),
            cancellationToken
        );
        if (result is null)
            return null;
        return user is null ? PasswordVerificationResult.Failed : (PasswordVerificationResult)result;
    }

    /// <inheritdoc />
    public void Dispose() => _turns.Dispose();

    private async Task<T?> InTurnAsync<T>(Func<T> work, CancellationToken cancellationToken)
        where T : class
    {
        using var turn = await _turns.AcquireAsync(1, cancellationToken);
        return turn.IsAcquired ? work() : null;
    }

    // Identity's format 3: marker, function, rounds, length of the salt, salt, key.
    private static string HashThatNothingMatches()
    {
        const int header = 13;
        const int salt = 16;
        const int key = 32;
        var bytes = RandomNumberGenerator.GetBytes(header + salt + key);
        bytes[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), (int)KeyDerivationPrf.HMACSHA512);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Iterations);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(9), salt);
        return Convert.ToBase64String(bytes);
    }
}
