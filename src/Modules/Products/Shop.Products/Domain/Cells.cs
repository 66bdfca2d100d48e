namespace Shop.Products.Domain;

/// <summary>
/// Cells of a CSV that a spreadsheet would take for a formula have an apostrophe in front; the import takes it off again. A text that
/// begins that way itself gets another, so that nothing is lost.
/// </summary>
internal static class Cells
{
    /// <summary>As it is written.</summary>
    public static string? Guarded(string? text) => text is { Length: > 0 } && (IsFormula(text[0]) || IsGuarded(text)) ? "'" + text : text;

    /// <summary>As it was meant.</summary>
    public static string Plain(string cell) => IsGuarded(cell) ? cell[1..] : cell;

    private static bool IsGuarded(string cell) => cell.Length > 1 && cell[0] == '\'' && (IsFormula(cell[1]) || cell[1] == '\'');

    private static bool IsFormula(char first) => first is '=' or '+' or '-' or '@' or '\t' or '\r';
}
