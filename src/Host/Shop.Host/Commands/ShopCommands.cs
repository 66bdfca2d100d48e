using JasperFx;
using Shop.Host.Api;
using Shop.Host.Messaging;
using Shop.Host.Migrations;
using Shop.Host.Topology;
using Shop.Host.Traffic;
using Shop.Payments;
using Shop.Products;
using Wolverine.Persistence.Durability;

namespace Shop.Host.Commands;

/// <summary>What <c>Shop.Host</c> does besides serving: one word, then its arguments. Exit code 0 done, 1 found something wrong, 2 called wrongly.</summary>
public static class ShopCommands
{
    private const string Usage = """
        Shop.Host                                   serve the shop
        Shop.Host migrate                           bring the database up to date
        Shop.Host import products FILE [REPORT]     read Shopify's product CSV, or NDJSON; goes on where it broke off
        Shop.Host export products FILE              write them all as CSV, or NDJSON; goes on where it broke off
        Shop.Host deadletters list                  messages that no retry could save
        Shop.Host deadletters replay [ID ...]       put them back into their queues, all or these
        Shop.Host reconcile                         check the books against the payment provider
        Shop.Host describe                          where each module runs, and what goes where
        Shop.Host traffic                           where the traffic of moving modules goes
        Shop.Host traffic MODULE SHARE              move it: local, remote, or a percentage
        Shop.Host advise [--json] [--url=URL --token=TOKEN]
                                                    which modules to move out, if any; URL is the running shop's
        Shop.Host openapi                           print the API's description
        Shop.Host codegen write                     write the message handlers' generated code
        """;

    /// <summary>True when the arguments name a command; options alone serve the shop.</summary>
    public static bool IsCommand(string[] args) => args.Length > 0 && !args[0].StartsWith('-');

    /// <summary>The words that name a command and what it is about.</summary>
    public static string[] WordsOf(string[] args) => [.. args.TakeWhile(a => !a.StartsWith("--", StringComparison.Ordinal))];

    /// <summary>
    /// What is behind the words: settings. A file's path begins like a setting, and would take the next one for its value; so would
    /// <c>--json</c>, which has none.
    /// </summary>
    public static string[] SettingsOf(string[] args) => [.. args[WordsOf(args).Length..].Where(a => a != AdviseCommand.Json)];

    /// <summary>True for commands that only look at what was built.</summary>
    public static bool NeedsNoDatabase(string[] args) => args is [OpenApiCommand.Name or Describe.Name or "codegen", ..];

    /// <summary>True where messages come of it: of the shop that serves, and of a command that causes some. It needs all of a shop's settings.</summary>
    public static bool HandlesMessages(string[] args) => !IsCommand(args) || args is ["import", ..];

    /// <summary>True for what asks the payment provider.</summary>
    public static bool AsksProvider(string[] args) => HandlesMessages(args) || args is ["reconcile", ..];

    /// <summary>False for what no command is called like; nothing should be started for it.</summary>
    public static bool IsUnderstood(string[] args) =>
        !IsCommand(args)
        || WordsOf(args)
            is ["migrate"]
                or ["import", "products", _]
                or ["import", "products", _, _]
                or ["export", "products", _]
                or ["deadletters", "list"]
                or ["deadletters", "replay", ..]
                or ["reconcile"]
                or [OpenApiCommand.Name]
                or [Describe.Name]
                or [TrafficCommand.Name]
                or [TrafficCommand.Name, _, _]
                or [AdviseCommand.Name]
                or ["codegen", ..];

    /// <summary>Tells how commands are called.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ExplainAsync()
    {
        await Console.Error.WriteLineAsync(Usage);
        return 2;
    }

    /// <summary>Runs the command on a host that is built and not started.</summary>
    public static async Task<int> RunAsync(WebApplication app, string[] args)
    {
        var cancellation = app.Lifetime.ApplicationStopping;
        switch (WordsOf(args))
        {
            case ["migrate"]:
                await app.Services.GetRequiredService<Migrator>().MigrateAsync(cancellation);
                return 0;
            case ["import", "products", var file, .. var report]:
                return await ImportProductsAsync(app, file, report.FirstOrDefault(), cancellation);
            case ["export", "products", var file]:
                return await ExportProductsAsync(app, file, cancellation);
            case ["deadletters", "list"]:
                return await DeadLetters.ListAsync(Store(app), Console.Out, cancellation);
            case ["deadletters", "replay", .. var ids]:
                return await DeadLetters.ReplayAsync(Store(app), ids, Console.Out, cancellation);
            case ["reconcile"]:
                return await Reconcile.RunAsync(
                    app.Configuration.GetConnectionString("Shop")!,
                    token => PaymentsModule.ListAtProviderAsync(app.Services, token),
                    TimeSpan.FromSeconds(app.Configuration.GetValue("settle", 0)),
                    Console.Out,
                    cancellation
                );
            case [OpenApiCommand.Name]:
                return await OpenApiCommand.RunAsync(app);
            case [Describe.Name]:
                return Describe.Run(
                    app.Services.GetRequiredService<Placement>(),
                    app.Services.GetRequiredService<ModuleTransport>(),
                    Console.Out
                );
            case [TrafficCommand.Name]:
                return await TrafficCommand.ListAsync(app.Services.GetRequiredService<TrafficStore>(), Console.Out, cancellation);
            case [TrafficCommand.Name, var module, var share]:
                return await TrafficCommand.MoveAsync(app, module, share, Console.Out, cancellation);
            case [AdviseCommand.Name]:
                return await AdviseCommand.RunAsync(app, args.Contains(AdviseCommand.Json), Console.Out, cancellation);
            case ["codegen", ..]:
                return await app.RunJasperFxCommands(args);
            default:
                return await ExplainAsync();
        }
    }

    private static IMessageStore Store(WebApplication app) => app.Services.GetRequiredService<IMessageStore>();

    private static async Task<int> ImportProductsAsync(WebApplication app, string file, string? reportFile, CancellationToken cancellation)
    {
        if (!File.Exists(file))
        {
            await Console.Error.WriteLineAsync($"There is no file {file}.");
            return 2;
        }
        Priority.Lower();
        await using var report = reportFile is null ? Console.Error : new StreamWriter(reportFile);
        var summary = await ProductsModule.ImportFileAsync(app.Services, file, report, Console.Out, cancellation);
        Console.WriteLine(summary);
        return summary.Completed ? 0 : 1;
    }

    private static async Task<int> ExportProductsAsync(WebApplication app, string file, CancellationToken cancellation)
    {
        Priority.Lower();
        try
        {
            Console.WriteLine($"Exported {await ProductsModule.ExportFileAsync(app.Services, file, Console.Out, cancellation)} products.");
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{file} can't be written: {e.Message}");
            return 2;
        }
    }
}
