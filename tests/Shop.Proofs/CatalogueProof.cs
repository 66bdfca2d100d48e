using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>A large catalogue: pages, searches, suggestions and carts at 16 clients, then a rebuild of the index while searches go on.</summary>
public static class CatalogueProof
{
    private const double MaxRebuildSeconds = 60;
    private const double MaxRebuildMegabytes = 300;

    /// <summary><c>--products N</c> (100,000), <c>--seconds N</c> for each load (10), <c>--binaries FOLDER</c> of a host that is published already.</summary>
    public static Task<Verdict> ShowAsync(string[] args) => BenchProof.OnServerAsync(args, RunAsync);

    private static async Task<Verdict> RunAsync(string[] args, string binaries)
    {
        await using var world = await ShopWorld.StartAsync(binaries: binaries);
        var duration = TimeSpan.FromSeconds(BenchProof.Number(args, "--seconds") ?? 10);
        var import = Stopwatch.GetTimestamp();
        await BenchCatalogue.ImportAsync(world, BenchProof.Number(args, "--products") ?? 100_000);
        Console.WriteLine($"imported and indexed in {Stopwatch.GetElapsedTime(import).TotalSeconds:F0} s\n");

        var late = await ReadAsync(world, duration);
        var (seconds, megabytes, failed) = await RebuildAsync(world);
        var holds = late.Count == 0 && failed == 0 && seconds < MaxRebuildSeconds && megabytes < MaxRebuildMegabytes;
        return new Verdict(
            holds,
            $"{(late.Count == 0 ? "all in time" : "too slow: " + string.Join(", ", late))}; index rebuilt in {seconds:F0} s, host's memory +{megabytes:F0} MB, {failed} searches failed meanwhile"
        );
    }

    private static async Task<List<string>> ReadAsync(ShopWorld world, TimeSpan duration)
    {
        var slugs = await BenchCatalogue.SlugsAsync(world, 2_000);
        var names = slugs.Select(s => s.Split('-')[0]).Distinct().ToArray();
        var things = slugs.Select(s => string.Join(' ', s.Split('-')[..2])).Distinct().ToArray();
        var (categories, vendors) = await FacetsAsync(world, names[0]);
        (string Name, double? MaxP99, Func<long, string> Path, bool HasBare)[] reads =
        [
            ("product by slug", 10, i => $"/api/v1/products/{At(slugs, i)}", true),
            ("category page", 10, i => $"/api/v1/products?limit=20&category={At(categories, i)}", true),
            // One word that every twenty-fifth product has, all of which are ranked: a figure without a bound.
            ("search, one word", null, i => $"/api/v1/search?q={At(names, i)}", true),
            // Each of the 25 names with one category and one vendor: counts are asked for again within seconds.
            ("search, two facets", 50, i => Faceted(At(names, i), categories[0], vendors[0]), true),
            // Hardly ever the same question twice.
            ("search, two facets, all new", 50, i => Faceted(At(things, i), At(categories, i / 7), At(vendors, i / 3)), false),
            ("suggestions", 20, i => $"/api/v1/search/suggestions?q={Beginning(At(slugs, i), 2 + (int)(i % 6))}", true),
            // As if nobody had typed the same within seconds, when what was suggested is remembered: a figure without a bound.
            ("suggestions, all new", null, i => $"/api/v1/search/suggestions?q={Beginning(At(slugs, i * 7), 3 + (int)(i % 19))}", false),
        ];
        var late = new List<string>();
        var table = new Table(
            ("16 clients", 28),
            ("per second", 10),
            ("p50 ms", 8),
            ("p95 ms", 8),
            ("p99 ms", 8),
            ("bound", 6),
            ("of bare", 8)
        );
        foreach (var (name, maxP99, path, hasBare) in reads)
        {
            var bare = hasBare ? await BenchReads.BareAsync(world, path(1), duration) : null;
            Add(name, maxP99, await BenchReads.GetAsync(world.Client, path, duration), bare);
        }
        Add("add to cart", 25, await AddToCartsAsync(world, duration), null);
        Add("200 lines, 10 promotions", 5, await BenchPricing.RunAsync(TimeSpan.FromSeconds(5)), null);
        var adds = await PgBench.RunAsync(world, await SameAddAsync(world), duration);
        Console.WriteLine($"\npgbench, the reads of a line that goes into a cart and a plainer write: {adds:F0} per second");
        var same = await PgBench.RunAsync(world, await SameQueryAsync(world, names, categories[0], vendors[0]), duration);
        Console.WriteLine($"pgbench, the hits of a search by two facets, without the look for codes: {same:F0} per second\n");
        return late;

        void Add(string name, double? maxP99, LoadResult load, LoadResult? bare)
        {
            table.Load(name, load, $"{maxP99:F0}", bare is null ? "" : $"{load.PerSecond / bare.PerSecond:P0}");
            if (load.Failed > 0 || load.P99 >= maxP99)
                late.Add($"{name} p99 {load.P99:F1} ms{(load.Failed > 0 ? $", {load.Failed} failed" : "")}");
        }
    }

