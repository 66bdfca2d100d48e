using Shop.Products.Domain;

namespace Shop.Products.Features.Import;

/// <summary>A refused row.</summary>
/// <param name="Line">Line of the file on which the row begins.</param>
/// <param name="Column">Header of the column at fault.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Text">What stands there, shortened.</param>
internal sealed record Refusal(int Line, string Column, string Code, string Text);

/// <summary>
/// What was read, and which rows were refused since the last checkpoint. A run that goes on after another reads the file from its start
/// again, and refuses rows again that are done or stored already: those are dropped here, even when attributes changed in between.
/// </summary>
/// <param name="settledBefore">Line up to which an earlier run has done all.</param>
/// <param name="refusedBefore">Lines after that one which an earlier run refused.</param>
internal sealed class ImportReport(int settledBefore, IReadOnlySet<int> refusedBefore)
{
    private const int ShownText = 60;
    private const int ShownColumn = 200;

    /// <summary>What the file calls the address of a product.</summary>
    public string HandleColumn { get; set; } = "slug";

    /// <summary>What the file calls a SKU.</summary>
    public string SkuColumn { get; set; } = "sku";

    /// <summary>Rows read so far, without the header.</summary>
    public long Rows { get; set; }

    /// <summary>Line up to which all rows are refused, or belong to products that the reader has handed out.</summary>
    public int Settled { get; set; }

    /// <summary>False when the file could not be read to its end.</summary>
    public bool Completed { get; set; } = true;

    /// <summary>Refused since the last checkpoint.</summary>
    public List<Refusal> Pending { get; } = [];

    /// <summary>Notes a row that the reader refused.</summary>
    public void Refuse(int line, string column, string code, string text = "")
    {
        if (line > settledBefore && !refusedBefore.Contains(line))
            Add(line, column, code, text);
    }

    /// <summary>Notes a row that was read well and refused for what is in the database.</summary>
    public void RefuseInBatch(int line, string column, string code, string text) => Add(line, column, code, text);

    /// <summary>Writes refusals for people and for <c>cut</c>.</summary>
    public static async Task WriteAsync(TextWriter writer, IEnumerable<Refusal> refusals)
    {
        foreach (var refusal in refusals)
            await writer.WriteLineAsync($"line {refusal.Line}\t{refusal.Column}\t{refusal.Code}\t{refusal.Text}");
    }

    /// <summary>Says how far an import is.</summary>
    public static string Progress(Data.Import import)
    {
        var rate = import.Seconds > 0 ? import.Rows / import.Seconds : 0;
        return FormattableString.Invariant(
            $"{import.Percent():F0} %, {import.Rows} rows, {rate:F0} rows/s: {import.Created} products created, {import.Updated} updated, {import.Unchanged} unchanged; {import.Refused} rows refused"
        );
    }

    // The report is read line by line; what a file says must not look like another line of it.
    private void Add(int line, string column, string code, string text)
    {
        var shown = text.Length > ShownText ? PlainText.Cut(text, ShownText) + "…" : text;
        Pending.Add(new(line, OnALine(PlainText.Cut(column, ShownColumn)), "products.import_" + code, OnALine(shown)));
    }

    private static string OnALine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
