using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.Storefront.Catalogue;
using Shop.Storefront.Pages;

namespace Shop.Storefront;

/// <summary>The shop window: pages over the public API, and nothing the API doesn't show everybody.</summary>
public static class ShopStorefront
{
    /// <summary>Where the mails of a laptop's shop can be read; the page links there when it is set.</summary>
    public const string MailboxKey = "Storefront:MailboxUrl";

    // Nothing inline, nothing from elsewhere but product pictures.
    private const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self' https: data:; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

    /// <summary>Registers the pages and their client of the API.</summary>
    public static IServiceCollection AddShopStorefront(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddSingleton<OwnAddress>();
        services.AddHttpClient<CatalogueClient>(client => client.Timeout = CatalogueClient.Deadline);
        return services;
    }

    /// <summary>Maps / and its style sheet.</summary>
    public static void MapShopStorefront(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/", HomeAsync)
            .WithName("Storefront.Home")
            .WithTags("Storefront")
            .WithSummary("The shop window.")
            .AllowAnonymous()
            .ExcludeFromDescription();
        routes
            .MapGet(StyleSheet.Route, StyleSheet.Answer)
            .WithName("Storefront.StyleSheet")
            .WithTags("Storefront")
            .WithSummary("The shop window's style sheet.")
            .AllowAnonymous()
            .ExcludeFromDescription();
    }

    private static async Task<RazorComponentResult<HomePage>> HomeAsync(
        string? q,
        string? category,
        string? cursor,
        CatalogueClient catalogue,
        IConfiguration configuration,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var shelf = await catalogue.FindAsync(q, category, cursor, cancellationToken);
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.CacheControl = "no-cache";
        return new(
            new
            {
                Query = q,
                Category = category,
                Shelf = shelf,
                MailboxUrl = configuration[MailboxKey],
            }
        )
        {
            StatusCode = shelf is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK,
        };
    }
}
