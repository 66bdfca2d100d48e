using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Scalar.AspNetCore;
using Shop.Host.Topology;

namespace Shop.Host.Api;

/// <summary>What holds for every endpoint: JSON, limits, problems, and the document that describes them.</summary>
public static class ShopApi
{
    /// <summary>Bytes that a body may have unless its route takes more.</summary>
    public const int MaxBody = 64 * Kilobyte;

    private const int Kilobyte = 1024;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Registers JSON options, Kestrel's limits, problem+json, request timeouts and OpenAPI.</summary>
    public static void AddShopApi(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(Limit);
        builder.Services.Configure<JsonOptions>(json => Strict(json.SerializerOptions));
        // A bad request is thrown everywhere, not only in Development, so that one place gives it a code.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = ProblemCodes.Complete);
        builder.Services.AddExceptionHandler<UnexpectedErrors>();
        builder.Services.AddRequestTimeouts(timeouts =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = RequestTimeout, TimeoutStatusCode = 504 }
        );
        builder.Services.AddOpenApi(OpenApiDocument.Name, OpenApiDocument.Describe);
    }

    /// <summary>Adds problem+json to the pipeline; goes before whatever may fail.</summary>
    public static void UseShopApi(this WebApplication app)
    {
        app.Use(
            (context, next) =>
            {
                Guard(context.Response);
                return next(context);
            }
        );
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(RequestText.CheckAsync);
    }

    /// <summary>Adds routing, and the limit that each endpoint's answer has.</summary>
    public static void UseShopRouting(this WebApplication app)
    {
        app.UseRouting();
        app.UseRequestTimeouts();
        app.Use(LetStreamsRun);
    }

    /// <summary>Maps the OpenAPI document at /openapi/v1.json and its reading room at /scalar.</summary>
    public static void MapShopApi(this WebApplication app)
    {
        var isWhole = app.Services.GetRequiredService<Placement>().Hosted.Count == Modules.All.Count;
        (isWhole ? app.MapOpenApi() : app.MapGet(OpenApiDocument.Path, OpenApiDocument.Whole))
            .AllowAnonymous()
            .WithName("Host.OpenApi")
            .WithTags("Host")
            .WithSummary("The API's description.")
            .ExcludeFromDescription();
        // A page of the shop alone: nothing of it asks the makers of the page, or hands them the description.
        app.MapScalarApiReference(scalar =>
                scalar
                    .WithTitle("Shop API")
                    .DisableDefaultFonts()
                    .DisableTelemetry()
                    .DisableAgent()
                    .DisableMcp()
                    .HideDeveloperTools()
                    .HideClientButton()
                    .SortTagsAlphabetically()
            )
            .AllowAnonymous()
            .WithTags("Host")
            .ExcludeFromDescription();
    }

    /// <summary>What every answer tells the browser; whoever clears an answer's headers says it again.</summary>
    internal static void Guard(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBody;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * Kilobyte;
        kestrel.Limits.MaxRequestLineSize = 8 * Kilobyte;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MaxConcurrentConnections = 1000;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 1000;
    }

    private static void Strict(JsonSerializerOptions json)
    {
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.AllowDuplicateProperties = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.MaxDepth = 16;
        json.TypeInfoResolver = json.TypeInfoResolver?.WithAddedModifier(RequestText.Check);
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }

    // An event stream lasts as long as its listener.
    private static Task LetStreamsRun(HttpContext context, RequestDelegate next)
    {
        var produces = context.GetEndpoint()?.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>() ?? [];
        if (produces.Any(p => p.ContentTypes.Contains("text/event-stream")))
            context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        return next(context);
    }
}
