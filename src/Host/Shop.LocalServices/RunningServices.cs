using Shop.LocalServices.Mail;
using Shop.LocalServices.Payments;
using Shop.LocalServices.Postgres;

namespace Shop.LocalServices;

/// <summary>The services that run on this machine for one host, and the settings that point the host at them.</summary>
public sealed class RunningServices : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _started = new();
    private readonly Dictionary<string, string> _settings = [];

    private RunningServices() { }

    /// <summary>PostgreSQL, when it was asked for.</summary>
    public LocalPostgres? Postgres { get; private set; }

    /// <summary>The payment simulator, when it was asked for and runs in this process.</summary>
    public PaymentSimulator? Payments { get; private set; }

    /// <summary>The mail sink, when it was asked for and runs in this process.</summary>
    public MailSink? Mail { get; private set; }

    /// <summary>Configuration keys and values, e.g. <c>ConnectionStrings:Shop</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings => _settings;

    /// <summary>Starts what the options ask for; if one service can't start, those before it are stopped.</summary>
    public static async Task<RunningServices> StartAsync(LocalServicesOptions options, CancellationToken cancellationToken)
    {
        var services = new RunningServices();
        try
        {
            await services.StartAllAsync(options with { Folder = Path.GetFullPath(options.Folder) }, cancellationToken);
            return services;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops them, the last started first. Stop the host before.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var service))
            await service.DisposeAsync();
    }

    private async Task StartAllAsync(LocalServicesOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Folder);
        foreach (var (key, value) in DemoSettings.Common(options.Folder))
            _settings[key] = value;
        if (options.Postgres)
        {
            var folder = Path.Combine(options.Folder, "postgres");
            Postgres = Keep(await LocalPostgres.StartAsync(new(folder) { Durable = options.Durable }, cancellationToken));
            _settings["ConnectionStrings:Shop"] = Postgres.ConnectionString;
        }
        await StartWebAsync(options, cancellationToken);
    }

    private async Task StartWebAsync(LocalServicesOptions options, CancellationToken cancellationToken)
    {
        var settings = (options.Join ? Whereabouts.Find(options.Folder) : null) ?? [];
        if (options.PaymentsPort is { } paymentsPort && !settings.ContainsKey(DemoSettings.PaymentsAddress))
        {
            var payments = new PaymentSimulatorOptions(Path.Combine(options.Folder, "payments", "ledger.jsonl"))
            {
                Port = paymentsPort,
                WebhookUrl = options.WebhookUrl,
                Faults = options.Faults,
            };
            Payments = Keep(await PaymentSimulator.StartAsync(payments, cancellationToken));
            DemoSettings.AddPayments(settings, Payments.Address);
        }
        if (options.SmtpPort is { } smtpPort && !settings.ContainsKey(DemoSettings.MailServer))
        {
            var mail = new MailSinkOptions(Path.Combine(options.Folder, "mails")) { SmtpPort = smtpPort, WebPort = options.MailPort };
            Mail = Keep(await MailSink.StartAsync(mail, cancellationToken));
            DemoSettings.AddMail(settings, Mail.SmtpPort);
            if (Mail.Address is { } pages)
                settings["Storefront:MailboxUrl"] = pages.ToString();
        }
        foreach (var (key, value) in settings)
            _settings[key] = value;
        if (!options.Join && settings.Count > 0 && Whereabouts.Write(options.Folder, settings) is { } written)
            Keep(written);
    }

    private T Keep<T>(T service)
        where T : IAsyncDisposable
    {
        _started.Push(service);
        return service;
    }
}
