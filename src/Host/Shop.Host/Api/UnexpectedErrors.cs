using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Shop.BuildingBlocks.Messaging;
using Shop.Host.Messaging;

namespace Shop.Host.Api;

/// <summary>Turns what was thrown into problem+json, without a word about the inside.</summary>
internal sealed class UnexpectedErrors(IProblemDetailsService problems, ILogger<UnexpectedErrors> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        // The caller has left; there is nobody to answer.
        if (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
            return true;
        var problem = exception switch
        {
            BadHttpRequestException bad => Describe(bad),
            // What reads forms says so of one that ends early, or isn't made as its type says.
            IOException or InvalidDataException when exception.Source == "Microsoft.AspNetCore.WebUtilities" => Problem(
                400,
                ProblemCodes.OfStatus(400),
                "The form can't be read."
            ),
            _ when ShopBus.IsTransient(exception) => Busy(exception),
            ModuleUnavailableException => Refused(exception, 503, "A part of the shop that this needs is away for a moment. Try again."),
            TimeoutException => Refused(exception, 504, "A part of the shop that this needs took too long to answer."),
            _ => Unexpected(exception),
        };
        context.Response.StatusCode = problem.Status!.Value;
        ShopApi.Guard(context.Response);
        // A caller that accepts no JSON gets the bare status.
        await problems.TryWriteAsync(new() { HttpContext = context, ProblemDetails = problem });
        return true;
    }

    // A lock or a connection that was not to be had in time: the next try may well go through.
    private ProblemDetails Busy(Exception exception) => Refused(exception, 503, "The shop is busy; send the request again.");

    private ProblemDetails Refused(Exception exception, int status, string detail)
    {
        log.LogWarning(exception, "A request could not be answered in time");
        return Problem(status, ProblemCodes.OfStatus(status), detail);
    }

    private ProblemDetails Unexpected(Exception exception)
    {
        log.LogError(exception, "Unexpected error");
        return Problem(500, ProblemCodes.Unexpected, "Something went wrong on our side. The trace id helps us find it.");
    }

    private static ProblemDetails Describe(BadHttpRequestException bad) =>
        bad switch
        {
            { InnerException: JsonException json } => Problem(400, ProblemCodes.MalformedJson, Where(json)),
            { StatusCode: 400 } => Problem(400, ProblemCodes.OfStatus(400), ProblemCodes.Unbound),
            _ => Problem(bad.StatusCode, ProblemCodes.OfStatus(bad.StatusCode), "The request can't be read."),
        };

    // The exception's own message names CLR types; the place is enough to find the fault.
    private static string Where(JsonException json) =>
        json.Path is { Length: > 0 and <= 200 } path
            ? $"The body is not the JSON expected here, at {path}: malformed, unknown, repeated or of a wrong type."
            : "The body is not the JSON expected here.";

    private static ProblemDetails Problem(int status, string code, string detail) =>
        new()
        {
            Status = status,
            Detail = detail,
            Extensions = { ["code"] = code },
        };
}
