namespace Shop.Products.Features.Import;

/// <summary>
/// Text that ends in an exception when more than so many characters are read for a row: a parser keeps a row whole, however long it is.
/// </summary>
internal sealed class RowBoundedReader(TextReader text, int most) : TextReader
{
    private int _read;

    /// <summary>Another row begins.</summary>
    public void Begin() => _read = 0;

    public override async ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default) =>
        Count(await text.ReadAsync(buffer, cancellationToken));

    public override async Task<int> ReadAsync(char[] buffer, int index, int count) => Count(await text.ReadAsync(buffer, index, count));

    public override int Read(char[] buffer, int index, int count) => Count(text.Read(buffer, index, count));

    private int Count(int read)
    {
        _read += read;
        return _read > most ? throw new RowTooLongException() : read;
    }
}

/// <summary>A row is longer than any that makes sense.</summary>
public sealed class RowTooLongException() : Exception("The row is too long.");
