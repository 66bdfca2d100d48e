using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Shop.Products.Data;
using Shop.Products.Domain;

namespace Shop.Products.Features.Import;

/// <summary>
/// Rows of a batch by COPY: new ones to where they belong, as the catalogue's lock, which is the caller's as the transaction is, keeps others
/// from making the same; changed ones into tables of this connection alone, and from there with a statement a table.
/// </summary>
internal sealed class ImportWriter(ProductsDbContext db)
{
    private const string Staging = """
        create temp table if not exists staged_products (like products.products including defaults) on commit delete rows;
        create temp table if not exists staged_variants (like products.variants including defaults) on commit delete rows;
        """;

    private const string ProductColumns =
        "id, slug, title, description, vendor, category, tax_category, seo_title, seo_description, attributes, status, published_at, deleted_at, "
        + "option_names, images, version, revision, created_at, updated_at";

    private const string VariantColumns =
        "sku, product_id, position, option_values, price_minor, price_currency, compare_at_minor, barcode, weight_grams, other_prices";

    private const string MergeProducts = $"""
        insert into products.products ({ProductColumns})
        select {ProductColumns} from pg_temp.staged_products
        on conflict (id) do update set
          title = excluded.title, description = excluded.description, vendor = excluded.vendor, category = excluded.category,
          tax_category = excluded.tax_category, seo_title = excluded.seo_title, seo_description = excluded.seo_description,
          attributes = excluded.attributes, status = excluded.status, published_at = excluded.published_at, deleted_at = excluded.deleted_at,
          option_names = excluded.option_names, images = excluded.images, version = excluded.version, revision = excluded.revision,
          updated_at = excluded.updated_at
        """;

    // Named by id: of the staging table the planner knows nothing, and would read all variants of the catalogue for each batch.
    private const string DropVariants = """
        delete from products.variants v
        where v.product_id = any($1) and not exists (select from pg_temp.staged_variants s where s.sku = v.sku)
        """;

    private const string MergeVariants = $"""
        insert into products.variants ({VariantColumns})
        select {VariantColumns} from pg_temp.staged_variants
        on conflict (sku) do update set
          product_id = excluded.product_id, position = excluded.position, option_values = excluded.option_values,
          price_minor = excluded.price_minor, price_currency = excluded.price_currency, compare_at_minor = excluded.compare_at_minor,
          barcode = excluded.barcode, weight_grams = excluded.weight_grams, other_prices = excluded.other_prices
        """;

    private static readonly string Meet = $"""
        with met as (
          insert into products.availability (sku, in_stock, version)
          select unnest($1), false, {Availability.Unheard}
          on conflict do nothing
          returning sku)
        insert into products.openings (sku, quantity)
        select sku, opening from unnest($1, $2) as v (sku, opening) join met using (sku)
        on conflict do nothing
        """;

    private NpgsqlConnection Connection => (NpgsqlConnection)db.Database.GetDbConnection();

    /// <summary>Writes products whole, with opening stock of SKUs met for the first time, and notes whom to tell the others about.</summary>
    public async Task WriteAsync(
        IReadOnlyList<Product> created,
        IReadOnlyList<Product> updated,
        IReadOnlyDictionary<string, int> openings,
        IReadOnlyList<Product> told,
        CancellationToken cancellationToken
    )
    {
        if (created.Count > 0)
            await CopyAsync("products.", created, cancellationToken);
        Product[] products = [.. created, .. updated];
        var skus = products.SelectMany(p => p.Variants).Select(v => v.Sku).ToArray();
        await using var batch = new NpgsqlBatch(Connection);
        Add("delete from products.slug_redirects where slug = any($1)", products.Select(p => p.Slug).ToArray());
        if (updated.Count > 0)
        {
            await ExecuteAsync(Staging, cancellationToken);
            await CopyAsync("pg_temp.staged_", updated, cancellationToken);
            Add(MergeProducts);
            Add(DropVariants, updated.Select(p => p.Id).ToArray());
            Add(MergeVariants);
        }
        Add(Meet, skus, skus.Select(sku => openings.GetValueOrDefault(sku)).ToArray());
        Add(
            "insert into products.announcements (product_id, priority) select unnest($1), 1 on conflict do nothing",
            told.Select(p => p.Id).ToArray()
        );
        await batch.ExecuteNonQueryAsync(cancellationToken);

        void Add(string statement, params ReadOnlySpan<Array> values)
        {
            var command = new NpgsqlBatchCommand(statement);
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            batch.BatchCommands.Add(command);
        }
    }

