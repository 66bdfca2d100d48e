using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.Products.Data;

namespace Shop.Products.Features.Import;

/// <summary>
/// POST /api/v1/products/imports: takes a file in, as the request's body or in a form, a megabyte in memory at a time, and queues it. It is
/// kept in the database, so whichever process works it off finds it, and so does the one after that.
/// </summary>
internal static class StartImportEndpoint
{
    private const int ChunkBytes = 1024 * 1024;
    private const int MaxWaiting = 20;

    // A hard stop for the server; what staff may send is a setting below it.
    private const long HardLimit = 4L * 1024 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/imports", HandleAsync)
            .WithName("Products.StartImport")
            .WithSummary("Takes in a file of products, Shopify's CSV or a JSON document a line, and queues its import.")
            .WithMetadata(new RequestSizeLimitAttribute(HardLimit), new DisableRequestTimeoutAttribute())
            .Produces<ImportView>(202)
            .ProducesProblem(400)
            .ProducesProblem(409)
            .ProducesProblem(413)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Accepted<ImportView>, ProblemHttpResult>> HandleAsync(
        HttpRequest request,
        ProductsDbContext db,
        ClaimsPrincipal caller,
        IOptions<ProductsOptions> options,
        CancellationToken cancellationToken,
        string? format = null
    )
    {
        if (await Upload.OpenAsync(request, cancellationToken) is not { } upload)
            return Problems.Problem(400, "products.import_no_file", "The form holds no file.");
        if (FormatOf(format, upload) is not { } known)
            return Problems.Problem(400, "products.import_unknown_format", "Say ?format=csv or ?format=ndjson.");
        var import = new Data.Import
        {
            Id = Guid.CreateVersion7(),
            Format = known,
            FileName = upload.FileName,
            Actor = caller.UserId(),
        };
        if (!await ImportStore.AddAsync(db, import, MaxWaiting, cancellationToken))
            return Problems.Conflict("products.import_queue_full", $"{MaxWaiting} imports are waiting already.");
        var most = options.Value.ImportMegabytes * 1024L * 1024L;
        long? bytes = null;
        try
        {
            bytes = await StoreAsync(db, import.Id, upload.Content, most, cancellationToken);
        }
        finally
        {
            // Too large, or whoever sent it is gone: no run will ask for it, and it takes no place among those that wait.
            if (bytes is null)
                await db.Imports.Where(i => i.Id == import.Id).ExecuteDeleteAsync(CancellationToken.None);
        }
        if (bytes is null)
            return Problems.Problem(413, "products.import_too_large", $"A file is at most {options.Value.ImportMegabytes} MB.");
        var isQueued = await db
            .Imports.Where(i => i.Id == import.Id && i.State == ImportState.Uploading)
            .ExecuteUpdateAsync(
                set => set.SetProperty(i => i.State, ImportState.Queued).SetProperty(i => i.Bytes, bytes.Value),
                cancellationToken
            );
        // Canceled while it came in.
        if (isQueued == 0)
            await db.ImportChunks.Where(c => c.ImportId == import.Id).ExecuteDeleteAsync(cancellationToken);
        db.Note(caller, "import.started", $"{import.Id}");
        await db.SaveChangesAsync(cancellationToken);
        var queued = await db.Imports.AsNoTracking().SingleAsync(i => i.Id == import.Id, cancellationToken);
        return TypedResults.Accepted($"/api/v1/products/imports/{import.Id}", ImportView.Of(queued));
    }

    /// <summary>The file's size; null when it is larger than it may be.</summary>
    private static async Task<long?> StoreAsync(
        ProductsDbContext db,
        Guid import,
        Stream file,
        long most,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[ChunkBytes];
        var total = 0L;
        for (var number = 0; ; number++)
        {
            var read = await file.ReadAtLeastAsync(buffer, ChunkBytes, throwOnEndOfStream: false, cancellationToken);
            if (read == 0)
                return total;
            if ((total += read) > most)
                return null;
            db.ImportChunks.Add(
                new()
                {
                    ImportId = import,
                    Number = number,
                    Bytes = buffer[..read],
                }
            );
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
    }

    private static ImportFormat? FormatOf(string? format, Upload upload) =>
        (format ?? Path.GetExtension(upload.FileName).TrimStart('.')).ToLowerInvariant() switch
        {
            "csv" => ImportFormat.Csv,
            "ndjson" or "jsonl" => ImportFormat.Ndjson,
            "" when upload.ContentType == "text/csv" => ImportFormat.Csv,
            "" when upload.ContentType is "application/x-ndjson" or "application/jsonl" => ImportFormat.Ndjson,
            _ => null,
        };
}
