using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.BuildingBlocks;

/// <summary>One thing wrong with one field of a request.</summary>
/// <param name="Field">JSON name of the field, such as <c>lines[0].quantity</c>.</param>
/// <param name="Code">Stable code, such as <c>required</c>.</param>
/// <param name="Message">For people.</param>
public sealed record FieldError(string Field, string Code, string Message);

/// <summary>Expected failures, as problem+json (RFC 9457) with a stable <c>code</c>.</summary>
public static class Problems
{
    /// <summary>A failure of any status.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code"><c>&lt;module&gt;.&lt;reason&gt;</c>; never changes.</param>
    /// <param name="detail">For people; no internals.</param>
    /// <param name="extensions">Further members of the document.</param>
    public static ProblemHttpResult Problem(
        int status,
        string code,
        string detail,
        IEnumerable<KeyValuePair<string, object?>>? extensions = null
    ) => TypedResults.Problem(detail, statusCode: status, extensions: [new("code", code), .. extensions ?? []]);

    /// <summary>404: no such thing, or not for this caller.</summary>
    public static ProblemHttpResult NotFound(string code, string detail) => Problem(404, code, detail);

    /// <summary>409: the state of the thing is against it.</summary>
    public static ProblemHttpResult Conflict(string code, string detail, IEnumerable<KeyValuePair<string, object?>>? extensions = null) =>
        Problem(409, code, detail, extensions);

    /// <summary>422: well formed, but against a rule.</summary>
    public static ProblemHttpResult Unprocessable(
        string code,
        string detail,
        IEnumerable<KeyValuePair<string, object?>>? extensions = null
    ) => Problem(422, code, detail, extensions);

    /// <summary>Validates the argument of type <typeparamref name="T"/> before the endpoint runs; answers 400 <c>shop.invalid_request</c> with <c>errors[]</c>.</summary>
    public static RouteHandlerBuilder Validate<T>(this RouteHandlerBuilder endpoint)
        where T : class =>
        endpoint
            .AddEndpointFilter(
                async (context, next) =>
                {
                    var validator = context.HttpContext.RequestServices.GetRequiredService<IValidator<T>>();
                    var request = context.Arguments.OfType<T>().Single();
                    var result = await validator.ValidateAsync(request, context.HttpContext.RequestAborted);
                    if (result.IsValid)
                        return await next(context);
                    var errors = result.Errors.Select(e => new FieldError(JsonPath(e.PropertyName), e.ErrorCode, e.ErrorMessage)).ToArray();
                    return Problem(400, "shop.invalid_request", "The request is not valid; see errors.", [new("errors", errors)]);
                }
            )
            .ProducesProblem(400);

    private static string JsonPath(string propertyPath) =>
        string.Join('.', propertyPath.Split('.').Select(part => char.ToLowerInvariant(part[0]) + part[1..]));
}
