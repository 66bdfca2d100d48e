using Shop.LocalServices.Payments;
using Stripe;

namespace Shop.LocalServices.Tests.Payments;

/// <summary>A simulator of its own on a free port, and the real client pointed at it.</summary>
public sealed class Provider : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private PaymentSimulator _simulator = null!;

    public PaymentSimulator Simulator => _simulator;

    public StripeClient Client { get; private set; } = null!;

    public PaymentIntentService Intents => new(Client);

    /// <summary>Gives up after a second.</summary>
    public PaymentIntentService Impatient { get; private set; } = null!;

    public RefundService Refunds => new(Client);

    public HttpClient Http { get; private set; } = null!;

    public static async Task<Provider> StartAsync(FaultPlan? faults = null, Uri? webhookUrl = null)
    {
        var provider = new Provider();
        await provider.ListenAsync(new(provider._folder.At("ledger.jsonl")) { Faults = faults ?? new(), WebhookUrl = webhookUrl });
        return provider;
    }

    /// <summary>The same ledger in a new simulator, as after a kill: nothing is closed in an orderly way that matters.</summary>
    public async Task RestartAsync()
    {
        await _simulator.DisposeAsync();
        await ListenAsync(new(_folder.At("ledger.jsonl")));
    }

    public Task<PaymentIntent> AuthorizeAsync(string card = "pm_card_visa", long amount = 4_999, string? key = null) =>
        Intents.CreateAsync(Purchase(card, amount), new() { IdempotencyKey = key }, TestContext.Current.CancellationToken);

    public static PaymentIntentCreateOptions Purchase(string card, long amount = 4_999) =>
        new()
        {
            Amount = amount,
            Currency = "eur",
            CaptureMethod = "manual",
            Confirm = true,
            PaymentMethod = card,
            ReturnUrl = "http://127.0.0.1/checkouts/1",
            Metadata = new() { ["checkout"] = "c-1" },
        };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _simulator.DisposeAsync();
        _folder.Dispose();
    }

    private async Task ListenAsync(PaymentSimulatorOptions options)
    {
        _simulator = await PaymentSimulator.StartAsync(options, TestContext.Current.CancellationToken);
        Http = new() { BaseAddress = _simulator.Address };
        Client = ClientWith(TimeSpan.FromSeconds(30));
        Impatient = new(ClientWith(TimeSpan.FromSeconds(1)));
    }

    // No retries of the client's own: a test sees each answer.
    private StripeClient ClientWith(TimeSpan patience) =>
        new(
            PaymentSimulator.DefaultSecretKey,
            httpClient: new SystemNetHttpClient(new HttpClient { Timeout = patience }, maxNetworkRetries: 0),
            apiBase: _simulator.Address.GetLeftPart(UriPartial.Authority)
        );
}