    /// <summary>What the search by two facets asks for its hits, for pgbench, without the words of the answer.</summary>
    private static async Task<string> SameQueryAsync(ShopWorld world, string[] names, string category, string vendor)
    {
        await using var database = NpgsqlDataSource.Create(world.ConnectionString);
        var (categoryId, vendorId) = (await IdAsync("category", category), await IdAsync("vendor", vendor));
        return $"""
            \set n random(1, {names.Length})
            with query as materialized (
              select websearch_to_tsquery('search.english', name) as words, array[upper(name)] as codes
              from (select (array['{string.Join("','", names)}'])[:n] as name) as names),
            scored as materialized (
              select product_id, ((0.01 + ts_rank(head, (select words from query))) * (1 + ln(1 + sold) / 10) * 1000000)::bigint
                                 + case when codes @> (select codes from query) then {1L << 60} else 0 end as key
              from search.items
              where document @@ (select words from query) and facets && '{categoryId}'::bigint[] and facets && '{vendorId}'::bigint[]),
            best as (select * from scored order by key desc, product_id desc limit 21)
            select i.product_id, i.slug, i.title, i.category, i.image_url, i.price_minor, i.price_currency, i.in_stock, best.key
            from best join search.items i using (product_id) order by best.key desc, product_id desc;
            """;

        async Task<string> IdAsync(string facet, string value)
        {
            await using var command = database.CreateCommand(
                "select array[id]::text from search.facet_values where facet = $1 and value = $2"
            );
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = facet });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
            return (string)(await command.ExecuteScalarAsync())!;
        }
    }

    /// <summary>The reads of a line that goes into a cart, and a write without the check of the version, for pgbench, in carts that <see cref="AddToCartsAsync"/> filled.</summary>
    private static async Task<string> SameAddAsync(ShopWorld world)
    {
        await world.ExecuteAsync(
            """
            drop schema if exists bench cascade;
            create schema bench;
            create table bench.lines as
              select row_number() over () as n, c.id, c.token_hash, l.sku from carts.lines l join carts.carts c on c.id = l.cart_id;
            alter table bench.lines add primary key (n);
            """
        );
        var lines = await world.ScalarAsync<long>("select count(*) from bench.lines");
        return $"""
            \set n random(1, {lines})
            select id, token_hash as hash, sku from bench.lines where n = :n \gset
            select c.*, r.version, o.* from carts.carts c cross join carts.rules_version r
              left join carts.offers o on o.sku = :sku and o.currency = c.currency where c.id = :id and c.token_hash = :hash;
            select * from carts.lines where cart_id = :id;
            with changed as (update carts.carts set version = version + 1 where id = :id returning id)
            update carts.lines l set quantity = l.quantity % 90 + 1 from changed where l.cart_id = changed.id and l.sku = :sku;
            """;
    }

    private static string Faceted(string words, string category, string vendor) =>
        $"/api/v1/search?facets=true&q={Uri.EscapeDataString(words)}&category={Uri.EscapeDataString(category)}&vendor={Uri.EscapeDataString(vendor)}";

    // As one types.
    private static string Beginning(string slug, int letters) =>
        Uri.EscapeDataString(slug[..Math.Min(slug.Length, letters)].Replace('-', ' '));

    private static T At<T>(IReadOnlyList<T> list, long number) => list[(int)(number % list.Count)];

    private static async Task<(string[] Categories, string[] Vendors)> FacetsAsync(ShopWorld world, string word)
    {
        var page = await world.Client.GetFromJsonAsync<JsonNode>($"/api/v1/search?q={word}&facets=true");
        return (Of("category"), Of("vendor"));

        string[] Of(string facet) =>
            [
                .. page!["facets"]!["facets"]!.AsArray().Single(f => f!["key"]!.ToString() == facet)!["values"]!
                    .AsArray()
                    .Select(v => v!["value"]!.ToString()),
            ];
    }

    private static async Task<LoadResult> AddToCartsAsync(ShopWorld world, TimeSpan duration)
    {
        const int Carts = 160;
        var skus = await BenchCatalogue.SkusAsync(world, 20);
        var shoppers = new List<Shopper>();
        for (var i = 0; i < Carts; i++)
        {
            var shopper = new Shopper(world.Client);
            await shopper.FillCartAsync();
            shoppers.Add(shopper);
        }
        var bodies = skus.Select(sku => JsonSerializer.SerializeToUtf8Bytes(new { sku, quantity = 1 })).ToArray();
        // As long as checkouts are in their benchmark: so long it takes until what a write runs through is compiled for speed.
        await Load.RunAsync(16, TimeSpan.FromSeconds(30), AddAsync);
        return await Load.RunAsync(16, duration, AddAsync);

        // As the reads: nobody puts requests together or takes answers apart on the processors that are measured.
        async Task<bool> AddAsync(long i)
        {
            var shopper = At(shoppers, i);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/carts/{shopper.CartId}/lines");
            request.Headers.Add("Cart-Token", shopper.CartToken);
            request.Content = new ByteArrayContent(At(bodies, i / Carts)) { Headers = { ContentType = new("application/json") } };
            using var answer = await world.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await answer.Content.CopyToAsync(Stream.Null);
            return answer.IsSuccessStatusCode;
        }
    }

    private static async Task<(double Seconds, double Megabytes, int Failed)> RebuildAsync(ShopWorld world)
    {
        var staff = await Staff.SignInAsync(world.Client);
        using var stop = new CancellationTokenSource();
        var before = BenchStart.ResidentMegabytes(world.Host.Id);
        var most = before;
        var failed = 0;
        var watch = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                most = Math.Max(most, BenchStart.ResidentMegabytes(world.Host.Id));
                using var answer = await world.Client.GetAsync("/api/v1/search?q=fjord", CancellationToken.None);
                failed += answer.IsSuccessStatusCode ? 0 : 1;
                await Task.Delay(20, CancellationToken.None);
            }
        });
        var started = Stopwatch.GetTimestamp();
        var rebuild = await staff.RebuildSearchAsync();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync();
        await watch;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"rebuild of {rebuild["done"]} products: {rebuild["state"]} after {seconds:F1} s, host {before:F0} to {most:F0} MB"
            )
        );
        return (rebuild["state"]!.ToString() == "completed" ? seconds : double.MaxValue, most - before, failed);
    }
}