    /// <summary>Stores refused rows and how far the import is.</summary>
    /// <returns>True when staff want it to end.</returns>
    /// <exception cref="ImportLostException">Another process has it in hand by now.</exception>
    public async Task<bool> SaveProgressAsync(
        Data.Import import,
        Guid owner,
        IReadOnlyList<Refusal> refusals,
        CancellationToken cancellationToken
    )
    {
        var rows = await db
            .Database.SqlQuery<bool>(
                $"""
                update products.imports set
                  rows = {import.Rows}, bytes_read = {import.BytesRead},
                  attempts = case when settled_line < {import.SettledLine} then 0 else attempts end,
                  settled_line = {import.SettledLine}, created = {import.Created}, updated = {import.Updated},
                  unchanged = {import.Unchanged}, refused = {import.Refused}, seconds = {import.Seconds},
                  lease_until = now() + {ImportStore.Lease}
                where id = {import.Id} and owner = {owner} and state = {(int)ImportState.Running}
                returning cancel_requested as value
                """
            )
            .ToListAsync(cancellationToken);
        if (rows is not [var cancel])
            throw new ImportLostException();
        var before = import.Refused - refusals.Count;
        if (refusals.Count == 0 || before >= ImportRefusal.Most)
            return cancel;
        await CopyAsync(
            "products.import_refusals (import_id, number, line, \"column\", code, text)",
            refusals.Index(),
            async (copy, refused) =>
            {
                await copy.WriteAsync(import.Id, cancellationToken);
                await copy.WriteAsync(before + refused.Index + 1, cancellationToken);
                await copy.WriteAsync(refused.Item.Line, cancellationToken);
                await copy.WriteAsync(refused.Item.Column, cancellationToken);
                await copy.WriteAsync(refused.Item.Code, cancellationToken);
                await copy.WriteAsync(refused.Item.Text, cancellationToken);
            },
            cancellationToken
        );
        return cancel;
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task CopyAsync(string prefix, IReadOnlyList<Product> products, CancellationToken cancellationToken)
    {
        await CopyAsync(
            $"{prefix}products ({ProductColumns})",
            products,
            async (copy, product) =>
            {
                await copy.WriteAsync(product.Id, cancellationToken);
                await copy.WriteAsync(product.Slug, cancellationToken);
                await copy.WriteAsync(product.Title, cancellationToken);
                await copy.WriteAsync(product.Description, cancellationToken);
                await OrNullAsync(copy, product.Vendor, cancellationToken);
                await OrNullAsync(copy, product.Category, cancellationToken);
                await OrNullAsync(copy, product.TaxCategory, cancellationToken);
                await OrNullAsync(copy, product.SeoTitle, cancellationToken);
                await OrNullAsync(copy, product.SeoDescription, cancellationToken);
                await copy.WriteAsync(Json.Of(product.Attributes), NpgsqlDbType.Jsonb, cancellationToken);
                await copy.WriteAsync((int)product.Status, cancellationToken);
                await OrNullAsync(copy, product.PublishedAt?.UtcDateTime, cancellationToken);
                await OrNullAsync(copy, product.DeletedAt?.UtcDateTime, cancellationToken);
                await copy.WriteAsync(product.OptionNames.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(Json.Of(product.Images), NpgsqlDbType.Jsonb, cancellationToken);
                await copy.WriteAsync(product.Version, cancellationToken);
                await copy.WriteAsync(product.Revision, cancellationToken);
                await copy.WriteAsync(product.CreatedAt.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
                await copy.WriteAsync(product.UpdatedAt.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
            },
            cancellationToken
        );
        await CopyAsync(
            $"{prefix}variants ({VariantColumns})",
            products.SelectMany(p => p.Variants),
            async (copy, variant) =>
            {
                await copy.WriteAsync(variant.Sku, cancellationToken);
                await copy.WriteAsync(variant.ProductId, cancellationToken);
                await copy.WriteAsync(variant.Position, cancellationToken);
                await copy.WriteAsync(variant.OptionValues.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(variant.Price.Minor, cancellationToken);
                await copy.WriteAsync(variant.Price.Currency, NpgsqlDbType.Char, cancellationToken);
                await OrNullAsync(copy, variant.CompareAtMinor, cancellationToken);
                await OrNullAsync(copy, variant.Barcode, cancellationToken);
                await OrNullAsync(copy, variant.WeightGrams, cancellationToken);
                await copy.WriteAsync(Json.Of(variant.OtherPrices), NpgsqlDbType.Jsonb, cancellationToken);
            },
            cancellationToken
        );
    }

    private async Task CopyAsync<T>(
        string where,
        IEnumerable<T> rows,
        Func<NpgsqlBinaryImporter, T, Task> writeAsync,
        CancellationToken cancellationToken
    )
    {
        await using var copy = await Connection.BeginBinaryImportAsync($"copy {where} from stdin (format binary)", cancellationToken);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancellationToken);
            await writeAsync(copy, row);
        }
        await copy.CompleteAsync(cancellationToken);
    }

    private static Task OrNullAsync(NpgsqlBinaryImporter copy, string? value, CancellationToken cancellationToken) =>
        value is null ? copy.WriteNullAsync(cancellationToken) : copy.WriteAsync(value, cancellationToken);

    private static Task OrNullAsync<T>(NpgsqlBinaryImporter copy, T? value, CancellationToken cancellationToken)
        where T : struct => value is { } set ? copy.WriteAsync(set, cancellationToken) : copy.WriteNullAsync(cancellationToken);
}

/// <summary>Another process took the import over, because this one stood still for longer than its lease; or it is over.</summary>
public sealed class ImportLostException() : Exception("The import is in another process's hands.");
