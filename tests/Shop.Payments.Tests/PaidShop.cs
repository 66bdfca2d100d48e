using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks.Contracts;
using Shop.LocalServices.Payments;
using Shop.Payments.Contracts;
using Shop.Payments.Provider;

namespace Shop.Payments.Tests;

/// <summary>The shop with a payment provider of its own, which tells it what happens.</summary>
public class PaidShop : ShopFixture
{
    private const string Webhooks = "/api/v1/payments/webhooks/stripe";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("shop-payments-");
    private HttpClient _admin = null!;

    public static readonly Money Price = new(1999, "EUR");

    /// <summary>The provider.</summary>
    public PaymentSimulator Provider { get; private set; } = null!;

    /// <inheritdoc />
    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>
        {
            ["Payments:Stripe:ApiBase"] = Provider.Address.GetLeftPart(UriPartial.Authority),
            ["Payments:Stripe:SecretKey"] = PaymentSimulator.DefaultSecretKey,
            ["Payments:Stripe:WebhookSecret"] = PaymentSimulator.DefaultWebhookSecret,
            ["Payments:Stripe:ReturnUrl"] = "http://shop.test/return",
            // How long an unanswered call may still be at work; the simulator's are over at once.
            ["Payments:ProviderDelay"] = "00:00:02",
        };

