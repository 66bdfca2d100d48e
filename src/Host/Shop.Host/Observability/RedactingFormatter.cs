using System.Text.RegularExpressions;
using Serilog.Events;
using Serilog.Formatting;

namespace Shop.Host.Observability;

/// <summary>The last line of defence: whatever looks like an e-mail address or a bearer token leaves the process as a placeholder.</summary>
/// <param name="inner">Writes the event.</param>
public sealed partial class RedactingFormatter(ITextFormatter inner) : ITextFormatter
{
    /// <inheritdoc />
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var text = new StringWriter();
        inner.Format(logEvent, text);
        output.Write(Redact(text.ToString()));
    }

    /// <summary>The text without addresses and tokens.</summary>
    public static string Redact(string text)
    {
        if (text.Contains('@', StringComparison.Ordinal))
            text = Email.Replace(text, "[email]");
        if (text.Contains("eyJ", StringComparison.Ordinal))
            text = Token.Replace(text, "[token]");
        return text;
    }

    [GeneratedRegex(@"[\w.!#$%&*+/=?^`|~'-]+@[\w-]+(\.[\w-]+)+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Email { get; }

    [GeneratedRegex(@"eyJ[\w-]+\.[\w-]+\.[\w-]*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Token { get; }
}
