using System.Net;
using System.Text;

namespace Shop.Products.Domain;

/// <summary>
/// Text out of HTML. Descriptions are kept as plain text, so that no page, mail or search index ever has to trust somebody else's markup.
/// </summary>
public static class PlainText
{
    private static readonly string[] Silent = ["script", "style", "template", "noscript"];

    private static readonly HashSet<string> Inline = new(StringComparer.OrdinalIgnoreCase)
    {
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "kbd",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
    };

    /// <summary>
    /// Drops tags, comments and what scripts and styles hold, decodes entities; blocks become lines. What only looks like a tag
    /// (<c>a &lt; b</c>) stays. One pass, whatever the input.
    /// </summary>
    public static string FromHtml(string html)
    {
        if (!html.AsSpan().ContainsAny('<', '&'))
            return Tidy(html, keepLines: true);
        var text = new StringBuilder(html.Length);
        var at = 0;
        while (at < html.Length)
        {
            var open = html.IndexOf('<', at);
            if (open < 0)
                open = html.Length;
            AppendSource(text, html.AsSpan(at, open - at));
            at = open < html.Length ? SkipTag(html, open, text) : open;
        }
        // Entities come last, so that an encoded tag is shown as text and never taken for a tag.
        return Tidy(WebUtility.HtmlDecode(text.ToString()), keepLines: true);
    }

    // Line breaks in the source of HTML are spaces; the lines of the text come from its blocks.
    private static void AppendSource(StringBuilder text, ReadOnlySpan<char> source)
    {
        foreach (var c in source)
            text.Append(c is '\n' or '\r' or '\t' ? ' ' : c);
    }

    private static int SkipTag(string html, int open, StringBuilder text)
    {
        if (html.AsSpan(open).StartsWith("<!--", StringComparison.Ordinal))
            return After(html, "-->", open + 4);
        var nameAt = open + 1 < html.Length && html[open + 1] == '/' ? open + 2 : open + 1;
        var nameEnd = nameAt;
        while (nameEnd < html.Length && char.IsAsciiLetterOrDigit(html[nameEnd]))
            nameEnd++;
        if (nameEnd == nameAt && (nameAt >= html.Length || html[nameAt] is not ('!' or '?')))
        {
            text.Append('<');
            return open + 1;
        }
        var name = html[nameAt..nameEnd];
        var end = EndOfTag(html, nameEnd);
        if (nameAt == open + 1 && Silent.Contains(name, StringComparer.OrdinalIgnoreCase))
            return After(html, "</" + name, end);
        if (!Inline.Contains(name))
            text.Append('\n');
        return end;
    }

    // A '>' inside a quoted attribute doesn't end the tag.
    private static int EndOfTag(string html, int from)
    {
        var quote = '\0';
        for (var i = from; i < html.Length; i++)
        {
            var c = html[i];
            if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'')
                quote = c;
            else if (c == '>')
                return i + 1;
        }
        return html.Length;
    }

    private static int After(string html, string mark, int from)
    {
        var found = html.IndexOf(mark, from, StringComparison.OrdinalIgnoreCase);
        if (found < 0)
            return html.Length;
        return mark[^1] == '>' ? found + mark.Length : EndOfTag(html, found + mark.Length);
    }

    /// <summary>Its beginning, at most so long, and never half a character.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text
        : char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)]
        : text[..most];

    /// <summary>Single spaces, no control characters, no blank at either end; at most one line break in a row.</summary>
    public static string Tidy(string text, bool keepLines = false)
    {
        var tidy = new StringBuilder(text.Length);
        var pending = '\0';
        foreach (var c in text)
        {
            if (c is '\n' && keepLines)
                pending = '\n';
            else if (char.IsWhiteSpace(c) || char.IsControl(c))
                pending = pending == '\0' ? ' ' : pending;
            else
            {
                if (pending != '\0' && tidy.Length > 0)
                    tidy.Append(pending);
                pending = '\0';
                tidy.Append(c);
            }
        }
        return tidy.ToString();
    }
}
