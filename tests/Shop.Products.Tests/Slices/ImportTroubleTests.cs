using System.Net;
using System.Text;
using Npgsql;
using Shop.BuildingBlocks;

namespace Shop.Products.Tests.Slices;

public sealed class ImportTroubleTests(ShopFixture shop)
{
    [Fact]
    public async Task An_import_whose_process_was_killed_goes_on_from_its_last_batch_and_reports_each_bad_row_once()
    {
        var prefix = Catalogue.Unique();
        var file = new StringBuilder(ImportClient.Header);
        for (var i = 0; i < 5_000; i++)
            file.Append($"{prefix}-{i},Boots,{prefix}-{i},{(i % 50 == 0 ? "x" : "1.00")},,\n");
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, file.ToString());
        try
        {
            // A process that dies between two batches: its lease runs out, nobody cleans up.
            await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(path, new DyingWriter(batches: 2)));
            var before = await shop.ScalarAsync<long>("select count(*) from products.products where slug like $1", prefix + "%");
            before.ShouldBeInRange(1, 4_899);
            await shop.ScalarAsync<int>(
                "update products.imports set lease_until = now() - interval '1 second' where state = 2 and file_name = $1 returning 1",
                Path.GetFileName(path)
            );

            using var progress = new StringWriter();
            var summary = await ProductsModule.ImportFileAsync(shop.Services, path, TextWriter.Null, progress, CancellationToken.None);

            progress.ToString().ShouldContain("goes on after row");
            summary.ShouldBe(new(5_000, 4_900, 0, 0, 100, true));
            (await shop.ScalarAsync<long>("select count(*) from products.products where slug like $1", prefix + "%")).ShouldBe(4_900);
            (
                await shop.ScalarAsync<long>(
                    "select count(distinct line) from products.import_refusals r join products.imports i on i.id = r.import_id where file_name = $1",
                    Path.GetFileName(path)
                )
            ).ShouldBe(100);
            (await shop.ScalarAsync<long>("select max(version) from products.products where slug like $1", prefix + "%")).ShouldBe(2);
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Control characters, half a character: what a database or its driver doesn't take is the row's trouble, never the file's.
    [Fact]
    public async Task What_no_database_takes_is_refused_with_its_row_and_the_rest_goes_on()
    {
        var slug = Catalogue.Unique();
        var csv =
            "URL handle,Title,SKU,Price,Barcode,Product image URL,\"Image\0 alt text\"\n"
            + $"{slug}-1,Boots\0,{slug}-1,1.00,12\u000034,,\n"
            + $"{slug}-2,Boots,{slug}-2,1.00,,https://cdn.example/\0.jpg,\n"
            + $"{slug}-3,Boots,{slug}-3,{new string('x', 59)}\U0001F97E,,,\n"
            + $"{slug}-4,Boots,{slug}-4,1.00,,,\n";
        var import = await shop.ImportOverAsync((await shop.StartImportAsync(csv)).Text("id"), "completed");
        (import["created"]!.GetValue<long>(), import["refused"]!.GetValue<long>()).ShouldBe((2, 2));

        var half = $$$"""{"slug":"{{{slug}}}-5","title":"Boots \ud83e","variants":[{"sku":"{{{slug}}}-5","price":"1.00"}]}""";
        var whole = $$$"""{"slug":"{{{slug}}}-6","title":"Boots \u0000","variants":[{"sku":"{{{slug}}}-6","price":"1.00"}]}""";
        import = await shop.ImportOverAsync((await shop.StartImportAsync($"{half}\n{whole}\n", "ndjson")).Text("id"), "completed");
        (import["created"]!.GetValue<long>(), import["refused"]!.GetValue<long>()).ShouldBe((1, 1));
    }

