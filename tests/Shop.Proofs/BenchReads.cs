using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>Reads beside a bare endpoint that returns the same bytes.</summary>
public static class BenchReads
{
    private const double MaxP99 = 50;
    private const double MinShareOfBare = 0.5;

    /// <summary>16 clients; each read for so long, its bare peer right before it.</summary>
    public static async Task<Verdict> RunAsync(ShopWorld world, TimeSpan duration)
    {
        var list = (await world.Client.GetFromJsonAsync<JsonNode>("/api/v1/products?limit=20"))!;
        var slugs = await BenchCatalogue.SlugsAsync(world, 1_000);
        var cursor = Uri.EscapeDataString(list["nextCursor"]!.ToString());
        (string Name, Func<long, string> Path)[] reads =
        [
            ("list page", i => i % 2 == 0 ? "/api/v1/products?limit=20" : $"/api/v1/products?limit=20&cursor={cursor}"),
            ("product by slug", i => $"/api/v1/products/{slugs[(int)(i % slugs.Count)]}"),
            ("search", i => $"/api/v1/search?q={slugs[(int)(i % slugs.Count)].Split('-')[0]}"),
        ];
        var table = new Table(("read, 16 clients", 26), ("per second", 10), ("p50 ms", 8), ("p95 ms", 8), ("p99 ms", 8), ("of bare", 8));
        var (holds, worst, least) = (true, 0.0, double.MaxValue);
        foreach (var (name, path) in reads)
        {
            var bare = name == "search" ? null : await BareAsync(world, path(1), duration);
            var shop = await GetAsync(world.Client, path, duration);
            var share = bare is null ? double.NaN : shop.PerSecond / bare.PerSecond;
            table.Load(name, shop, bare is null ? "" : $"{share:P0}");
            if (bare is not null)
                table.Load("  bare endpoint", bare, "");
            holds &= shop.Failed == 0 && shop.P99 < MaxP99 && !(share < MinShareOfBare);
            (worst, least) = (Math.Max(worst, shop.P99), double.IsNaN(share) ? least : Math.Min(share, least));
        }
        return new Verdict(holds, $"worst read p99 {worst:F1} ms, least share of bare {least:P0}");
    }

    /// <summary>A process that answers with the bytes the shop answers with at this path, under the same load.</summary>
    internal static async Task<LoadResult> BareAsync(ShopWorld world, string path, TimeSpan duration)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, await world.Client.GetByteArrayAsync(path));
        var port = ChildProcess.FreePort();
        var arguments = new[] { "bare-endpoint", port.ToString(CultureInfo.InvariantCulture), file };
        await using var process = ChildProcess.Start("Shop.Proofs", file + ".log", arguments, new Dictionary<string, string?>());
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Eventually.IsTrueAsync("the bare endpoint answers", async () => await AnswersAsync(client));
        return await GetAsync(client, _ => path, duration);
    }

    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>16 clients, warmed up.</summary>
    internal static async Task<LoadResult> GetAsync(HttpClient client, Func<long, string> path, TimeSpan duration)
    {
        await Load.RunAsync(16, TimeSpan.FromSeconds(5), CallAsync);
        return await Load.RunAsync(16, duration, CallAsync);

        async Task<bool> CallAsync(long number)
        {
            using var answer = await client.GetAsync(path(number));
            await answer.Content.CopyToAsync(Stream.Null);
            return answer.IsSuccessStatusCode;
        }
    }
}
