using System.Diagnostics;
using System.Globalization;
using Shop.Products;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>Imports beside a shop that serves: how fast, at what cost for those who read, after a kill, and with broken rows.</summary>
public static class ImportProof
{
    private const double MinRowsPerSecond = 5_000;
    private const double MaxSlowdown = 1.5;
    private const double MaxMegabytes = 300;
    private const double MaxReadP99 = 10;
    private const int Brokens = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>
    /// <c>--products N</c> (100,000, three variants each), <c>--seconds N</c> of each read (10), <c>--binaries FOLDER</c> of a host that is
    /// published already; on the server of SHOP_TEST_POSTGRES when that is set.
    /// </summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("shop-import-").FullName;
        try
        {
            return await BenchProof.OnServerAsync(args, (_, binaries) => RunAsync(args, folder, binaries));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Verdict> RunAsync(string[] args, string folder, string binaries)
    {
        // As it is when nobody sets it: the tests' own hurry is none of an operator's.
        var usual = new ProductsOptions();
        var settings = new Dictionary<string, string>
        {
            ["Products:AnnouncedPerSecond"] = $"{usual.AnnouncedPerSecond}",
            ["Products:ImportedRowsPerSecond"] = $"{usual.ImportedRowsPerSecond}",
        };
        await using var world = await ShopWorld.StartAsync(settings, binaries);
        var products = BenchProof.Number(args, "--products") ?? 100_000;
        var seconds = TimeSpan.FromSeconds(BenchProof.Number(args, "--seconds") ?? 10);
        var checks = new Checks();
        await MustAsync(world, await ImportFile.WriteAsync(Path.Combine(folder, "first.csv"), "first", 2_000));
        var big = await ImportFile.WriteAsync(Path.Combine(folder, "big.csv"), "big", products);
        var figure = await FastAsync(world, big, products, seconds, checks);
        await ResumedAsync(world, folder, Math.Max(5_000, products / 5), checks);
        await BrokenAsync(world, folder, checks);
        var reads = await ReadsAsync(world, seconds, checks);
        return checks.Verdict($"{figure}; {reads}");
    }

    private static async Task<string> FastAsync(ShopWorld world, string file, int products, TimeSpan seconds, Checks checks)
    {
        // What the shop still does for the import before, and what it compiles for its first readers, must not pass for its usual pace.
        await BenchCatalogue.KnownEverywhereAsync(world);
        await ReadAsync(world, "in the warm-up", Task.Delay(seconds));
        // About as long as the import takes: of ten seconds' pages the slowest hundredth is some thirty, and differs by half from one time to the next.
        var alone = await ReadAsync(world, "alone", Task.Delay(4 * seconds));
        var limit = await ReadAsync(world, "beside a thread that counts", CountAsync(4 * seconds));
        var before = Memory(world.Host.Id, "VmRSS");
        await using var import = world.StartCommand("import", "products", file);
        var peak = 0.0;
        var ended = Task.Run(async () =>
        {
            var started = Stopwatch.GetTimestamp();
            while (!import.HasExited && Stopwatch.GetElapsedTime(started) < Patience)
            {
                peak = Math.Max(peak, Memory(import.Id, "VmHWM") + Memory(world.Host.Id, "VmRSS") - before);
                await Task.Delay(100);
            }
        });
        var beside = await ReadAsync(world, "beside the import", ended);
        await ended;
        Console.WriteLine(import.Tail(2));
        var rate = await world.ScalarAsync<double>("select rows / seconds from products.imports where file_name = 'big.csv'");
        checks.Equal("the import ends well", 0, import.ExitCode);
        checks.Equal("products", products, await CountAsync(world, "products", "slug", "big"));
        checks.Equal("variants", products * 3, await CountAsync(world, "variants", "sku", "big"));
        checks.Equal("rows per second at least 5,000", true, $"{rate >= MinRowsPerSecond}");
        checks.Equal("reads beside it: p99 at most 1.5 times", true, $"{beside.P99 <= alone.P99 * MaxSlowdown}");
        checks.Equal("no read fails", 0, alone.Failed + limit.Failed + beside.Failed);
        checks.Equal("memory, of command and shop, under 300 MB", true, $"{peak < MaxMegabytes}");
        return $"{rate:F0} rows/s, {peak:F0} MB more, p99 of reads {alone.P99:F1} ms alone and {beside.P99:F1} ms beside it ({limit.P99:F1} ms beside a thread that counts)";
    }

    private static async Task ResumedAsync(ShopWorld world, string folder, int products, Checks checks)
    {
        var file = await ImportFile.WriteAsync(Path.Combine(folder, "killed.csv"), "killed", products);
        await using (var import = world.StartCommand("import", "products", file))
        {
            await Eventually.IsTrueAsync(
                "a third of it is in",
                async () =>
                    await world.ScalarAsync<long>("select coalesce(max(rows), 0) from products.imports where file_name = 'killed.csv'")
                    >= products,
                TimeSpan.FromMinutes(2)
            );
            await import.KillAsync();
        }
        var done = await CountAsync(world, "products", "slug", "killed");
        checks.Equal("killed in the middle", true, done > 0 && done < products);
        await using var again = world.StartCommand("import", "products", file);
        await again.WaitForExitAsync(TimeSpan.FromMinutes(5));
        checks.Equal("the same command goes on", true, again.Tail(int.MaxValue).Contains("goes on after row", StringComparison.Ordinal));
        checks.Equal("products", products, await CountAsync(world, "products", "slug", "killed"));
        checks.Equal("variants", products * 3, await CountAsync(world, "variants", "sku", "killed"));
        checks.Equal(
            "each was written once",
            products,
            await world.ScalarAsync<long>("select created from products.imports where file_name = 'killed.csv'")
        );
    }

    private static async Task BrokenAsync(ShopWorld world, string folder, Checks checks)
    {
        var file = Path.Combine(folder, "broken.csv");
        var report = Path.Combine(folder, "report.txt");
        var expected = await ImportFile.WriteBrokenAsync(file, "broken", Brokens);
        await using var import = world.StartCommand("import", "products", file, report);
        await import.WaitForExitAsync(TimeSpan.FromMinutes(5));
        var reported = (await File.ReadAllLinesAsync(report)).Select(line => line[..line.LastIndexOf('\t')]).ToHashSet();
        checks.Equal("kinds of broken rows", 20, expected.Select(line => line[line.IndexOf('\t')..]).Distinct().Count());
        checks.Equal("broken rows with line, column and code", Brokens, reported.Count(expected.Contains));
        checks.Equal("nothing else is reported", 0, reported.Count(line => !expected.Contains(line)));
        checks.Equal("the rest is in", Brokens * 9, await CountAsync(world, "products", "slug", "broken-good"));
    }

    private static async Task<string> ReadsAsync(ShopWorld world, TimeSpan seconds, Checks checks)
    {
        (string Name, Func<long, string> Path)[] reads =
        [
            ("product by slug", i => $"/api/v1/products/big-{i % 1_000 + 1}"),
            ("category page", i => $"/api/v1/products?category=shelf-{i % 20}&limit=20"),
        ];
        var table = new Table(("read, 16 clients", 26), ("per second", 10), ("p50 ms", 8), ("p95 ms", 8), ("p99 ms", 8));
        var worst = 0.0;
        foreach (var (name, path) in reads)
        {
            await Load.RunAsync(16, TimeSpan.FromSeconds(3), i => OneAsync(world, path(i)));
            var result = await Load.RunAsync(16, seconds, i => OneAsync(world, path(i)));
            table.Load(name, result);
            worst = Math.Max(worst, result.P99);
            checks.Equal($"{name}: p99 under 10 ms", true, $"{result.P99 < MaxReadP99 && result.Failed == 0}");
        }
        return $"worst read p99 at 16 clients {worst:F1} ms";
    }

    // What it costs a reader that anything else takes as much of a core as the command and its session do, 26 ms in each 49.
    private static Task CountAsync(TimeSpan duration) =>
        Task.Factory.StartNew(
            () =>
            {
                using var over = new CancellationTokenSource(duration);
                while (!over.Token.WaitHandle.WaitOne(23))
                {
                    var turn = Stopwatch.GetTimestamp();
                    while (Stopwatch.GetElapsedTime(turn).TotalMilliseconds < 26) { }
                }
            },
            TaskCreationOptions.LongRunning
        );

    // Eight shoppers who look at a page each 25 ms, give or take 15, and not all at once: a load that leaves the machine room for something else.
    private static async Task<LoadResult> ReadAsync(ShopWorld world, string when, Task done)
    {
        var times = new System.Collections.Concurrent.ConcurrentBag<double>();
        var failed = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(client =>
                    Task.Run(async () =>
                    {
                        var pause = new Random(client);
                        for (var i = client; !done.IsCompleted; i += 8)
                        {
                            var call = Stopwatch.GetTimestamp();
                            if (
                                await OneAsync(
                                    world,
                                    i % 2 == 0 ? "/api/v1/products?category=shelf-1" : $"/api/v1/products/first-{i % 1_000 + 1}"
                                )
                            )
                                times.Add(Stopwatch.GetElapsedTime(call).TotalMilliseconds);
                            else
                                Interlocked.Increment(ref failed);
                            await Task.Delay(pause.Next(10, 41));
                        }
                    })
                )
        );
        var sorted = times.Order().ToArray();
        double At(double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var result = new LoadResult(sorted.Length / elapsed, At(0.5), At(0.95), At(0.99), sorted.Length, failed);
        Console.WriteLine($"reads {when}: {result.PerSecond:F0}/s, p50 {result.P50:F1}, p95 {result.P95:F1}, p99 {result.P99:F1} ms");
        return result;
    }

    private static async Task<bool> OneAsync(ShopWorld world, string path)
    {
        try
        {
            using var answer = await world.Client.GetAsync(path);
            await answer.Content.CopyToAsync(Stream.Null);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static async Task MustAsync(ShopWorld world, string file)
    {
        await using var import = world.StartCommand("import", "products", file);
        await import.WaitForExitAsync(TimeSpan.FromMinutes(2));
        if (import.ExitCode != 0)
            throw new InvalidOperationException($"The import failed: {import.Tail()}");
    }

    private static async Task<long> CountAsync(ShopWorld world, string table, string column, string prefix) =>
        await world.ScalarAsync<long>($"select count(*) from products.{table} where {column} like $1", prefix + "-%");

    private static double Memory(int process, string field)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
            return line is null
                ? 0
                : double.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
                    / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