    /// <inheritdoc />
    public override async ValueTask InitializeAsync()
    {
        var options = new PaymentSimulatorOptions(Path.Combine(_folder.FullName, "ledger.jsonl"));
        Provider = await PaymentSimulator.StartAsync(options, TestContext.Current.CancellationToken);
        _admin = new HttpClient { BaseAddress = Provider.Address };
        await base.InitializeAsync();
        Provider.TellTo(new Uri(Client.BaseAddress!, Webhooks));
        await WarmUpAsync();
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _admin.Dispose();
        await Provider.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    // The first message of a kind compiles its handler. Twenty first messages at once would all wait for the compiler, each on a thread.
    private async Task WarmUpAsync()
    {
        var payment = NewPayment();
        foreach (var message in new object[] { payment, new CapturePayment(payment.PaymentId), new VoidPayment(payment.PaymentId) })
        {
            var heard = Heard.Of(payment.PaymentId).Count;
            await PublishAsync(message);
            await Eventually.IsTrueAsync(
                "the first payment is answered",
                () => Task.FromResult(Heard.Of(payment.PaymentId).Count > heard),
                TimeSpan.FromMinutes(2)
            );
        }
    }

    /// <summary>An order to pay that nobody has seen before.</summary>
    public static AuthorizePayment NewPayment(string method = "pm_card_visa")
    {
        var id = Guid.CreateVersion7();
        return new(id, id, Price, method);
    }

    /// <summary>A payment whose money is set aside.</summary>
    public async Task<Guid> AuthorizedAsync()
    {
        var payment = NewPayment();
        await PublishAsync(payment);
        await Heard.SoonAsync<PaymentAuthorized>(payment.PaymentId);
        return payment.PaymentId;
    }

    /// <summary>A payment whose money is taken.</summary>
    public async Task<Guid> CapturedAsync()
    {
        var id = await AuthorizedAsync();
        await PublishAsync(new CapturePayment(id));
        await Heard.SoonAsync<PaymentCaptured>(id);
        return id;
    }

    /// <summary>
    /// Lets the provider go wrong from here on. Payments that go well come first: with enough of them the breaker stays closed, and what
    /// went wrong in the test before has no part in this one.
    /// </summary>
    public async Task MakeFaultyAsync(params (string On, RequestFault Fault, int Count)[] rules)
    {
        Provider.Faults = new();
        foreach (var payment in Enumerable.Range(0, 12).Select(_ => NewPayment()).ToArray())
            await Eventually.IsTrueAsync(
                "the breaker is closed",
                async () =>
                {
                    var again = payment with { PaymentId = Guid.CreateVersion7() };
                    await PublishAsync(again);
                    await Eventually.IsTrueAsync("an answer", () => Task.FromResult(Heard.Of(again.PaymentId).Count > 0));
                    return Heard.Of(again.PaymentId)[0] is PaymentAuthorized;
                }
            );
        // Silent webhooks, so that nothing but asking helps.
        Provider.Faults = new()
        {
            Requests = [.. rules.Select(r => new FaultRule<RequestFault>(r.On, r.Fault) { Count = r.Count })],
            Webhooks = [new("*", WebhookFault.Never)],
        };
    }

    /// <summary>The row's state.</summary>
    public Task<string?> StateAsync(Guid id) => ScalarAsync<string>("select state from payments.attempts where id = $1", id);

    /// <summary>Waits for the row's state.</summary>
    public Task StateIsAsync(Guid id, string state) =>
        Eventually.IsTrueAsync($"{id} is {state}", async () => await StateAsync(id) == state);

    /// <summary>Waits until nothing is left to find out or do.</summary>
    public Task SettledAsync(Guid id) =>
        Eventually.IsTrueAsync(
            $"{id} is settled",
            () => ScalarAsync<bool>("select resolve_after is null from payments.attempts where id = $1", id)
        );

    /// <summary>What the provider's own books say of a payment.</summary>
    public async Task<IReadOnlyList<ProviderEntry>> AtProviderAsync(Guid id)
    {
        var ledger = await _admin.GetFromJsonAsync<JsonObject>("/admin/ledger");
        return
        [
            .. ledger!["intents"]!
                .AsArray()
                .Where(i => i!["metadata"]?["payment_id"]?.ToString() == id.ToString())
                .Select(i => new ProviderEntry(
                    i!["id"]!.ToString(),
                    i["status"]!.ToString(),
                    i["captured"]!.GetValue<long>(),
                    i["refunded"]!.GetValue<long>(),
                    [.. i["entries"]!.AsArray().Select(e => e!["operation"]!.ToString())]
                )),
        ];
    }

    /// <summary>Debits less credits of what the provider holds for the shop, for one payment.</summary>
    public Task<decimal> BalanceAsync(Guid id) =>
        ScalarAsync<decimal>(
            "select coalesce(sum(debit_minor - credit_minor), 0) from payments.ledger_entries where payment_id = $1 and account = 'provider'",
            id
        );

    /// <summary>The payer goes to the bank's page and answers.</summary>
    public async Task AtTheBankAsync(string actionUrl, bool passes)
    {
        var url = new UriBuilder(actionUrl);
        url.Path += passes ? "/complete" : "/fail";
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var answer = await client.PostAsync(url.Uri, null);
        ((int)answer.StatusCode).ShouldBe(302);
    }

    /// <summary>Sends an event as the provider does.</summary>
    public async Task<HttpResponseMessage> TellAsync(string body, string? secret = null, DateTimeOffset? at = null)
    {
        var time = (at ?? TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var signature = StripeSignature.Sign(Encoding.UTF8.GetBytes(body), time, secret ?? PaymentSimulator.DefaultWebhookSecret);
        using var request = new HttpRequestMessage(HttpMethod.Post, Webhooks) { Content = new StringContent(body) };
        request.Headers.TryAddWithoutValidation(StripeSignature.Header, $"t={time},v1={signature}");
        return await Client.SendAsync(request);
    }

    /// <summary>Writes an attempt down as a process left it that died, or that got no answer.</summary>
    /// <param name="id">The payment, and what it pays for.</param>
    /// <param name="state">Where it stands.</param>
    /// <param name="goal">What is wanted of it.</param>
    /// <param name="isDue">Whether the resolver looks at it now; otherwise it leaves it alone.</param>
    public Task LeaveBehindAsync(Guid id, string state, string goal = "authorize", bool isDue = false) =>
        ScalarAsync<int>(
            """
            insert into payments.attempts (id, reference, amount_minor, currency, payment_method, state, goal, quarantined, uncertain,
              calls, spent_keys, resolve_tries, resolve_after, created_at, updated_at, version)
            values ($1, $1, 1999, 'EUR', 'pm_card_visa', $2, $3, false, $2 = 'unknown', 0, 0, 0, case when $4 then now() end, now(), now(), 0)
            """,
            id,
            state,
            goal,
            isDue
        );

    /// <summary>An event about a payment.</summary>
    public static string Event(string type, string status, Guid id, string intentId, long amount = 1999, string? eventId = null) =>
        new JsonObject
        {
            ["id"] = eventId ?? $"evt_{Guid.CreateVersion7():N}",
            ["object"] = "event",
            ["type"] = $"payment_intent.{type}",
            ["data"] = new JsonObject
            {
                ["object"] = new JsonObject
                {
                    ["id"] = intentId,
                    ["object"] = "payment_intent",
                    ["status"] = status,
                    ["amount"] = amount,
                    ["amount_capturable"] = status == "requires_capture" ? amount : 0,
                    ["amount_received"] = status == "succeeded" ? amount : 0,
                    ["currency"] = "eur",
                    ["metadata"] = new JsonObject { ["payment_id"] = id.ToString(), ["reference"] = id.ToString() },
                },
            },
        }.ToJsonString();
}

/// <summary>A payment in the provider's books.</summary>
public sealed record ProviderEntry(string Id, string Status, long Captured, long Refunded, IReadOnlyList<string> Operations);
