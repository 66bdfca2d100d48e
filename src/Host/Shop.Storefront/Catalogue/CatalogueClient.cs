using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;

namespace Shop.Storefront.Catalogue;

/// <summary>A product as lists show it.</summary>
public sealed record ProductCard(
    string Slug,
    string Title,
    string? Vendor,
    string? Category,
    string? ImageUrl,
    Money? PriceFrom,
    bool Available
);

/// <summary>Asks the public API for products. When it can't answer in time, the page says so instead of failing.</summary>
internal sealed partial class CatalogueClient(HttpClient http, OwnAddress own, ILogger<CatalogueClient> log)
{
    /// <summary>A shopper waits no longer for a page.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private const string PageSize = "24";

    /// <summary>A page of products, searched when there is something to search for; null when the API gave no answer.</summary>
    public async Task<Page<ProductCard>?> FindAsync(string? query, string? category, string? cursor, CancellationToken cancellationToken)
    {
        if (own.Find() is not { } address)
            return null;
        var parameters = new QueryBuilder { { "limit", PageSize } };
        Add("q", query);
        Add("category", category);
        Add("cursor", cursor);
        var path = string.IsNullOrWhiteSpace(query) ? "/api/v1/products" : "/api/v1/search";
        try
        {
            return await http.GetFromJsonAsync<Page<ProductCard>>(new Uri(address, path + parameters), cancellationToken);
        }
        // It answered: there is no such page of products.
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.BadRequest)
        {
            return new([], null);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            if (!cancellationToken.IsCancellationRequested)
                LogNoAnswer(e.GetType().Name);
            return null;
        }

        void Add(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
                parameters.Add(name, value);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The catalogue gave no answer: {Reason}")]
    private partial void LogNoAnswer(string reason);
}
