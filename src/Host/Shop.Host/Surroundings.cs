using System.Net;
using System.Net.Sockets;
using Shop.LocalServices;

namespace Shop.Host;

/// <summary>
/// What a laptop lacks and a server has: database, payment provider, mail server. Started for a developer who configured nothing; never
/// anywhere else.
/// </summary>
public sealed class Surroundings : IAsyncDisposable
{
    private const int PaymentsPort = 5090;
    private const int MailPort = 5091;
    private const int SmtpPort = 5025;

    private Surroundings() { }

    /// <summary>What was started; null when the configuration names its own database.</summary>
    public RunningServices? Services { get; private init; }

    /// <summary>Where the started services keep their data.</summary>
    public string? Folder { get; private init; }

    /// <summary>Settings that point the host at them, as command-line arguments.</summary>
    public IReadOnlyList<string> Arguments { get; private init; } = [];

    /// <summary>Starts them when the environment is Development and no database is named; commands get the database alone.</summary>
    public static async Task<Surroundings> StartAsync(string[] args, bool serving)
    {
        var builder = WebApplication.CreateBuilder(args);
        if (
            ShopApplication.IsDesignTime
            || !builder.Environment.IsDevelopment()
            || builder.Configuration.GetConnectionString("Shop") is not null
        )
            return new();
        var folder = Path.Combine(RepositoryRoot(), ".local");
        var services = await RunningServices.StartAsync(
            new LocalServicesOptions(folder)
            {
                Postgres = true,
                PaymentsPort = serving || !IsTaken(PaymentsPort) ? PaymentsPort : null,
                MailPort = serving ? MailPort : null,
                SmtpPort = serving ? SmtpPort : null,
            },
            CancellationToken.None
        );
        return new()
        {
            Services = services,
            Folder = folder,
            Arguments = [.. services.Settings.Select(s => $"--{s.Key}={s.Value}")],
        };
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Services?.DisposeAsync() ?? ValueTask.CompletedTask;

    // A running shop has the payment simulator already: reconcile asks that one.
    private static bool IsTaken(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

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
