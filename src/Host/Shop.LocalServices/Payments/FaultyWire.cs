using System.Text.Json.Nodes;

namespace Shop.LocalServices.Payments;

/// <summary>An answer of the provider.</summary>
internal sealed record Answer(int Status, JsonObject Body, bool Replayed = false)
{
    public static Answer Of(Change change, bool expandCharge = false, bool replayed = false) =>
        new(change.Error?.HttpStatus ?? StatusCodes.Status200OK, StripeJson.Of(change, expandCharge), replayed);
}

/// <summary>The wire between provider and shop, with what goes wrong on it before and after the provider's work.</summary>
internal static class FaultyWire
{
    private const string Nonsense = "<html><body><h1>502 Bad Gateway</h1></body>";

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(2);

    /// <summary>Lets the provider answer, unless the rule has it otherwise.</summary>
    /// <param name="http">The request.</param>
    /// <param name="rule">What is to go wrong, if anything.</param>
    /// <param name="work">The provider's work; it may refuse.</param>
    public static async Task AnswerAsync(HttpContext http, FaultRule<RequestFault>? rule, Func<Task<Answer>> work)
    {
        switch (rule?.Fault)
        {
            case RequestFault.TimeoutBefore:
                await SayNothingAsync(http, rule);
                return;
            case RequestFault.ResetBefore:
                http.Abort();
                return;
        }
        var answer = await WorkAsync(rule, work);
        switch (rule?.Fault)
        {
            case RequestFault.TimeoutAfter:
                await SayNothingAsync(http, rule);
                return;
            case RequestFault.ResetAfter:
                http.Abort();
                return;
            case RequestFault.Garbage:
                http.Response.ContentType = "text/html";
                await http.Response.WriteAsync(Nonsense);
                return;
        }
        http.Response.StatusCode = answer.Status;
        http.Response.Headers["Request-Id"] = PaymentLedger.NewId("req_");
        if (answer.Replayed)
            http.Response.Headers["Idempotent-Replayed"] = "true";
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.Body.ToJsonString());
    }

    /// <summary>Takes as long as the rule says. A client that gives up meanwhile doesn't stop the provider.</summary>
    public static Task BeSlowAsync(FaultRule<RequestFault>? rule) =>
        rule?.Fault == RequestFault.Slow ? Task.Delay(DelayOf(rule, Slowness)) : Task.CompletedTask;

    private static async Task<Answer> WorkAsync(FaultRule<RequestFault>? rule, Func<Task<Answer>> work)
    {
        try
        {
            return rule?.Fault switch
            {
                RequestFault.Unavailable => throw new StripeRefusal(StripeError.Server(StatusCodes.Status503ServiceUnavailable)),
                RequestFault.TooManyRequests => throw new StripeRefusal(StripeError.TooMany),
                _ => await work(),
            };
        }
        catch (StripeRefusal refusal)
        {
            return Answer.Of(Change.Refused(refusal.Error));
        }
    }

    private static async Task SayNothingAsync(HttpContext http, FaultRule<RequestFault> rule)
    {
        try
        {
            await Task.Delay(DelayOf(rule, Silence), http.RequestAborted);
            http.Abort();
        }
        catch (OperationCanceledException)
        {
            // The client has given up, as was the purpose.
        }
    }

    private static TimeSpan DelayOf(FaultRule<RequestFault> rule, TimeSpan usual) =>
        rule.DelayMs is { } ms ? TimeSpan.FromMilliseconds(ms) : usual;
}
