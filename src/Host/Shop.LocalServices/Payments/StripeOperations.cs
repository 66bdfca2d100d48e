using System.Globalization;

namespace Shop.LocalServices.Payments;

/// <summary>Sees the payments as they are, by id, and says what becomes of one.</summary>
internal delegate Change Decision(Func<string, Intent?> find);

/// <summary>What each route of the provider does.</summary>
internal sealed class StripeOperations(PaymentLedger ledger, TimeProvider clock, Func<Uri> self)
{
    private const int DefaultLimit = 10;
    private const int MostAtOnce = 100;

    public Decision Create(StripeRequest request)
    {
        var currency = request.RequiredText("currency").ToLowerInvariant();
        if (currency.Length != 3)
            throw new StripeRefusal(StripeError.Invalid($"Invalid currency: {currency}.", "parameter_invalid", "currency"));
        var amount = request.Amount("amount");
        if (amount is null)
            request.RequiredText("amount");
        var method = request.Text("payment_method");
        var id = PaymentLedger.NewId("pi_");
        var intent = new Intent
        {
            Id = id,
            Amount = amount!.Value,
            Currency = currency,
            Status = method is null ? IntentStatus.RequiresPaymentMethod : IntentStatus.RequiresConfirmation,
            ManualCapture = request.Text("capture_method") is "manual",
            Created = clock.GetUtcNow().ToUnixTimeSeconds(),
            ClientSecret = PaymentLedger.NewId(id + "_secret_"),
            ApiVersion = request.ApiVersion,
            PaymentMethod = method,
            ReturnUrl = request.Text("return_url"),
            Description = request.Text("description"),
            ReceiptEmail = request.Text("receipt_email"),
            Metadata = request.Metadata(),
        };
        return _ =>
        {
            if (!request.Flag("confirm"))
                return new() { Intent = intent, Events = ["payment_intent.created"] };
            var change = Charge(intent);
            // A refusal that isn't the bank's leaves no payment behind.
            return change.Error is { HttpStatus: not 402 }
                ? change with
                {
                    Intent = null,
                }
                : change with
                {
                    Events = ["payment_intent.created", .. change.Events],
                };
        };
    }

    public Decision Confirm(StripeRequest request, string id) =>
        With(
            id,
            intent =>
                Charge(
                    intent with
                    {
                        PaymentMethod = request.Text("payment_method") ?? intent.PaymentMethod,
                        ReturnUrl = request.Text("return_url") ?? intent.ReturnUrl,
                    }
                )
        );

    public Decision Capture(StripeRequest request, string id)
    {
        var amount = request.Amount("amount_to_capture");
        return With(id, intent => IntentMachine.Capture(intent, amount, clock.GetUtcNow()));
    }

    public Decision Cancel(StripeRequest request, string id) =>
        With(id, intent => IntentMachine.Cancel(intent, request.Text("cancellation_reason"), clock.GetUtcNow()));

    public Decision Refund(StripeRequest request)
    {
        var id = request.RequiredText("payment_intent");
        var amount = request.Amount("amount");
        var metadata = request.Metadata();
        return With(
            id,
            intent => IntentMachine.Refund(intent, PaymentLedger.NewId("re_"), amount, request.Text("reason"), metadata, clock.GetUtcNow())
        );
    }

    public Decision Authenticate(string id, string clientSecret, bool passed) =>
        With(
            id,
            intent =>
                intent.ClientSecret == clientSecret
                    ? IntentMachine.Authenticate(intent, passed, PaymentLedger.NewId("ch_"), clock.GetUtcNow())
                    : Change.Refused(StripeError.Missing("payment_intent", id))
        );

    /// <summary>A page of payments, newest first.</summary>
    public (IReadOnlyList<Intent> Items, bool HasMore) List(StripeRequest request)
    {
        var (from, to) = CreatedRange(request);
        return Page(request, ledger.Intents(), intent => intent.Id, intent => intent.Created >= from && intent.Created <= to);
    }

    /// <summary>A page of refunds, newest first.</summary>
    public (IReadOnlyList<Refund> Items, bool HasMore) ListRefunds(StripeRequest request)
    {
        var (from, to) = CreatedRange(request);
        var of = request.Text("payment_intent");
        return Page(
            request,
            ledger.Refunds(),
            refund => refund.Id,
            refund => refund.Created >= from && refund.Created <= to && (of is null || refund.Intent == of)
        );
    }

    private Change Charge(Intent intent) => IntentMachine.Confirm(intent, PaymentLedger.NewId("ch_"), ActionUrl(intent), clock.GetUtcNow());

    private string ActionUrl(Intent intent) => new Uri(self(), $"/authenticate/{intent.Id}?client_secret={intent.ClientSecret}").ToString();

    private static Decision With(string id, Func<Intent, Change> change) =>
        find => find(id) is { } intent ? change(intent) : Change.Refused(StripeError.Missing("payment_intent", id));

    private static (IReadOnlyList<T>, bool) Page<T>(
        StripeRequest request,
        IReadOnlyList<T> oldestFirst,
        Func<T, string> id,
        Func<T, bool> matches
    )
    {
        var limit = (int)Math.Clamp(request.Integer("limit") ?? DefaultLimit, 1, MostAtOnce);
        var items = oldestFirst.Reverse();
        if (request.Text("starting_after") is { } after)
        {
            items = items.SkipWhile(item => id(item) != after).Skip(1);
            if (oldestFirst.All(item => id(item) != after))
                throw new StripeRefusal(StripeError.Invalid($"No such object: '{after}'", "resource_missing", "starting_after"));
        }
        List<T> page = [.. items.Where(matches).Take(limit + 1)];
        return page.Count > limit ? (page[..limit], true) : (page, false);
    }

    private static (long From, long To) CreatedRange(StripeRequest request)
    {
        if (request.Text("created") is { } exact && long.TryParse(exact, CultureInfo.InvariantCulture, out var at))
            return (at, at);
        var from = request.Integer("created[gte]") ?? request.Integer("created[gt]") + 1 ?? 0;
        var to = request.Integer("created[lte]") ?? request.Integer("created[lt]") - 1 ?? long.MaxValue;
        return (from, to);
    }
}
