using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Products.Contracts;
using Shop.Products.Data;
using Shop.Products.Features;
using Shop.Products.Features.Export;
using Shop.Products.Features.Import;
using Shop.Products.Media;
using Shop.Products.Pages;

namespace Shop.Products;

/// <summary>The Products module.</summary>
public sealed class ProductsModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "products";

    /// <inheritdoc />
    public string Name => "Products";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => ["Inventory"];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDbContext<ProductsDbContext>(Schema);
        services
            .AddOptions<ProductsOptions>()
            .Bind(configuration.GetSection(ProductsOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddValidatorsFromAssemblyContaining<ProductsModule>(includeInternalTypes: true);
        services.AddSingleton<ProductReads>();
        services.AddSingleton<ProductPages>();
        services.AddTransient<EditProduct>();
        services
            .AddOptions<MediaOptions>()
            .Bind(configuration.GetSection(MediaOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                media =>
                    media.S3Url is null || (media.S3Bucket is not null && media.S3AccessKey is not null && media.S3SecretKey is not null),
                "Products:Media:S3Url needs S3Bucket, S3AccessKey and S3SecretKey beside it."
            )
            .ValidateOnStart();
        services.AddSingleton<MediaStores>();
        services.AddSingleton<PictureTurns>();
        services.AddSingleton<PictureUploads>();
        services.AddSingleton<ImportRun>();
        services.AddHostedService<ImportWorker>();
        services.AddHostedService<Announcer>();
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var products = routes.MapGroup("/api/v1/products").WithTags(Name);
        ListProductsEndpoint.Map(products);
        ListAllProductsEndpoint.Map(products);
        ListCategoriesEndpoint.Map(products);
        WriteCategoryEndpoint.Map(products);
        ListCollectionsEndpoint.Map(products);
        WriteCollectionEndpoint.Map(products);
        WriteAttributeEndpoint.Map(products);
        GetProductEndpoint.Map(products);
        CreateProductEndpoint.Map(products);
        UpdateProductEndpoint.Map(products);
        PublishProductEndpoint.Map(products);
        UnpublishProductEndpoint.Map(products);
        DeleteProductEndpoint.Map(products);
        ChangeSlugEndpoint.Map(products);
        BulkEditEndpoint.Map(products);
        ExportProductsEndpoint.Map(products);
        UploadMediaEndpoint.Map(products);
        StartImportEndpoint.Map(products);
        WatchImportEndpoint.Map(products);
    }

    /// <summary>How many products there are, whatever their status.</summary>
    public static async Task<int> CountAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ProductsDbContext>().Products.CountAsync(cancellationToken);
    }

    /// <summary>
    /// Imports products from a stream in Shopify's CSV format, with its old or its new headers. What follows for other modules is told by
    /// the shop that serves.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="csv">UTF-8; read once, from where it stands.</param>
    /// <param name="report">Gets a line <c>line N, column, code, text</c>, parted by tabs, for each refused row.</param>
    /// <param name="cancellationToken">Ends it after the batch at hand is undone; what was imported before stays.</param>
    public static Task<ImportSummary> ImportAsync(
        IServiceProvider services,
        Stream csv,
        TextWriter report,
        CancellationToken cancellationToken
    ) => ActivatorUtilities.CreateInstance<ImportCommand>(services).RunAsync(csv, report, cancellationToken);

    /// <summary>
    /// Imports a file, CSV or, when its name ends with <c>.ndjson</c>, a JSON document a line; goes on where an import of the same content
    /// broke off.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="file">Its path.</param>
    /// <param name="report">Gets a line for each refused row.</param>
    /// <param name="progress">Gets a line now and then.</param>
    /// <param name="cancellationToken">Ends it after the batch at hand is undone; the same file goes on from there.</param>
    public static Task<ImportSummary> ImportFileAsync(
        IServiceProvider services,
        string file,
        TextWriter report,
        TextWriter progress,
        CancellationToken cancellationToken
    ) => ActivatorUtilities.CreateInstance<ImportCommand>(services).RunFileAsync(file, report, progress, cancellationToken);

    /// <summary>
    /// Exports all products into a file, CSV or, when its name ends with <c>.ndjson</c>, a JSON document a line; goes on where an export into
    /// it broke off.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="file">Its path; until it is whole it is called like this and <c>.part</c>.</param>
    /// <param name="progress">Gets a line now and then.</param>
    /// <param name="cancellationToken">Ends it; the same call goes on.</param>
    /// <returns>How many products are in it.</returns>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static Task<long> ExportFileAsync(
        IServiceProvider services,
        string file,
        TextWriter progress,
        CancellationToken cancellationToken
    ) => ActivatorUtilities.CreateInstance<ExportCommand>(services).RunAsync(file, progress, cancellationToken);
}
