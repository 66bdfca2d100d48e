using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Shop.Products.Domain;

namespace Shop.Products.Features.Import;

/// <summary>Reads a file row by row and hands out products, each whole: rows of one handle stand together.</summary>
internal sealed class ImportReader(
    Stream csv,
    ImportReport report,
    string currency,
    IReadOnlyDictionary<string, AttributeDefinition> attributes
)
{
    // A quote that is never closed would otherwise swallow the rest of the file into one field.
    private const int MaxFieldLength = 512 * 1024;

    // The parser keeps a row whole in memory, with all its cells.
    private const int MaxRowLength = 2 * 1024 * 1024;

    private readonly HashSet<ulong> _finished = [];
    private ImportedProduct? _product;
    private string? _handle;
    private bool _productRefused;
    private bool _malformed;
    private RowReader _rows = null!;
    private RowBoundedReader _row = null!;

    private ImportColumns Columns { get; set; } = null!;

    /// <summary>The products of the file, in its order; null for each row that finishes none.</summary>
    public async IAsyncEnumerable<ImportedProduct?> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var text = new StreamReader(
            csv,
            Encoding.UTF8,
            detectEncodingFromByteOrderMarks: true,
            bufferSize: 64 * 1024,
            leaveOpen: true
        );
        using var bounded = _row = new RowBoundedReader(text, MaxRowLength);
        using var parser = new CsvParser(
            bounded,
            new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                IgnoreBlankLines = false,
                MaxFieldSize = MaxFieldLength,
                BadDataFound = _ => _malformed = true,
            }
        );
        if (!await NextAsync(parser, 1))
            yield break;
        Columns = new ImportColumns([.. Enumerable.Range(0, parser.Count).Select(i => parser[i])]);
        (report.HandleColumn, report.SkuColumn) = (Columns.NameOf(Column.Handle), Columns.NameOf(Column.Sku));
        if (Columns.Missing is { Count: > 0 } missing)
        {
            report.Completed = false;
            report.Refuse(1, string.Join(", ", missing), "missing_column");
            yield break;
        }
        _rows = new RowReader(parser, Columns, report, currency, attributes);

        var line = parser.RawRow + 1;
        for (; await NextAsync(parser, line); line = parser.RawRow + 1)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (parser.Count <= 1 && parser[0].AsSpan().IsWhiteSpace())
                continue;
            report.Rows++;
            var finished = AddRow(line);
            report.Settled = _product is null ? line : _product.Line - 1;
            yield return finished is not null && IsWhole(finished) ? finished : null;
        }
        report.Settled = line - 1;
        if (Finish() is { } last && IsWhole(last))
            yield return last;
    }

    private async Task<bool> NextAsync(CsvParser parser, int line)
    {
        _malformed = false;
        _row.Begin();
        try
        {
            return await parser.ReadAsync();
        }
        catch (MaxFieldSizeException)
        {
            // Nobody can tell where the next row begins.
            report.Completed = false;
            report.Refuse(line, "", "field_too_long");
            return false;
        }
        catch (RowTooLongException)
        {
            report.Completed = false;
            report.Refuse(line, "", "row_too_long");
            return false;
        }
    }

    // Takes the row the parser stands on; gives the product before it when this row begins another.
    private ImportedProduct? AddRow(int line)
    {
        var handle = _rows.Text(Column.Handle);
        var slug = Slugs.From(handle.Length > 0 ? handle : _rows.Text(Column.Title));
        ImportedProduct? finished = null;
        if (_handle is null || slug != _handle || slug.Length == 0)
        {
            finished = Finish();
            _handle = slug;
            _productRefused = !Begin(line, handle, slug);
            if (_productRefused)
                return finished;
        }
        else if (_productRefused)
        {
            report.Refuse(line, Columns.NameOf(Column.Handle), "product_refused", handle);
            return null;
        }
        var product = _product!;
        product.Rows++;
        if (_rows.AddVariantAndImage(product, line, () => _malformed))
            product.Lines.Add(line);
        return finished;
    }

    private bool Begin(int line, string handle, string slug)
    {
        if (!Slugs.IsValid(slug))
        {
            report.Refuse(line, Columns.NameOf(Column.Handle), handle.Length == 0 ? "handle_missing" : "invalid_handle", handle);
            return false;
        }
        if (_finished.Contains(Fingerprint(slug)))
        {
            report.Refuse(line, Columns.NameOf(Column.Handle), "handle_repeated", handle);
            return false;
        }
        _product = _rows.ReadProduct(line, slug);
        _finished.Add(Fingerprint(slug));
        return _product is not null;
    }

    private ImportedProduct? Finish()
    {
        var finished = _product;
        _product = null;
        return finished;
    }

    private bool IsWhole(ImportedProduct product)
    {
        if (product.Variants.Count > 0)
            return true;
        foreach (var line in product.Lines)
            report.Refuse(line, Columns.NameOf(Column.Sku), "no_variant", product.Slug);
        return false;
    }

    // 64 bits (FNV-1a) a handle instead of the handle: a file of a million products is told apart in a few megabytes.
    private static ulong Fingerprint(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211UL;
        return hash;
    }
}
