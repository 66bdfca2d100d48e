using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.Products.Data;
using Shop.Products.Features.Import;

namespace Shop.Products.Tests.Slices;

public sealed class ImportResumeTests(ShopFixture shop)
{
    [Fact]
    public async Task A_slow_moment_of_the_database_ends_no_import()
    {
        var slug = Catalogue.Unique();
        var name = "slow_" + slug.Replace('-', '_');
        await shop.ScalarAsync<object>(
            $"""
            create function products.{name}() returns trigger language plpgsql as
            $$ begin raise exception 'too slow' using errcode = '57014'; end $$;
            create trigger {name} before insert on products.variants
            for each row when (new.sku = '{slug}') execute function products.{name}();
            """
        );
        var id = Guid.Parse((await shop.StartImportAsync(ImportClient.Header + $"{slug},Boots,{slug},1.00,,\n")).Text("id"));
        await Eventually.IsTrueAsync(
            "it waits for a better moment",
            async () =>
                await shop.ScalarAsync<bool>(
                    "select state > 2 or lease_until > now() + interval '20 s' from products.imports where id = $1",
                    id
                )
        );
        await shop.ScalarAsync<object>($"drop function products.{name}() cascade");
        await shop.ScalarAsync<int>("update products.imports set lease_until = now() where id = $1 returning 1", id);
        await shop.ImportOverAsync($"{id}", "completed");
    }

    [Fact]
    public async Task An_import_that_ends_its_process_three_times_is_not_begun_a_fourth_time()
    {
        await shop.WarmAsync();
        var id = Guid.CreateVersion7();
        await shop.ScalarAsync<int>(
            """
            insert into products.imports (
              id, state, format, file_name, bytes, bytes_read, rows, created, updated, unchanged, refused, settled_line, attempts, seconds,
              cancel_requested, lease_until)
            values ($1, 2, 0, 'poison.csv', 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, false, now()) returning 1
            """,
            id
        );
        await shop.ImportOverAsync($"{id}", "failed");
    }

    [Fact]
    public async Task The_last_place_among_those_that_wait_is_given_to_one_at_a_time()
    {
        await using var other = new NpgsqlConnection(shop.ConnectionString);
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var turn = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var take = new NpgsqlCommand($"select pg_advisory_xact_lock({ImportStore.AdmissionTurn})", other, turn);
        await take.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var import = new Data.Import
        {
            Id = Guid.CreateVersion7(),
            FileName = "turn.csv",
            Actor = Guid.Empty,
        };

        var adding = shop.WithAsync<ProductsDbContext, bool>(db => ImportStore.AddAsync(db, import, int.MaxValue, default));

        await Eventually.IsTrueAsync(
            "it waits for its turn",
            () =>
                shop.ScalarAsync<bool>(
                    "select exists (select from pg_locks join pg_database d on d.oid = database where datname = current_database() and locktype = 'advisory' and not granted)"
                )
        );
        adding.IsCompleted.ShouldBeFalse();
        await turn.RollbackAsync(TestContext.Current.CancellationToken);
        (await adding).ShouldBeTrue();
        (await shop.ScalarAsync<int>("delete from products.imports where id = $1 returning 1", import.Id)).ShouldBe(1);
    }

    [Fact]
    public async Task A_row_without_an_end_takes_no_memory()
    {
        var slug = Catalogue.Unique();
        var (summary, report) = await shop.ImportAsync(ImportClient.Header + $"{slug},Boots,{slug},1.00,,\n" + new string(',', 5_000_000));
        summary.ShouldBe(new(1, 1, 0, 0, 1, false));
        report.ShouldContain("line 3\t\tproducts.import_row_too_long");
    }

    [Fact]
    public async Task Large_products_are_written_a_few_at_a_time()
    {
        var prefix = Catalogue.Unique();
        var file = new StringBuilder();
        for (var i = 0; i < 30; i++)
        {
            var variants = Enumerable
                .Range(0, 100)
                .Select(v => $$"""{"sku":"{{prefix}}-{{i}}-{{v}}","price":"1.00","options":["{{v}}"]}""");
            file.Append($$"""{"slug":"{{prefix}}-{{i}}","title":"Boots","status":"draft","options":["Size"],"variants":[""")
                .AppendJoin(',', variants)
                .Append("]}\n");
        }
        await shop.ImportOverAsync((await shop.StartImportAsync(file.ToString(), "ndjson")).Text("id"), "completed");
        // Each batch has its time of creation; revisions go on rising when stock is heard of.
        (
            await shop.ScalarAsync<long>("select count(distinct created_at) from products.products where slug like $1", prefix + "%")
        ).ShouldBe(10);
    }

    [Fact]
    public async Task What_staff_change_between_a_kill_and_the_next_run_hides_no_product_and_the_report_is_whole()
    {
        var prefix = Catalogue.Unique();
        var code = "a" + prefix[2..];
        await shop.StaffDoesAsync(HttpMethod.Put, $"/attributes/{code}", new { label = "Width", kind = "number" });
        var file = new StringBuilder($"URL handle,Title,SKU,Price,Status,Width (product.metafields.custom.{code})\n");
        for (var i = 0; i < 3_500; i++)
            file.Append($"{prefix}-{i},Boots,{prefix}-{i},{(i == 1_500 ? "x" : "1.00")},draft,{(i == 3 ? "7.5" : "")}\n");
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, file.ToString());
        try
        {
            await Should.ThrowAsync<InvalidOperationException>(() =>
                ProductsModule.ImportFileAsync(shop.Services, path, new DyingWriter(), TextWriter.Null, CancellationToken.None)
            );
            await shop.ScalarAsync<int>("update products.attributes set kind = 2 where code = $1 returning 1", code);
            await shop.ScalarAsync<int>(
                "update products.imports set lease_until = now() where state = 2 and file_name = $1 returning 1",
                Path.GetFileName(path)
            );
            using var report = new StringWriter();
            var summary = await ProductsModule.ImportFileAsync(shop.Services, path, report, TextWriter.Null, CancellationToken.None);

            summary.ShouldBe(new(3_500, 3_499, 0, 0, 1, true));
            report.ToString().Trim().ShouldBe("line 1502\tPrice\tproducts.import_invalid_price\tx");
            (await shop.ScalarAsync<long>("select count(*) from products.products where slug like $1", prefix + "%")).ShouldBe(3_499);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Imports_are_forgotten_a_month_after_they_were_over()
    {
        var id = Guid.Parse((await shop.StartImportAsync(ImportClient.Header)).Text("id"));
        await shop.ImportOverAsync($"{id}", "completed");
        await shop.ScalarAsync<int>("update products.imports set finished_at = now() - interval '31 days' where id = $1 returning 1", id);
        await using var db = new ProductsDbContext(shop.Services.GetRequiredService<DbContextOptions<ProductsDbContext>>());
        await ImportStore.ForgetOldAsync(db, TestContext.Current.CancellationToken);
        (await shop.ScalarAsync<long>("select count(*) from products.imports where id = $1", id)).ShouldBe(0);
    }

    // Fails when it is told of a refusal, as a process does that is killed right after a batch.
    private sealed class DyingWriter : StringWriter
    {
        public override Task WriteLineAsync(string? value) => throw new InvalidOperationException("killed");
    }
}
