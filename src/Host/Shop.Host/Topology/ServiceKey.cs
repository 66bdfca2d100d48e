using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Shop.Host.Topology;

/// <summary>
/// What processes of the shop know each other by: a secret that all of them are given (<c>Modules:ServiceKey</c>). It opens the internal
/// endpoints, and lets a process believe what the gateway says about the caller's address.
/// </summary>
public sealed class ServiceKey
{
    /// <summary>The scheme and the policy of internal endpoints.</summary>
    public const string Scheme = "service";

    /// <summary>The header it travels in; the gateway overwrites what a client sends.</summary>
    public const string Header = "Shop-Service-Key";

    private const string Setting = "Modules:ServiceKey";
    private const int Shortest = 32;

    private readonly byte[]? _hash;

    private ServiceKey(string? value) => (Value, _hash) = (value, value is null ? null : Hash(value));

    /// <summary>The secret; null in a shop that is one process.</summary>
    public string? Value { get; }

    /// <summary>Reads it.</summary>
    /// <exception cref="CannotStartException">Modules are in several processes and there is none, or one that can be guessed.</exception>
    public static ServiceKey Read(IConfiguration configuration, Placement placement) =>
        configuration[Setting] switch
        {
            { Length: >= Shortest } value => new(value),
            null or "" when !placement.IsSplit => new(null),
            _ => throw new CannotStartException(
                $"Set Modules__ServiceKey to the same secret of {Shortest} characters or more in each process of the shop: it is what they know each other by."
            ),
        };

    /// <summary>True when the request comes from a process of the shop.</summary>
    public bool IsSentWith(HttpContext context) =>
        _hash is not null
        && context.Request.Headers[Header] is [{ Length: > 0 } sent]
        && CryptographicOperations.FixedTimeEquals(Hash(sent), _hash);

    private static byte[] Hash(string value) => SHA256.HashData(Encoding.UTF8.GetBytes(value));

    /// <summary>Signs a process of the shop in.</summary>
    internal sealed class Handler(
        IOptionsMonitor<AuthenticationSchemeOptions> options,
        ILoggerFactory logger,
        UrlEncoder encoder,
        ServiceKey key
    ) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
            Task.FromResult(
                key.IsSentWith(Context)
                    ? AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity(Scheme.Name)), Scheme.Name))
                    : AuthenticateResult.NoResult()
            );
    }
}
