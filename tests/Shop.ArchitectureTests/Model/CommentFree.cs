using System.Text.RegularExpressions;

namespace Shop.ArchitectureTests.Model;

/// <summary>Source text without its comments.</summary>
public static partial class CommentFree
{
    /// <summary>Blanks comments; strings, also raw and verbatim ones, stay as they are, and so do line breaks.</summary>
    public static string Of(string source) => Token().Replace(source, m => m.Value[0] == '/' ? Lines().Replace(m.Value, "") : m.Value);

    // Strings are matched only so that a comment sign inside of one is not taken for a comment.
    [GeneratedRegex(
        """(?<raw>"{3,})[\s\S]*?\k<raw>|[$@]*@[$@]*"(?:[^"]|"")*"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'|//[^\n]*|/\*[\s\S]*?\*/"""
    )]
    private static partial Regex Token();

    [GeneratedRegex(@"[^\n]+")]
    private static partial Regex Lines();
}
