using System.Text;
using System.Text.Json.Nodes;

namespace Shop.LocalServices.Payments;

/// <summary>The provider's routes: who may call, what was answered before, and whom to tell.</summary>
internal sealed class StripeApi(
    PaymentLedger ledger,
    StripeOperations operations,
    WebhookDispatcher webhooks,
    FaultBox faults,
    string secretKey
)
{
    private const string Intents = "/v1/payment_intents";
    private const string Refunds = "/v1/refunds";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Intents, http => WriteAsync(http, "create", (request, _) => operations.Create(request)));
        routes.MapPost(Intents + "/{id}/confirm", http => WriteAsync(http, "confirm", operations.Confirm));
        routes.MapPost(Intents + "/{id}/capture", http => WriteAsync(http, "capture", operations.Capture));
        routes.MapPost(Intents + "/{id}/cancel", http => WriteAsync(http, "cancel", operations.Cancel));
        routes.MapPost(Refunds, http => WriteAsync(http, "refund", (request, _) => operations.Refund(request)));
        routes.MapGet(
            Intents,
            http =>
                ReadAsync(
                    http,
                    "list",
                    (request, _) => List(operations.List(request), Intents, i => StripeJson.Of(i, request.ExpandsCharge))
                )
        );
        routes.MapGet(
            Refunds,
            http => ReadAsync(http, "list", (request, _) => List(operations.ListRefunds(request), Refunds, StripeJson.Of))
        );
        routes.MapGet(Intents + "/{id}", http => ReadAsync(http, "retrieve", Intent));
        routes.MapGet(Refunds + "/{id}", http => ReadAsync(http, "retrieve", Refund));
    }

    private Task WriteAsync(HttpContext http, string operation, Func<StripeRequest, string, Decision> decide) =>
        GuardAsync(
            http,
            operation,
            async (request, rule) =>
            {
                var (replay, refusal) = ledger.Begin(request.IdempotencyKey, request.Hash);
                if (refusal is not null)
                    throw new StripeRefusal(refusal);
                if (replay is not null)
                    return Answer.Of(replay.Change, request.ExpandsCharge, replayed: true);
                try
                {
                    await FaultyWire.BeSlowAsync(rule);
                    var decision = Spoil(decide(request, IdIn(http)), rule);
                    var (change, events) = ledger.Apply(request.IdempotencyKey, request.Hash, decision);
                    webhooks.Enqueue(events);
                    return Answer.Of(change, request.ExpandsCharge);
                }
                finally
                {
                    ledger.Release(request.IdempotencyKey);
                }
            }
        );

    private Task ReadAsync(HttpContext http, string operation, Func<StripeRequest, string, JsonObject> read) =>
        GuardAsync(
            http,
            operation,
            async (request, rule) =>
            {
                await FaultyWire.BeSlowAsync(rule);
                return rule?.Fault is RequestFault.ServerError or RequestFault.ServerErrorAfter
                    ? throw new StripeRefusal(StripeError.Server(StatusCodes.Status500InternalServerError))
                    : new(StatusCodes.Status200OK, read(request, IdIn(http)));
            }
        );

    private Task GuardAsync(HttpContext http, string operation, Func<StripeRequest, FaultRule<RequestFault>?, Task<Answer>> work)
    {
        var rule = faults.Strike(operation);
        return FaultyWire.AnswerAsync(
            http,
            rule,
            async () =>
                IsAuthorized(http.Request)
                    ? await work(await StripeRequest.ReadAsync(http.Request), rule)
                    : throw new StripeRefusal(StripeError.Unauthorized)
        );
    }

    // These two are kept under the key like any other outcome, which is what makes them nasty.
    private static Decision Spoil(Decision decision, FaultRule<RequestFault>? rule) =>
        rule?.Fault switch
        {
            RequestFault.ServerError => _ => Change.Refused(StripeError.Server(StatusCodes.Status500InternalServerError)),
            RequestFault.ServerErrorAfter => find =>
                decision(find) with
                {
                    Error = StripeError.Server(StatusCodes.Status500InternalServerError),
                },
            _ => decision,
        };

    private JsonObject Intent(StripeRequest request, string id) =>
        ledger.Find(id) is { } intent
            ? StripeJson.Of(intent, request.ExpandsCharge)
            : throw new StripeRefusal(StripeError.Missing("payment_intent", id));

    private JsonObject Refund(StripeRequest request, string id) =>
        ledger.Refunds().FirstOrDefault(refund => refund.Id == id) is { } refund
            ? StripeJson.Of(refund)
            : throw new StripeRefusal(StripeError.Missing("refund", id));

    private static JsonObject List<T>((IReadOnlyList<T> Items, bool HasMore) page, string url, Func<T, JsonObject> json) =>
        StripeJson.List(url, page.Items.Select(json), page.HasMore);

    private static string IdIn(HttpContext http) => (string?)http.Request.RouteValues["id"] ?? "";

    private bool IsAuthorized(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.Ordinal))
            return header["Bearer ".Length..] == secretKey;
        if (!header.StartsWith("Basic ", StringComparison.Ordinal))
            return false;
        Span<byte> plain = stackalloc byte[header.Length];
        return Convert.TryFromBase64String(header["Basic ".Length..], plain, out var length)
            && Encoding.UTF8.GetString(plain[..length]) == secretKey + ":";
    }
}
