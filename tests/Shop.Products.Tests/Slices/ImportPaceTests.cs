using System.Diagnostics;
using System.Globalization;

namespace Shop.Products.Tests.Slices;

/// <summary>What an import leaves to those who read, in a shop of its own: a file that comes in slows down what everybody is told.</summary>
public sealed class ImportPaceTests(ImportPaceTests.PacedShop shop) : IClassFixture<ImportPaceTests.PacedShop>
{
    [Fact]
    public async Task An_import_takes_no_more_rows_in_a_second_than_it_may()
    {
        // What the first import compiles would pass for its pace.
        await shop.ImportAsync(ImportClient.Drafts(Catalogue.Unique(), 10));
        var started = Stopwatch.GetTimestamp();
        var (summary, _) = await shop.ImportAsync(ImportClient.Drafts(Catalogue.Unique(), 1_000));
        summary.Created.ShouldBe(1_000);
        // Four batches; nobody waits after the last.
        Stopwatch.GetElapsedTime(started).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1.4));
    }

    [Fact]
    public async Task While_a_file_comes_in_the_others_are_told_of_ten_products_at_a_time()
    {
        var another = await shop.ScalarAsync<Guid>(
            """
            insert into products.imports (id, state, format, file_name, fingerprint, bytes, bytes_read, rows, created, updated, unchanged, refused,
              settled_line, attempts, seconds, cancel_requested, owner, lease_until, created_at)
            values (gen_random_uuid(), 2, 0, 'another.csv', 'another', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, gen_random_uuid(), now() + interval '1 hour', now())
            returning id
            """
        );
        var prefix = Catalogue.Unique();
        await shop.ImportAsync(Published(prefix, 40));

        await Eventually.IsTrueAsync(
            "all are told",
            async () => await shop.ScalarAsync<long>("select count(*) from products.announcements") == 0
        );
        var told = await shop.ScalarAsync<long>(
            """
            select count(distinct id) from wolverine.wolverine_incoming_envelopes
            where message_type = 'products.products-published.v1' and received_at like '%search%' and position(convert_to($1, 'UTF8') in body) > 0
            """,
            prefix
        );
        await shop.ScalarAsync<Guid>("delete from products.imports where id = $1 returning id", another);
        told.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public async Task What_a_file_of_up_to_a_thousand_products_brought_is_told_without_a_pause_when_it_is_through()
    {
        await shop.ImportAsync(Published(Catalogue.Unique(), 250));
        // Three steps at least; with the pauses between them they would take twenty seconds.
        await Eventually.IsTrueAsync(
            "all are told",
            async () => await shop.ScalarAsync<long>("select count(*) from products.announcements") == 0,
            TimeSpan.FromSeconds(15)
        );
    }

    private static string Published(string prefix, int count)
    {
        var file = "URL handle,Title,SKU,Price\n";
        for (var i = 0; i < count; i++)
            file += string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i},Boots,{prefix}-{i},1.00\n");
        return file;
    }

    /// <summary>Takes 500 rows a second, and pauses for ten seconds after each hundred products told.</summary>
    public sealed class PacedShop : ShopFixture
    {
        /// <inheritdoc />
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["Products:ImportedRowsPerSecond"] = "500", ["Products:AnnouncedPerSecond"] = "10" };
    }
}
