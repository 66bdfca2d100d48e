using Shop.Products.Contracts;

namespace Shop.Products.Features.Import;

/// <summary>Counts, and writes a line for each refused row while the import goes on.</summary>
internal sealed class ImportReport(TextWriter writer)
{
    private const int ProgressEvery = 10_000;
    private const int ShownText = 60;
    private long _nextProgress = ProgressEvery;

    public long Rows { get; set; }

    public long Created { get; set; }

    public long Updated { get; set; }

    public long Unchanged { get; set; }

    public long Refused { get; private set; }

    public bool Completed { get; set; } = true;

    /// <summary>Notes a refused row.</summary>
    /// <param name="line">Line of the file on which the row begins.</param>
    /// <param name="column">Header of the column at fault.</param>
    /// <param name="code">Stable, for programs.</param>
    /// <param name="text">What stands there.</param>
    public async Task RefuseAsync(int line, string column, string code, string text = "")
    {
        Refused++;
        var shown = PlainLine(text.Length > ShownText ? text[..ShownText] + "…" : text);
        await writer.WriteLineAsync($"line {line}\t{column}\tproducts.import_{code}\t{shown}");
    }

    /// <summary>Says how far it is, now and then.</summary>
    public async Task ProgressAsync()
    {
        if (Rows < _nextProgress)
            return;
        _nextProgress = Rows - Rows % ProgressEvery + ProgressEvery;
        await writer.WriteLineAsync(
            $"{Rows} rows: {Created} products created, {Updated} updated, {Unchanged} unchanged; {Refused} rows refused"
        );
    }

    public ImportSummary Summary() => new(Rows, Created, Updated, Unchanged, Refused, Completed);

    // The report is read line by line; what a file says must not look like another line of it.
    private static string PlainLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
