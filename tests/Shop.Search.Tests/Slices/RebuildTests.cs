using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Inventory.Contracts;
using Shop.Products.Contracts;
using Shop.Search.Data;

namespace Shop.Search.Tests.Slices;

/// <summary>With a shop of its own: there is one rebuild at a time.</summary>
public sealed class RebuildTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    // Of the wound: a shop whose rebuild loaded its products ran out of memory here.
    private const int Many = 120_000;

    [Fact]
    public async Task A_rebuilt_index_finds_what_the_old_one_found()
    {
        var word = Index.Word();
        var (kept, withdrawn) = (Index.FullProduct($"{word} kept", "blue"), Index.FullProduct($"{word} withdrawn", "blue"));
        await shop.IndexAsync(kept, withdrawn);
        await shop.PublishAsync(new ProductUnpublished(withdrawn.ProductId, 2));
        await shop.PublishAsync(new AvailabilityChanged([new(kept.Variants[0].Sku, true, 1)]));
        await shop.HandledAsync(Index.Unpublished);
        await shop.HandledAsync(Index.Availability);
        // What only the old index has, the new one hasn't.
        await ExecuteAsync($"update search.items set title = 'spoilt' where product_id = '{kept.ProductId}'");

        var rebuild = await RebuildAsync();

        rebuild["state"]!.GetValue<string>().ShouldBe("completed");
        rebuild["done"]!.GetValue<long>().ShouldBeGreaterThanOrEqualTo(1);
        var page = await shop.PageAsync(word, "&filter=color:blue&facets=true&inStock=true");
        Index.TitlesOf(page).ShouldBe([$"{word} kept"]);
        Index.CountsOf(page, "color").ShouldBe(["blue:1"]);
        (
            await shop.ScalarAsync<string>(
                "select string_agg(indexname, ' ' order by indexname) from pg_indexes where tablename = 'items' and schemaname = 'search'"
            )
        ).ShouldBe("ix_items_document_facets_codes ix_items_title_key ix_items_title_parts pk_items");
    }

    [Fact]
    public async Task What_changes_while_a_rebuild_is_under_way_is_in_the_new_index_and_no_search_fails_meanwhile()
    {
        var word = Index.Word();
        var products = Enumerable.Range(0, 100).Select(i => Index.FullProduct($"{word} {i}", "blue")).ToArray();
        await shop.IndexAsync(products);
        using var searched = new CancellationTokenSource();
        var searches = SearchUntilAsync(word, searched.Token);
        // Who reads the index keeps it from being swapped: all products are copied then, and none of the changes are.
        await using var reader = new NpgsqlConnection(shop.ConnectionString);
        await reader.OpenAsync();
        await using var reading = await reader.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("lock table search.items in access share mode", reader, reading);
        await hold.ExecuteNonQueryAsync();

        var id = await StartAsync();
        await StateAsync(id, "swapping");
        for (var i = 0; i < 20; i++)
        {
            await shop.PublishAsync(new ProductsPublished([products[i] with { Title = $"{word} new {i}", Version = 2 }]));
            await shop.PublishAsync(new ProductUnpublished(products[20 + i].ProductId, 2));
        }
        await shop.HandledAsync(Index.Published);
        await shop.HandledAsync(Index.Unpublished);
        await StateAsync(id, "swapping");
        await reading.CommitAsync();
        (await EndedAsync(id))["state"]!.GetValue<string>().ShouldBe("completed");
        await searched.CancelAsync();

        (await searches).ShouldBeEmpty();
        var found = await shop.FindAsync(word, "&limit=100");
        found.Length.ShouldBe(80);
        found.Count(t => t.StartsWith($"{word} new ", StringComparison.Ordinal)).ShouldBe(20);
    }

    [Fact]
    public async Task A_second_rebuild_waits_for_the_end_of_the_first()
    {
        await ExecuteAsync(Abandoned("requested"));
        using var admin = shop.ClientAs(Policies.Admin);
        var second = await admin.PostAsync("/api/v1/search/rebuilds", null);
        second.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await second.Content.ReadAsStringAsync()).ShouldContain("search.rebuild_active");
        await CancelActiveAsync();
    }

    [Fact]
    public async Task A_rebuild_whose_process_was_killed_goes_on_where_it_stopped()
    {
        var word = Index.Word();
        var products = new[] { Index.FullProduct($"{word} a", "blue"), Index.FullProduct($"{word} b", "blue") }
            .OrderBy(p => p.ProductId.ToString(), StringComparer.Ordinal)
            .ToArray();
        await shop.IndexAsync(products);
        // The first was copied before the kill, and shows it; who starts all over copies it again.
        await ExecuteAsync(
            $"""
            select search.begin_rebuild();
            insert into search.items_next select * from search.items where product_id <= '{products[0].ProductId}';
            update search.items_next set title = 'copied before' where product_id = '{products[0].ProductId}';
            """ + Abandoned("filling", products[0].ProductId)
        );
        await ExpireLeaseAsync();
        var id = await shop.ScalarAsync<Guid>("select id from search.rebuilds where active");

        // The worker looks by itself every 15 seconds.
        (await EndedAsync(id))["state"]!
            .GetValue<string>()
            .ShouldBe("completed");

        (await shop.FindAsync(word)).Order(StringComparer.Ordinal).ShouldBe(["copied before", products[1].Title]);
    }

    [Fact]
    public async Task What_can_be_bought_while_a_rebuild_is_under_way_is_so_in_the_new_index_though_the_old_one_said_so_before()
    {
        var word = Index.Word();
        var product = Index.FullProduct(word, "blue");
        await shop.IndexAsync(product);
        // All is copied; and the old index is wrong, which a rebuild is there to mend.
        await ExecuteAsync(
            $"""
            select search.begin_rebuild();
            insert into search.items_next select * from search.items;
            update search.items set in_stock = true where product_id = '{product.ProductId}';
            """ + Abandoned("filling", Guid.AllBitsSet)
        );
        var id = await shop.ScalarAsync<Guid>("select id from search.rebuilds where active");
        await shop.PublishAsync(new AvailabilityChanged([new(product.Variants[0].Sku, true, 1)]));
        await shop.HandledAsync(Index.Availability);
        await ExpireLeaseAsync();
        (await EndedAsync(id))["state"]!.GetValue<string>().ShouldBe("completed");

        (await shop.FindAsync(word, "&inStock=true")).ShouldBe([word]);
    }

    [Fact]
    public async Task Staff_stop_a_rebuild_and_the_index_stays()
    {
        var word = Index.Word();
        await shop.IndexAsync(Index.FullProduct(word, "blue"));
        await ExecuteAsync("select search.begin_rebuild();" + Abandoned("filling"));
        await CancelActiveAsync();
        (await shop.ScalarAsync<bool>("select to_regclass('search.items_next') is null")).ShouldBeTrue();
        (await shop.FindAsync(word)).ShouldBe([word]);
    }

    [Fact]
    public async Task Rebuilds_are_started_by_admins_and_seen_by_staff()
    {
        (await shop.Client.PostAsync("/api/v1/search/rebuilds", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var staff = shop.ClientAs(Policies.Staff);
        (await staff.PostAsync("/api/v1/search/rebuilds", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await staff.GetAsync("/api/v1/search/rebuilds")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await staff.GetAsync($"/api/v1/search/rebuilds/{Guid.CreateVersion7()}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await staff.GetAsync("/api/v1/search/rebuilds?cursor=nonsense")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_index_rebuild_of_120_000_products_doesnt_run_out_of_memory()
    {
        await ExecuteAsync(
            $"""
            insert into search.products (product_id, slug, title, description, price_minor, price_currency, skus, codes, own_facets, version, published, sold)
            select gen_random_uuid(), 'many-' || n, 'many ' || n, repeat('words of a description ', 5), n, 'EUR', array['MANY-' || n], array['MANY-' || n],
                   array[]::bigint[], 1, true, 0
            from generate_series(1, {Many}) n
            """
        );
        using var received = new ReceivedBytes(shop.ConnectionString);

        var rebuild = await RebuildAsync();
        var bounded = received.Total;
        rebuild["state"]!.GetValue<string>().ShouldBe("completed");
        rebuild["done"]!.GetValue<long>().ShouldBeGreaterThanOrEqualTo(Many);
        // The wounded way: a rebuild that reads its products. On a busy machine that takes longer than a request may.
        await shop.WithAsync<SearchDbContext, int>(async db =>
        {
            db.Database.SetCommandTimeout(TimeSpan.FromMinutes(2));
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlAsync($"set local statement_timeout = '2min'");
            return (await db.Products.AsNoTracking().ToListAsync()).Count;
        });
        var wounded = received.Total - bounded;

        bounded.ShouldBeLessThan(2_000_000);
        wounded.ShouldBeGreaterThan(20_000_000);
        await ExecuteAsync("delete from search.products where slug like 'many-%'; delete from search.items where slug like 'many-%'");
    }

    private static string Abandoned(string state, Guid position = default) =>
        $"""
            insert into search.rebuilds (id, language, state, active, requested_at, worker, lease_until, cancel_requested, position, done, total, failures)
            values (gen_random_uuid(), 'english', '{state}', true, now(), gen_random_uuid(), now() + interval '1 hour', false,
                    nullif('{position}'::uuid, '{Guid.Empty}'), 0, 0, 0)
            """;

    private Task ExpireLeaseAsync() => ExecuteAsync("update search.rebuilds set lease_until = now() - interval '1 second' where active");

    private Task StateAsync(Guid id, string state) =>
        Eventually.IsTrueAsync(
            $"the rebuild is {state}",
            async () => await shop.ScalarAsync<string>("select state from search.rebuilds where id = $1", id) == state
        );

    private async Task CancelActiveAsync()
    {
        var id = await shop.ScalarAsync<Guid>("select id from search.rebuilds where active");
        using var admin = shop.ClientAs(Policies.Admin);
        (await admin.PostAsync($"/api/v1/search/rebuilds/{id}/cancel", null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await ExpireLeaseAsync();
        (await EndedAsync(id))["state"]!.GetValue<string>().ShouldBe("canceled");
        (await admin.PostAsync($"/api/v1/search/rebuilds/{id}/cancel", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    private async Task<JsonNode> RebuildAsync() => await EndedAsync(await StartAsync());

    private async Task<Guid> StartAsync()
    {
        using var admin = shop.ClientAs(Policies.Admin);
        var answer = await admin.PostAsync("/api/v1/search/rebuilds", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["id"]!.GetValue<Guid>();
    }

    private async Task<JsonNode> EndedAsync(Guid id)
    {
        using var staff = shop.ClientAs(Policies.Staff);
        JsonNode? rebuild = null;
        await Eventually.IsTrueAsync(
            "the rebuild ends",
            async () =>
            {
                rebuild = await staff.GetFromJsonAsync<JsonNode>($"/api/v1/search/rebuilds/{id}");
                return rebuild!["finishedAt"] is not null;
            },
            TimeSpan.FromMinutes(5)
        );
        return rebuild!;
    }

    private async Task<List<HttpStatusCode>> SearchUntilAsync(string word, CancellationToken stop)
    {
        var failures = new List<HttpStatusCode>();
        while (!stop.IsCancellationRequested)
        {
            using var answer = await shop.Client.GetAsync($"/api/v1/search?q={word}&facets=true", CancellationToken.None);
            if (!answer.IsSuccessStatusCode)
                failures.Add(answer.StatusCode);
        }
        return failures;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(shop.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Counts what Search's connections of one shop receive.</summary>
    private sealed class ReceivedBytes : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _total;

        public ReceivedBytes(string connectionString)
        {
            var database = new NpgsqlConnectionStringBuilder(connectionString).Database!;
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "Npgsql", Name: "db.client.operation.npgsql.bytes_read" })
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>(
                (_, bytes, tags, _) =>
                {
                    foreach (var tag in tags)
                        if (tag.Value is string pool && pool.Contains(database) && pool.Contains("shop_search"))
                            Interlocked.Add(ref _total, bytes);
                }
            );
            _listener.Start();
        }

        public long Total => Interlocked.Read(ref _total);

        public void Dispose() => _listener.Dispose();
    }
}
