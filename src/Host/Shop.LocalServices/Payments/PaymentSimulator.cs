using Shop.LocalServices.Web;

namespace Shop.LocalServices.Payments;

/// <summary>How to run the payment simulator.</summary>
/// <param name="LedgerFile">Its memory; one simulator per file.</param>
public sealed record PaymentSimulatorOptions(string LedgerFile)
{
    /// <summary>0: any free one. A port that is taken is replaced by the next free one.</summary>
    public int Port { get; init; }

    /// <summary>What clients must show.</summary>
    public string SecretKey { get; init; } = PaymentSimulator.DefaultSecretKey;

    /// <summary>What events are signed with.</summary>
    public string WebhookSecret { get; init; } = PaymentSimulator.DefaultWebhookSecret;

    /// <summary>Where events are told; null: they wait until <see cref="PaymentSimulator.TellTo" />.</summary>
    public Uri? WebhookUrl { get; init; }

    /// <summary>What goes wrong from the start.</summary>
    public FaultPlan Faults { get; init; } = new();

    /// <summary>The provider's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>A payment provider on loopback that speaks Stripe's wire format, keeps a ledger of its own, and fails on demand.</summary>
public sealed class PaymentSimulator : IAsyncDisposable
{
    /// <summary>Known to everybody, so a production host must refuse it.</summary>
    public const string DefaultSecretKey = "sk_test_shop_local";

    /// <summary>Known to everybody, so a production host must refuse it.</summary>
    public const string DefaultWebhookSecret = "whsec_shop_local";

    private readonly PaymentLedger _ledger;
    private readonly WebhookDispatcher _webhooks;
    private readonly FaultBox _faults;
    private WebApplication? _app;

    private PaymentSimulator(PaymentSimulatorOptions options)
    {
        _ledger = new(Path.GetFullPath(options.LedgerFile), options.Clock);
        _faults = new(options.Faults);
        _webhooks = new(_ledger, _faults, options.Clock, options.WebhookSecret);
    }

    /// <summary>Where it listens; Stripe.net takes it as its API base without the last slash.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What goes wrong; setting it starts all counts anew.</summary>
    public FaultPlan Faults
    {
        get => _faults.Plan;
        set => _faults.Plan = value;
    }

    /// <summary>Opens the ledger and listens.</summary>
    public static async Task<PaymentSimulator> StartAsync(PaymentSimulatorOptions options, CancellationToken cancellationToken)
    {
        var simulator = new PaymentSimulator(options);
        try
        {
            await simulator.ListenAsync(options, cancellationToken);
            return simulator;
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>Events are told to this address from now on, those that waited too.</summary>
    public void TellTo(Uri webhookUrl) => _webhooks.TellTo(webhookUrl);

    /// <summary>Stops listening and telling, then closes the ledger.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        await _webhooks.DisposeAsync();
        _ledger.Dispose();
    }

    private async Task ListenAsync(PaymentSimulatorOptions options, CancellationToken cancellationToken)
    {
        var operations = new StripeOperations(_ledger, options.Clock, () => Address);
        _app = await LoopbackApp.StartAsync(
            options.Port,
            app =>
            {
                new StripeApi(_ledger, operations, _webhooks, _faults, options.SecretKey).Map(app);
                new PaymentPages(_ledger, operations, _webhooks).Map(app);
                new PaymentAdmin(_ledger, _webhooks, _faults).Map(app);
            },
            cancellationToken
        );
        Address = LoopbackApp.AddressOf(_app);
        if (options.WebhookUrl is { } url)
            TellTo(url);
    }
}
