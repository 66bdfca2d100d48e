using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Shop.LocalServices.Web;
using static Shop.LocalServices.Web.Page;

namespace Shop.LocalServices.Payments;

/// <summary>What people see of the provider: its payments, and the bank's page where a shopper proves who they are.</summary>
internal sealed class PaymentPages(PaymentLedger ledger, StripeOperations operations, WebhookDispatcher webhooks)
{
    private const int Shown = 200;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", Payments);
        routes.MapGet("/authenticate/{id}", Ask);
        routes.MapPost("/authenticate/{id}/{outcome:regex(^(complete|fail)$)}", Answer);
    }

    private IResult Payments()
    {
        var all = ledger.Intents();
        var rows = all.Reverse()
            .Take(Shown)
            .Select(intent =>
                $"""
                    <tr><td>{DateTimeOffset.FromUnixTimeSeconds(intent.Created):u}</td><td><code>{intent.Id}</code></td>
                    <td class="number">{Money(intent.Amount, intent.Currency)}</td><td>{intent.Status}</td>
                    <td class="number">{Money(intent.Captured, intent.Currency)}</td><td class="number">{Money(
                        intent.Refunded,
                        intent.Currency
                    )}</td>
                    <td>{Safe(intent.PaymentMethod ?? intent.LastError?.DeclineCode ?? intent.LastError?.Code)}</td>
                    <td>{Safe(string.Join(", ", intent.Metadata.Select(m => $"{m.Key}={m.Value}")))}</td></tr>
                    """
            );
        return Html(
            "Payment simulator",
            $"""
            <p>Payments: {all.Count}, at most the last {Shown} of them below. Not a cent of it is real.
            <a href="/admin/ledger">ledger</a> · <a href="/admin/events">events</a> · <a href="/admin/faults">faults</a></p>
            <table><tr><th>created</th><th>id</th><th>amount</th><th>status</th><th>captured</th><th>refunded</th><th>method</th><th>metadata</th></tr>
            {string.Concat(rows)}</table>
            """
        );
    }

    private IResult Ask(HttpContext http, string id)
    {
        var secret = http.Request.Query["client_secret"].ToString();
        if (ledger.Find(id) is not { Status: IntentStatus.RequiresAction } intent || intent.ClientSecret != secret)
            return Html("Your bank", "<p>There is nothing to confirm.</p>", StatusCodes.Status404NotFound);
        var query = "?client_secret=" + Uri.EscapeDataString(secret);
        return Html(
            "Your bank",
            $"""
            <p>Is this purchase of <strong>{Money(intent.Amount, intent.Currency)}</strong> yours?</p>
            <form method="post" action="/authenticate/{intent.Id}/complete{query}"><button>Complete</button></form>
            <form method="post" action="/authenticate/{intent.Id}/fail{query}"><button>Fail</button></form>
            """
        );
    }

    private IResult Answer(HttpContext http, string id, string outcome)
    {
        var secret = http.Request.Query["client_secret"].ToString();
        var passed = outcome == "complete";
        var (change, events) = ledger.Apply(key: null, hash: "", operations.Authenticate(id, secret, passed));
        webhooks.Enqueue(events);
        if (change.Error is { } error)
            return Html("Your bank", $"<p>{Safe(error.Message)}</p>", error.HttpStatus);
        var intent = change.Intent!;
        if (
            intent.ReturnUrl is not { } back
            || !Uri.TryCreate(back, UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https")
        )
            return Html("Your bank", $"<p>{(passed ? "Confirmed" : "Refused")}. You may close this page.</p>");
        return Results.Redirect(
            QueryHelpers.AddQueryString(
                back,
                new Dictionary<string, string?>
                {
                    ["payment_intent"] = intent.Id,
                    ["payment_intent_client_secret"] = intent.ClientSecret,
                    ["redirect_status"] = passed ? "succeeded" : "failed",
                }
            )
        );
    }

    private static string Money(long minor, string currency) =>
        Safe((minor / 100m).ToString("N2", CultureInfo.InvariantCulture) + " " + currency.ToUpperInvariant());
}