    [Fact]
    public async Task An_import_that_no_run_gets_past_fails_and_says_so_instead_of_beginning_again_for_ever()
    {
        var slug = Catalogue.Unique();
        var constraint = "ck_" + slug.Replace('-', '_');
        await shop.ScalarAsync<object>($"alter table products.variants add constraint {constraint} check (sku <> '{slug}') not valid");
        try
        {
            var import = await shop.ImportOverAsync(
                (await shop.StartImportAsync(ImportClient.Header + $"{slug},Boots,{slug},1.00,,\n")).Text("id"),
                "failed"
            );
            var refusals = await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{import.Text("id")}/refusals");
            refusals["items"]!.AsArray().ShouldHaveSingleItem()!.Text("code").ShouldBe("products.import_broken_off");
        }
        finally
        {
            await shop.ScalarAsync<object>($"alter table products.variants drop constraint {constraint}");
        }
    }

    // The wound: an import that hangs the site (nopCommerce #7483).
    [Fact]
    public async Task An_import_never_hangs_the_shop()
    {
        var prefix = Catalogue.Unique();
        var sold = Catalogue.Unique();
        await shop.SellAsync(sold);
        var file = ImportClient.Drafts(prefix, 60_000);
        var import = await shop.StartImportAsync(file);
        await Eventually.IsTrueAsync(
            "some rows are in",
            async () => (await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{import.Text("id")}"))["rows"]!.GetValue<long>() > 0
        );

        var slug = Catalogue.Unique();
        await shop.CreateAsync(Catalogue.Request(slug), slug);
        await shop.GetAsync($"/api/v1/products/{sold}");
        await shop.GetAsync($"/api/v1/products?limit=97");
        var after = await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{import.Text("id")}");
        await shop.StaffDoesAsync(HttpMethod.Post, $"/imports/{import.Text("id")}/cancel");

        after.Text("state").ShouldBe("running", "the shop served before the import was over");
        await shop.ImportOverAsync(import.Text("id"), "canceled");

        // And the wounded way, one transaction over the whole file: until it ends, staff get nothing done.
        await using var database = new NpgsqlConnection(shop.ConnectionString);
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var whole = await database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var turn = new NpgsqlCommand("select revision from products.catalogue for update", database, whole))
            await turn.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        slug = Catalogue.Unique();
        var waiting = shop.CreateAsync(Catalogue.Request(slug), slug);
        await Eventually.IsTrueAsync(
            "somebody waits for the turn to write",
            async () =>
                await shop.ScalarAsync<long>(
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%products.catalogue%'"
                ) > 0
        );
        waiting.IsCompleted.ShouldBeFalse();
        await whole.RollbackAsync(TestContext.Current.CancellationToken);
        await waiting;
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing_behind()
    {
        await shop.WarmAsync();
        var name = $"{Catalogue.Unique()}.csv";
        var count = () => shop.ScalarAsync<long>("select count(*) from products.imports where file_name = $1", name);
        using var staff = shop.ClientAs(Policies.Staff);
        var seen = -1L;
        var content = new BreakingContent(async () =>
        {
            await Eventually.IsTrueAsync("it is coming in", async () => await count() > 0);
            seen = await count();
        });
        await Should.ThrowAsync<HttpRequestException>(() => staff.PostAsync($"/api/v1/products/imports?name={name}", content));
        seen.ShouldBe(1);
        await Eventually.IsTrueAsync("it is forgotten", async () => await count() == 0);
    }

    private async Task RunAsync(string path, TextWriter progress)
    {
        using var writer = progress;
        await ProductsModule.ImportFileAsync(shop.Services, path, writer, TextWriter.Null, CancellationToken.None);
    }

    // Two megabytes, and then the connection is lost.
    private sealed class BreakingContent(Func<Task> beforeItBreaks) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[2 * 1024 * 1024]);
            await stream.FlushAsync();
            await beforeItBreaks();
            throw new IOException("broken off");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 4 * 1024 * 1024;
            return true;
        }
    }

    // Fails when it is told of the third batch, as a process does that is killed: after the batch, before whatever would come next.
    private sealed class DyingWriter(int batches) : StringWriter
    {
        private int _last;
        private int _seen;

        public override Task WriteLineAsync(string? value)
        {
            var line = int.Parse(value!.Split('\t')[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
            if (line / 1_000 > _last && ++_seen > batches)
                throw new InvalidOperationException("killed");
            _last = line / 1_000;
            return Task.CompletedTask;
        }
    }
}
