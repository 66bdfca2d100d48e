using Shop.BuildingBlocks.Messaging;
using Shop.Products.Contracts;
using Shop.Products.Data;

namespace Shop.Products.Features.Import;

/// <summary>Runs work with an outbox and a DbContext of its own.</summary>
internal delegate Task WithOutbox(Func<IDbContextOutbox<ProductsDbContext>, Task> work);

/// <summary>
/// Takes over a file of products in Shopify's CSV format. It streams: a batch of rows is in memory, never the file. Each batch is a
/// transaction; a run that broke off is finished by running it again, as rows that changed nothing do nothing.
/// </summary>
internal sealed class ImportProducts(WithOutbox withOutbox, TimeProvider clock, string currency)
{
    private const int BatchRows = 1_000;

    public async Task<ImportSummary> RunAsync(Stream csv, TextWriter output, CancellationToken cancellationToken)
    {
        var report = new ImportReport(output);
        var reader = new ImportReader(csv, report, currency);
        var batch = new List<ImportedProduct>();
        var rows = 0;
        await foreach (var product in reader.ReadAsync(cancellationToken))
        {
            if (batch.Count > 0 && rows + product.Lines.Count > BatchRows)
                await FlushAsync();
            batch.Add(product);
            rows += product.Lines.Count;
        }
        if (batch.Count > 0)
            await FlushAsync();
        await output.FlushAsync(cancellationToken);
        return report.Summary();

        async Task FlushAsync()
        {
            await withOutbox(outbox => new ImportBatch(reader.Columns, report, clock).WriteAsync(outbox, batch, cancellationToken));
            batch.Clear();
            rows = 0;
            await report.ProgressAsync();
        }
    }
}
