using System.Diagnostics;

namespace Shop.Host.Api;

/// <summary>Sees to it that every problem has a stable code and the trace's id.</summary>
internal static class ProblemCodes
{
    /// <summary>An exception reached the edge: a bug or broken infrastructure.</summary>
    public const string Unexpected = "shop.unexpected";

    /// <summary>The body is no JSON, or none that this endpoint takes.</summary>
    public const string MalformedJson = "shop.malformed_json";

    /// <summary>Said of a request that no endpoint has seen.</summary>
    public const string Unbound = "A value in the path, the query or the headers is missing or not of its type.";

    public static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var status = problem.Status ?? context.HttpContext.Response.StatusCode;
        problem.Extensions.TryAdd("code", OfStatus(status));
        // The binders refuse a value of another type with the bare status where it could have been left out.
        if (status == StatusCodes.Status400BadRequest)
            problem.Detail ??= Unbound;
        // Whoever is told to come back is told when.
        if (status == StatusCodes.Status503ServiceUnavailable && context.HttpContext.Response.Headers.RetryAfter.Count == 0)
            context.HttpContext.Response.Headers.RetryAfter = "1";
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToHexString() ?? context.HttpContext.TraceIdentifier;
    }

    /// <summary>The code of an answer that carries none of its own.</summary>
    public static string OfStatus(int status) =>
        status switch
        {
            400 => "shop.bad_request",
            401 => "shop.unauthenticated",
            403 => "shop.forbidden",
            404 => "shop.no_such_route",
            405 => "shop.method_not_allowed",
            406 => "shop.not_acceptable",
            408 => "shop.request_too_slow",
            411 => "shop.length_required",
            413 => "shop.body_too_large",
            415 => "shop.unsupported_media_type",
            429 => "shop.too_many_requests",
            431 => "shop.headers_too_large",
            503 => "shop.unavailable",
            504 => "shop.timed_out",
            _ => status < 500 ? "shop.refused" : Unexpected,
        };
}
