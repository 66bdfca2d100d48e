using Shop.Host.Commands;
using Shop.Host.Topology;
using Shop.LocalServices;

namespace Shop.Host;

/// <summary>
/// What a laptop lacks and a server has: database, payment provider, mail server. Started for a developer, each unless the configuration
/// names one; never anywhere else.
/// </summary>
public sealed class Surroundings : IAsyncDisposable
{
    private const int PaymentsPort = 5090;
    private const int MailPort = 5091;
    private const int SmtpPort = 5025;

    private Surroundings() { }

    /// <summary>What was started; null outside Development.</summary>
    public RunningServices? Services { get; private init; }

    /// <summary>Where the started services keep their data.</summary>
    public string? Folder { get; private init; }

    /// <summary>Settings that point the host at them, as command-line arguments.</summary>
    public IReadOnlyList<string> Arguments { get; private init; } = [];

    /// <summary>Starts them when the environment is Development: all for the shop, for a command what it needs.</summary>
    public static async Task<Surroundings> StartAsync(string[] args, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(ShopCommands.SettingsOf(args));
        if (ShopApplication.IsDesignTime || !builder.Environment.IsDevelopment() || ShopCommands.NeedsNoDatabase(args))
            return new();
        bool Lacks(string key) => string.IsNullOrWhiteSpace(builder.Configuration[key]);
        var lacksPayments = ShopCommands.AsksProvider(args) && Lacks("Payments:Stripe:SecretKey");
        var lacksMail = ShopCommands.HandlesMessages(args) && Lacks("Notifications:Smtp:Host");
        var joins = ShopCommands.IsCommand(args) || !Placement.Read(builder.Configuration).IsFront;
        // The usual ports are the shop's; a command or an extracted module uses what the running shop has, and else nobody looks at its pages.
        int? Port(bool lacks, int usual) =>
            !lacks ? null
            : joins ? 0
            : usual;
        var folder = Path.Combine(RepositoryRoot(), ".local");
        var services = await RunningServices.StartAsync(
            new LocalServicesOptions(folder)
            {
                Postgres = Lacks("ConnectionStrings:Shop"),
                Join = joins,
                PaymentsPort = Port(lacksPayments, PaymentsPort),
                MailPort = Port(lacksMail, MailPort),
                SmtpPort = Port(lacksMail, SmtpPort),
            },
            cancellationToken
        );
        return new()
        {
            Services = services,
            Folder = folder,
            Arguments = [.. services.Settings.Where(s => Lacks(s.Key)).Select(s => $"--{s.Key}={s.Value}")],
        };
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Services?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The folder that holds Shop.sln, upwards of the working directory or of the binaries; else the working directory.</summary>
    private static string RepositoryRoot()
    {
        foreach (var start in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "Shop.sln")))
                    return folder.FullName;
        return Environment.CurrentDirectory;
    }
}
