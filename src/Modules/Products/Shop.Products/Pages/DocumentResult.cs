using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Shop.Products.Pages;

/// <summary>Sends a finished body, or 304 to whoever has it.</summary>
/// <typeparam name="T">What the JSON holds, for the API's description.</typeparam>
public sealed class DocumentResult<T>(Document document) : IResult, IEndpointMetadataProvider
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (document.ETag is { } etag)
        {
            response.Headers.ETag = etag;
            if (
                httpContext.Request.Headers.IfNoneMatch is { Count: > 0 } known
                && known.ToString().Contains(etag, StringComparison.Ordinal)
            )
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = document.Body.Length;
        return response.Body.WriteAsync(document.Body, httpContext.RequestAborted).AsTask();
    }

    /// <inheritdoc />
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
}
