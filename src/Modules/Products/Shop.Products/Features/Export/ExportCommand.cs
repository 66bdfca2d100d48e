using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Shop.Products.Data;

namespace Shop.Products.Features.Export;

/// <summary>
/// Writes all products into a file. Until it is whole it is called <c>FILE.part</c>, and a mark beside it says up to which product: the same
/// command goes on from there.
/// </summary>
internal sealed class ExportCommand(IDbContextFactory<ProductsDbContext> contexts, TimeProvider clock)
{
    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(1);

    /// <summary>How many products the file holds when it is whole.</summary>
    public async Task<long> RunAsync(string file, TextWriter progress, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var format = await Exports.FormatAsync(db, isCsv: !file.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase), cancellationToken);
        var filter = new ProductFilter(null, null, null, null);
        var all = await filter.Of(db.Products.AsNoTracking()).LongCountAsync(cancellationToken);
        var part = file + ".part";
        var mark = part + ".mark";
        long written;
        await using (var output = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            var begun = await BeginAsync(output, mark, format.Header(), progress, cancellationToken);
            written = begun.Products;
            var started = clock.GetTimestamp();
            var said = started;
            await foreach (var products in Exports.ReadAsync(db, filter, begun.Slug, cancellationToken))
            {
                await output.WriteAsync(format.Write(products), cancellationToken);
                output.Flush(flushToDisk: true);
                written += products.Count;
                await new Mark(output.Position, written, products[^1].Product.Slug).WriteAsync(mark);
                if (clock.GetElapsedTime(said) < BetweenSigns)
                    continue;
                said = clock.GetTimestamp();
                var rate = (written - begun.Products) / clock.GetElapsedTime(started).TotalSeconds;
                await progress.WriteLineAsync(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Math.Min(99, 100 * written / Math.Max(1, all))} %, {written} products, {rate:F0} products/s"
                    )
                );
            }
        }
        File.Move(part, file, overwrite: true);
        File.Delete(mark);
        return written;
    }

    // A file whose columns are no longer the catalogue's is begun anew, and so is one that is shorter than it should be.
    private static async Task<Mark> BeginAsync(
        FileStream output,
        string mark,
        byte[] header,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        var begun = new byte[header.Length];
        if (
            await Mark.ReadAsync(mark, cancellationToken) is { } earlier
            && earlier.Bytes <= output.Length
            && await output.ReadAtLeastAsync(begun, begun.Length, throwOnEndOfStream: false, cancellationToken) == header.Length
            && begun.AsSpan().SequenceEqual(header)
        )
        {
            await progress.WriteLineAsync($"goes on after {earlier.Slug}, where an earlier export into this file broke off");
            output.SetLength(earlier.Bytes);
            output.Position = earlier.Bytes;
            return earlier;
        }
        output.SetLength(0);
        await output.WriteAsync(header, cancellationToken);
        return new(header.Length, 0, "");
    }

    /// <summary>How far a file is whole: so many bytes and products, up to this address.</summary>
    private sealed record Mark(long Bytes, long Products, string Slug)
    {
        public async Task WriteAsync(string file)
        {
            await File.WriteAllTextAsync(file + ".new", string.Create(CultureInfo.InvariantCulture, $"{Bytes} {Products} {Slug}"));
            File.Move(file + ".new", file, overwrite: true);
        }

        public static async Task<Mark?> ReadAsync(string file, CancellationToken cancellationToken)
        {
            if (!File.Exists(file))
                return null;
            var words = (await File.ReadAllTextAsync(file, cancellationToken)).Split(' ');
            return
                words is [var bytes, var products, var slug]
                && long.TryParse(bytes, CultureInfo.InvariantCulture, out var length)
                && long.TryParse(products, CultureInfo.InvariantCulture, out var count)
                ? new(length, count, slug)
                : null;
        }
    }
}
