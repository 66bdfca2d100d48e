using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>Reads beside a bare endpoint that returns the same bytes, checkouts beside the same rows in one transaction, start and memory.</summary>
public static class BenchProof
{
    private const double MaxReadP99 = 50;
    private const double MaxIdleMegabytes = 250;
    private const double MaxStartSeconds = 3;
    private const double MinShareOfBare = 0.5;

    /// <summary><c>--products N</c> (10,000), <c>--seconds N</c> for each load (10).</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        var products = Option(args, "--products", 10_000);
        var duration = TimeSpan.FromSeconds(Option(args, "--seconds", 10));
        await using var world = await ShopWorld.StartAsync();
        var start = await MeasureStartAsync(world);
        var idle = await MeasureIdleAsync(world);
        await BenchCatalogue.ImportAsync(world, products);

        var holds = start < MaxStartSeconds && idle < MaxIdleMegabytes;
        Console.WriteLine(
            $"cold start to ready {start:F2} s (bound {MaxStartSeconds:F0}), idle memory {idle:F0} MB (bound {MaxIdleMegabytes:F0})\n"
        );
        holds &= await BenchReadsAsync(world, duration);
        var checkouts = await BenchCheckouts.RunAsync(world, duration);
        var peer = await PgBench.RunAsync(world, duration);
        Console.WriteLine(
            $"\npgbench, a checkout's rows in one transaction, 16 clients: {peer:F0}/s; checkouts are {checkouts.PerSecond / peer:P0} of it"
        );
        var reconcile = await world.RunCommandAsync("reconcile", "--settle=60");
        Console.WriteLine(reconcile.Output);
        holds &= reconcile.ExitCode == 0 && checkouts.Failed == 0;
        return new Verdict(holds, $"{checkouts.PerSecond:F0} checkouts/s at 16 clients, p99 {checkouts.P99:F0} ms");
    }

    private static async Task<double> MeasureStartAsync(ShopWorld world)
    {
        world.Host.Terminate();
        await world.Host.WaitForExitAsync(TimeSpan.FromSeconds(30));
        var started = Stopwatch.GetTimestamp();
        await world.StartHostAsync();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> MeasureIdleAsync(ShopWorld world)
    {
        await world.Client.GetStringAsync("/api/v1/products");
        // Idle is when two readings five seconds apart differ by less than 2 MB.
        for (double last = 0; ; )
        {
            var now = ResidentMegabytes(world.Host.Id);
            if (Math.Abs(now - last) < 2)
                return now;
            last = now;
            await Task.Delay(TimeSpan.FromSeconds(5));
        }
    }

    private static double ResidentMegabytes(int processId) =>
        double.Parse(
            File.ReadLines($"/proc/{processId}/status")
                .Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) / 1024;

    private static async Task<bool> BenchReadsAsync(ShopWorld world, TimeSpan duration)
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
        var holds = true;
        foreach (var (name, path) in reads)
        {
            var bare = name == "search" ? null : await BareAsync(world, path(1), duration);
            var shop = await GetAsync(world.Client, path, duration);
            var share = bare is null ? double.NaN : shop.PerSecond / bare.PerSecond;
            Row(table, name, shop, bare is null ? "" : $"{share:P0}");
            if (bare is not null)
                Row(table, "  bare endpoint", bare, "");
            holds &= shop.Failed == 0 && shop.P99 < MaxReadP99 && !(share < MinShareOfBare);
        }
        return holds;
    }

    private static async Task<LoadResult> BareAsync(ShopWorld world, string path, TimeSpan duration)
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

    private static async Task<LoadResult> GetAsync(HttpClient client, Func<long, string> path, TimeSpan duration)
    {
        await Load.RunAsync(16, TimeSpan.FromSeconds(2), CallAsync);
        return await Load.RunAsync(16, duration, CallAsync);

        async Task<bool> CallAsync(long number)
        {
            using var answer = await client.GetAsync(path(number));
            await answer.Content.CopyToAsync(Stream.Null);
            return answer.IsSuccessStatusCode;
        }
    }

    internal static void Row(Table table, string name, LoadResult result, string note) =>
        table.Row(name, $"{result.PerSecond:F0}", $"{result.P50:F1}", $"{result.P95:F1}", $"{result.P99:F1}", note);

    private static int Option(string[] args, string name, int otherwise) =>
        Array.IndexOf(args, name) is var at and >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
}
