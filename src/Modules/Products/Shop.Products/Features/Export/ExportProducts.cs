using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.Products.Data;
using Shop.Products.Domain;

namespace Shop.Products.Features.Export;

/// <summary>
/// GET /api/v1/products/export: products as the import reads them, streamed some hundred at a time in the order of their addresses. What
/// changes meanwhile is in it or not; each product is whole. Whoever has a part of it asks for the rest with <c>after</c>.
/// </summary>
internal static class ExportProductsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/export", HandleAsync)
            .WithName("Products.ExportProducts")
            .WithSummary("All products, or those asked for, as Shopify's CSV or a JSON document a line; an import of it changes nothing.")
            .WithMetadata(new DisableRequestTimeoutAttribute())
            .Produces(200, contentType: "text/csv")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> HandleAsync(
        ProductsDbContext db,
        CancellationToken cancellationToken,
        string format = "csv",
        string? status = null,
        string? category = null,
        string? vendor = null,
        string? q = null,
        [Description("Address of the last product that has arrived whole: what follows it, without the line of headers.")]
            string? after = null
    )
    {
        if (format is not ("csv" or "ndjson"))
            return Problems.Problem(400, "products.export_unknown_format", "Say ?format=csv or ?format=ndjson.");
        if (!ProductFilter.IsStatus(status) || status == "deleted")
            return Problems.Problem(400, "products.unknown_status", "A status is draft, scheduled or published.");
        if (after is not null && !Slugs.IsAddress(after))
            return Problems.Problem(400, "products.invalid_slug", "Say after which product: its address, as the export has it.");
        var isCsv = format == "csv";
        var written = await Exports.FormatAsync(db, isCsv, cancellationToken);
        return TypedResults.Stream(WriteAsync, isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson", $"products.{format}");

        async Task WriteAsync(Stream body)
        {
            if (after is null)
                await body.WriteAsync(written.Header(), cancellationToken);
            var filter = new ProductFilter(status, category, vendor, q);
            await foreach (var products in Exports.ReadAsync(db, filter, after ?? "", cancellationToken))
                await body.WriteAsync(written.Write(products), cancellationToken);
        }
    }
}
