using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Shop.LocalServices.Payments;

/// <summary>A request's parameters, from its form or its query, with the provider's complaints about them.</summary>
internal sealed partial class StripeRequest
{
    private const string DefaultVersion = "2025-01-27.acacia";

    private readonly IReadOnlyDictionary<string, string> _parameters;

    private StripeRequest(HttpRequest http, IReadOnlyDictionary<string, string> parameters)
    {
        _parameters = parameters;
        IdempotencyKey = http.Method == HttpMethods.Post ? (string?)http.Headers["Idempotency-Key"] : null;
        ApiVersion = http.Headers["Stripe-Version"] is [{ Length: > 0 } version] ? version : DefaultVersion;
        var text = string.Join('&', parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"));
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{http.Method} {http.Path}?{text}")));
    }

    public string? IdempotencyKey { get; }

    public string ApiVersion { get; }

    /// <summary>The same for two requests that ask the same.</summary>
    public string Hash { get; }

    public bool ExpandsCharge =>
        _parameters.Any(p =>
            p.Key.StartsWith("expand[", StringComparison.Ordinal) && p.Value.EndsWith("latest_charge", StringComparison.Ordinal)
        );

    public static async Task<StripeRequest> ReadAsync(HttpRequest http)
    {
        var parameters = new Dictionary<string, string>();
        foreach (var (name, values) in http.Query)
            parameters[name] = string.Join(',', (IEnumerable<string?>)values);
        if (http.HasFormContentType)
            foreach (var (name, values) in await http.ReadFormAsync())
                parameters[name] = string.Join(',', (IEnumerable<string?>)values);
        return new(http, parameters);
    }

    public string? Text(string name) => _parameters.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    public string RequiredText(string name) =>
        Text(name) ?? throw new StripeRefusal(StripeError.Invalid($"Missing required param: {name}.", "parameter_missing", name));

    public long? Integer(string name)
    {
        if (Text(name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new StripeRefusal(StripeError.Invalid($"Invalid integer: {text}", "parameter_invalid_integer", name));
    }

    /// <summary>An amount of money in minor units, at least 1.</summary>
    public long? Amount(string name) =>
        Integer(name) is not { } amount ? null
        : amount >= 1 ? amount
        : throw new StripeRefusal(StripeError.Invalid("This value must be greater than or equal to 1.", "parameter_invalid_integer", name));

    public bool Flag(string name) => Text(name) is "true";

    /// <summary>Parameters of the form <c>metadata[key]</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata()
    {
        var metadata = new Dictionary<string, string>();
        foreach (var (name, value) in _parameters)
            if (MetadataName().Match(name) is { Success: true } match)
                metadata[match.Groups[1].Value] = value;
        return metadata;
    }

    [GeneratedRegex(@"^metadata\[([^\]]+)\]$", RegexOptions.NonBacktracking)]
    private static partial Regex MetadataName();
}

/// <summary>A request the provider refuses before it begins; nothing is kept of it.</summary>
internal sealed class StripeRefusal(StripeError error) : Exception(error.Message)
{
    public StripeError Error { get; } = error;
}
