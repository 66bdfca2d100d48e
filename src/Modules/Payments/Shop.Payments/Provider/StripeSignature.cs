using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Shop.Payments.Provider;

/// <summary>Checks that a webhook comes from the provider: <c>Stripe-Signature: t=&lt;unix seconds&gt;,v1=&lt;hex&gt;[,v1=…]</c>.</summary>
internal static class StripeSignature
{
    /// <summary>Name of the header.</summary>
    public const string Header = "Stripe-Signature";

    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>True when one of the signatures is the body's, and the time signed with it is not long ago or ahead.</summary>
    public static bool IsValid(ReadOnlySpan<byte> body, string header, string secret, DateTimeOffset now)
    {
        if (header.Length > 2000)
            return false;
        string? time = null;
        var candidates = new List<string>();
        foreach (var part in header.Split(','))
        {
            var equals = part.IndexOf('=');
            if (equals < 0)
                continue;
            var (name, value) = (part[..equals].Trim(), part[(equals + 1)..].Trim());
            if (name == "t")
                time = value;
            else if (name == "v1")
                candidates.Add(value);
        }
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return false;
        if (Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) > (decimal)Tolerance.TotalSeconds)
            return false;
        var expected = Encoding.ASCII.GetBytes(Sign(body, time, secret));
        var matches = false;
        foreach (var candidate in candidates)
            matches |= CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(candidate));
        return matches;
    }

    /// <summary>The signature of a body at a time, in lower-case hex.</summary>
    public static string Sign(ReadOnlySpan<byte> body, string time, string secret)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.ASCII.GetBytes(time + "."));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
