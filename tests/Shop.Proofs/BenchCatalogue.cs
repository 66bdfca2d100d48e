using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.LocalServices.Catalogue;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>The demo catalogue, imported as an operator would.</summary>
public static class BenchCatalogue
{
    private static readonly TimeSpan ImportLimit = TimeSpan.FromMinutes(30);

    /// <summary>Imports so many products through the host's own command and waits until carts and search know them.</summary>
    public static async Task ImportAsync(ShopWorld world, int products)
    {
        var file = Path.GetTempFileName();
        await using (var writer = new StreamWriter(file))
            await DemoCatalogue.WriteAsync(writer, products);
        var import = await world.RunCommandAsync(ImportLimit, "import", "products", file);
        File.Delete(file);
        if (import.ExitCode != 0)
            throw new InvalidOperationException($"The import failed: {import.Output}");
        Console.WriteLine(import.Output);
        await KnownEverywhereAsync(world);
    }

    /// <summary>Waits until carts and search know what was imported.</summary>
    public static Task KnownEverywhereAsync(ShopWorld world) =>
        Eventually.IsTrueAsync("the catalogue is known everywhere", async () => await UnhandledAsync(world) == 0, ImportLimit);

    /// <summary>Slugs of the first products.</summary>
    public static async Task<List<string>> SlugsAsync(ShopWorld world, int count)
    {
        var slugs = new List<string>();
        string? cursor = null;
        do
        {
            var page = await world.Client.GetFromJsonAsync<JsonNode>(
                $"/api/v1/products?limit=100{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}"
            );
            slugs.AddRange(page!["items"]!.AsArray().Select(item => item!["slug"]!.ToString()));
            cursor = page["nextCursor"]?.ToString();
        } while (cursor is not null && slugs.Count < count);
        return slugs;
    }

    /// <summary>A SKU of each of the first products, with plenty in stock.</summary>
    public static async Task<List<string>> SkusAsync(ShopWorld world, int count)
    {
        var skus = new List<string>();
        foreach (var slug in (await SlugsAsync(world, count)).Take(count))
        {
            var product = await world.Client.GetFromJsonAsync<JsonNode>($"/api/v1/products/{slug}");
            skus.Add(product!["variants"]![0]!["sku"]!.ToString());
        }
        var staff = await Staff.SignInAsync(world.Client);
        foreach (var sku in skus)
            await staff.AdjustAsync(sku, 1_000_000);
        return skus;
    }

    private static async Task<long> UnhandledAsync(ShopWorld world)
    {
        await using var database = Npgsql.NpgsqlDataSource.Create(world.ConnectionString);
        await using var command = database.CreateCommand(
            """
            select (select count(*) from products.announcements) + (select count(*) from products.openings)
                 + (select count(*) from wolverine.wolverine_incoming_envelopes where status <> 'Handled')
                 + (select count(*) from wolverine.wolverine_outgoing_envelopes)
            """
        );
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
