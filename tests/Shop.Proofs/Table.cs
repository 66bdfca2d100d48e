namespace Shop.Proofs;

/// <summary>Rows in aligned columns, printed as they come.</summary>
public sealed class Table
{
    private readonly int[] _widths;

    /// <summary>Prints the heading.</summary>
    /// <param name="columns">Heading and width of each column.</param>
    public Table(params (string Heading, int Width)[] columns)
    {
        _widths = [.. columns.Select(c => c.Width)];
        Row([.. columns.Select(c => c.Heading)]);
        Console.WriteLine(new string('-', _widths.Sum() + 2 * (_widths.Length - 1)));
    }

    /// <summary>Prints one row.</summary>
    public void Row(params string[] cells) =>
        Console.WriteLine(string.Join("  ", cells.Select((cell, i) => cell.PadRight(_widths[i]))).TrimEnd());

    /// <summary>Prints what a load showed.</summary>
    public void Load(string name, LoadResult result, params string[] notes) =>
        Row([name, $"{result.PerSecond:F0}", $"{result.P50:F1}", $"{result.P95:F1}", $"{result.P99:F1}", .. notes]);
}
