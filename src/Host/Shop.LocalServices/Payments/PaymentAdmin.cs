using System.Text.Json;

namespace Shop.LocalServices.Payments;

/// <summary>What a test or a reconciler asks of the provider beside its API. Open to everybody on this machine.</summary>
internal sealed class PaymentAdmin(PaymentLedger ledger, WebhookDispatcher webhooks, FaultBox faults)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { AllowDuplicateProperties = false };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/admin/ledger", Ledger);
        routes.MapGet("/admin/events", Events);
        routes.MapGet("/admin/faults", () => Results.Json(faults.Plan, Json));
        routes.MapPut("/admin/faults", SetFaultsAsync);
        routes.MapDelete("/admin/faults", ClearFaults);
        routes.MapGet("/admin/webhook", () => Results.Json(new { url = webhooks.Target }, Json));
        routes.MapPut("/admin/webhook", SetWebhookAsync);
    }

    private IResult Ledger() =>
        Results.Json(
            new
            {
                intents = ledger
                    .Intents()
                    .Select(intent => new
                    {
                        intent.Id,
                        intent.Amount,
                        intent.Currency,
                        intent.Status,
                        intent.Capturable,
                        intent.Captured,
                        intent.Refunded,
                        intent.Metadata,
                        intent.Created,
                        intent.Entries,
                    }),
            },
            Json
        );

    private IResult Events(string? intent)
    {
        var unsettled = ledger.Unsettled().Select(e => e.Id).ToHashSet();
        var events = ledger
            .Events()
            .Where(e => intent is null || e.Intent.Id == intent)
            .Select(e => new
            {
                e.Id,
                e.Type,
                e.Created,
                intent = e.Intent.Id,
                settled = !unsettled.Contains(e.Id),
                attempts = webhooks.AttemptsAt(e.Id),
            });
        return Results.Json(new { events }, Json);
    }

    private async Task<IResult> SetFaultsAsync(HttpRequest request)
    {
        if (await ReadAsync<FaultPlan>(request) is not { } plan)
            return Refused(
                """Expected {"requests":[{"on":"create","fault":"timeout-after","count":1}],"webhooks":[{"on":"*","fault":"twice"}]}."""
            );
        faults.Plan = plan;
        return Results.NoContent();
    }

    private IResult ClearFaults()
    {
        faults.Plan = new();
        return Results.NoContent();
    }

    private async Task<IResult> SetWebhookAsync(HttpRequest request)
    {
        if (await ReadAsync<WebhookTarget>(request) is not { Url: { IsAbsoluteUri: true } url })
            return Refused("""Expected {"url":"http://127.0.0.1:5000/…"}.""");
        webhooks.TellTo(url);
        return Results.NoContent();
    }

    private static async Task<T?> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IResult Refused(string message) =>
        Results.Json(new { error = message }, Json, statusCode: StatusCodes.Status400BadRequest);

    private sealed record WebhookTarget(Uri? Url);
}
