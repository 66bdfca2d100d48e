using Shop.LocalServices.Web;

namespace Shop.LocalServices.Mail;

/// <summary>How to run the mail sink.</summary>
/// <param name="Folder">Holds the mails.</param>
public sealed record MailSinkOptions(string Folder)
{
    /// <summary>Where mail is taken. 0: any free port; one that is taken is replaced by the next free one.</summary>
    public int SmtpPort { get; init; }

    /// <summary>Where the pages are; null: no pages.</summary>
    public int? WebPort { get; init; } = 0;

    /// <summary>The oldest mails beyond this many are dropped.</summary>
    public int Keep { get; init; } = 5_000;
}

/// <summary>Takes all mail by SMTP on loopback, sends none of it on, and shows it.</summary>
public sealed class MailSink : IAsyncDisposable
{
    private readonly SmtpListener _smtp;
    private WebApplication? _app;

    private MailSink(SmtpListener smtp) => _smtp = smtp;

    /// <summary>Where it takes mail, on 127.0.0.1.</summary>
    public int SmtpPort => _smtp.Port;

    /// <summary>Its pages and its JSON (<c>/api/mails</c>), if it has any.</summary>
    public Uri? Address { get; private set; }

    /// <summary>Reads the folder and listens.</summary>
    public static async Task<MailSink> StartAsync(MailSinkOptions options, CancellationToken cancellationToken)
    {
        var store = new MailStore(Path.GetFullPath(options.Folder), options.Keep, TimeProvider.System);
        var sink = new MailSink(new(options.SmtpPort, store));
        try
        {
            if (options.WebPort is { } port)
            {
                sink._app = await LoopbackApp.StartAsync(port, new MailSite(store).Map, cancellationToken);
                sink.Address = LoopbackApp.AddressOf(sink._app);
            }
            return sink;
        }
        catch
        {
            await sink.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops listening; mails that were acknowledged stay in the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await _smtp.DisposeAsync();
        if (_app is not null)
            await _app.DisposeAsync();
    }
}
