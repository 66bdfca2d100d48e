using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Shop.BuildingBlocks;
using Shop.Products.Data;
using Shop.Products.Media;

namespace Shop.Products.Features;

/// <summary>An uploaded picture; its URLs go into products' images.</summary>
/// <param name="Id">The picture.</param>
/// <param name="Url">Itself.</param>
/// <param name="Thumbnails">Smaller ones, WebP, by width in pixels.</param>
/// <param name="ContentType">As its bytes say.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record MediaView(Guid Id, string Url, IReadOnlyDictionary<int, string> Thumbnails, string ContentType, int Width, int Height);

/// <summary>
/// POST /api/v1/products/media: staff's pictures. What it is is seen by its bytes, whatever its sender calls it; SVG is refused, as it can
/// hold scripts. GET serves it for ever: an address is made for one picture.
/// </summary>
internal static class UploadMediaEndpoint
{
    private const long HardLimit = 101L * 1024 * 1024;
    private const int MostMilliseconds = 300_000;
    private const string Forever = "public, max-age=31536000, immutable";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/media", HandleAsync)
            .WithName("Products.UploadMedia")
            .WithSummary("Takes in a picture, JPEG, PNG, WebP or GIF, as the body or in a form, and makes thumbnails of it.")
            .WithMetadata(new RequestSizeLimitAttribute(HardLimit), new RequestTimeoutAttribute(MostMilliseconds))
            .Produces<MediaView>(201)
            .ProducesProblem(400)
            .ProducesProblem(413)
            .ProducesProblem(415)
            .ProducesProblem(422)
            .ProducesProblem(429)
            .ProducesProblem(503)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapGet("/media/{id:guid}/{name}", GetAsync)
            .WithName("Products.GetMedia")
            .WithSummary("A picture or one of its thumbnails.")
            .Produces(200, contentType: "image/webp")
            .ProducesProblem(404)
            .AllowAnonymous();
    }

    private static async Task<Results<Created<MediaView>, ProblemHttpResult>> HandleAsync(
        HttpRequest request,
        ProductsDbContext db,
        MediaStores stores,
        PictureUploads uploads,
        PictureTurns turns,
        IOptions<MediaOptions> options,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken
    )
    {
        if (stores.Current is not { } store)
            return Problems.Problem(503, "products.media_unconfigured", "Set Products__Media__Folder or Products__Media__S3Url first.");
        using var place = await uploads.EnterAsync(cancellationToken);
        if (!place.IsAcquired)
            return Busy();
        if (await Upload.OpenAsync(request, cancellationToken) is not { } upload)
            return Problems.Problem(400, "products.media_no_file", "The form holds no file.");
        if (await ReadAsync(upload.Content, options.Value.Megabytes * 1024 * 1024, cancellationToken) is not { } bytes)
            return Problems.Problem(413, "products.media_too_large", $"A picture is at most {options.Value.Megabytes} MB.");
        if (Pictures.Sniff(bytes) is null)
            return Pictures.IsSvg(bytes)
                ? Problems.Problem(415, "products.media_svg_refused", "SVG can hold scripts; send JPEG, PNG, WebP or GIF.")
                : Problems.Problem(415, "products.media_unknown_type", "Send JPEG, PNG, WebP or GIF.");
        if (Pictures.Look(bytes) is not { } picture)
            return Unreadable();
        IReadOnlyDictionary<int, byte[]>? made;
        using (var turn = await turns.EnterAsync(cancellationToken))
        {
            if (!turn.IsAcquired)
                return Busy();
            made = await Task.Run(() => Pictures.Thumbnails(bytes), cancellationToken);
        }
        if (made is not { } thumbnails)
            return Unreadable();

        var id = Guid.CreateVersion7();
        // The bytes first: a row without them would be a broken picture, bytes without a row are only forgotten.
        await store.PutAsync(Key(id, "original." + picture.Extension), bytes, picture.ContentType, cancellationToken);
        foreach (var (width, small) in thumbnails)
            await store.PutAsync(Key(id, $"{width}.webp"), small, "image/webp", cancellationToken);
        db.Media.Add(
            new()
            {
                Id = id,
                FileName = upload.FileName,
                ContentType = picture.ContentType,
                Bytes = bytes.Length,
                Width = picture.Width,
                Height = picture.Height,
                Actor = caller.UserId(),
            }
        );
        db.Note(caller, "media.uploaded", $"{id}");
        await db.SaveChangesAsync(cancellationToken);
        var url = Url(id, "original." + picture.Extension);
        return TypedResults.Created(
            url,
            new MediaView(
                id,
                url,
                thumbnails.Keys.Order().ToDictionary(w => w, w => Url(id, $"{w}.webp")),
                picture.ContentType,
                picture.Width,
                picture.Height
            )
        );
    }

    private static async Task<Results<FileStreamHttpResult, StatusCodeHttpResult, ProblemHttpResult>> GetAsync(
        Guid id,
        string name,
        HttpContext http,
        MediaStores stores,
        CancellationToken cancellationToken
    )
    {
        // Only names that we have made: nothing of the address reaches a path as it is.
        if (TypeOf(name) is not { } type || stores.Current is not { } store)
            return NotFound();
        var etag = new EntityTagHeaderValue($"\"{id:N}-{name}\"");
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(t => t.Compare(etag, useStrongComparison: false)))
        {
            http.Response.Headers.CacheControl = Forever;
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }
        if (await store.OpenAsync(Key(id, name), cancellationToken) is not { } content)
            return NotFound();
        http.Response.Headers.CacheControl = Forever;
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return TypedResults.Stream(content, type, entityTag: etag);
    }

    private static string? TypeOf(string name) =>
        name switch
        {
            "original.jpeg" => "image/jpeg",
            "original.png" => "image/png",
            "original.webp" => "image/webp",
            "original.gif" => "image/gif",
            _ => Pictures.Widths.Any(w => name == $"{w}.webp") ? "image/webp" : null,
        };

    private static string Key(Guid id, string name) => $"{id:N}/{name}";

    private static string Url(Guid id, string name) => $"/api/v1/products/media/{id:N}/{name}";

    private static ProblemHttpResult NotFound() => Problems.NotFound("products.media_not_found", "There is no such picture.");

    private static ProblemHttpResult Busy() => Problems.Problem(429, "products.media_busy", "Too many pictures at once; try again.");

    private static ProblemHttpResult Unreadable() =>
        Problems.Unprocessable("products.media_unreadable", "The picture can't be read, or has too many pixels.");

    /// <summary>All of it; null when it is larger than it may be.</summary>
    private static async Task<byte[]?> ReadAsync(Stream content, int most, CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await content.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (whole.Length + read > most)
                return null;
            whole.Write(buffer, 0, read);
        }
        return whole.ToArray();
    }
}
