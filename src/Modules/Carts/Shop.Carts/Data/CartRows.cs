using Npgsql;
using Shop.Carts.Domain;

namespace Shop.Carts.Data;

/// <summary>A cart and what it takes to put something in.</summary>
/// <param name="Cart">With its lines.</param>
/// <param name="Offer">What is offered of the SKU; null when nothing is.</param>
/// <param name="RulesVersion">Of the price rules.</param>
internal sealed record CartToFill(Cart Cart, Offer? Offer, long RulesVersion);

/// <summary>
/// The shop's most frequent write, in two round trips and without a lock between them: what was read is written if the cart still has the
/// version that was read. Who comes second is told so and takes the lock (docs/adr/0019).
/// </summary>
internal static class CartRows
{
    private const string Find = """
        select c.id, c.customer_id, c.currency, c.status, c.version, c.started_at, c.next_cart_id, c.coupons, c.country, c.shipping_method, c.buyer,
               r.version, o.product_id, o.title, o.price_minor, o.version, o.tax_category, o.categories, o.weight_grams
        from carts.carts c
        cross join carts.rules_version r
        left join carts.offers o on o.sku = $4 and o.currency = c.currency
        where c.id = $1 and (c.token_hash = $2 or c.customer_id = $3)
        """;

    private const string FindLines = """
        select sku, product_id, title, quantity, unit_price_minor, previous_price_minor, available, position, tax_category, categories, weight_grams
        from carts.lines where cart_id = $1
        """;

    // Nothing happens to the line unless something happened to the cart.
    private const string Change = """
        with changed as (
          update carts.carts set version = $3, shown_total_minor = $4 where id = $1 and version = $2 returning id)
        """;

    private const string Put = $"""
        {Change}
        insert into carts.lines (
          cart_id, sku, title, quantity, unit_price_minor, previous_price_minor, available, tax_category, categories, weight_grams, product_id, position)
        select id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 from changed
        """;

    // A line keeps its product and its place.
    private const string Grow = $"""
        {Change}
        update carts.lines l set
          title = $6, quantity = $7, unit_price_minor = $8, previous_price_minor = $9, available = $10, tax_category = $11, categories = $12,
          weight_grams = $13
        from changed where l.cart_id = changed.id and l.sku = $5
        """;

    /// <summary>
    /// A cart, and what is offered of a SKU in its currency; null when its owner has none of this id. The lines are read a moment after the
    /// cart: if somebody changed them in between, the cart has another version by then and <see cref="WriteAsync"/> says so.
    /// </summary>
    public static async Task<CartToFill?> ReadAsync(
        this NpgsqlDataSource database,
        Guid id,
        CartOwner owner,
        string sku,
        CancellationToken cancellationToken
    )
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(
            new(Find) { Parameters = { Value(id), Value(owner.TokenHash), Value(owner.CustomerId ?? Guid.Empty), Value(sku) } }
        );
        batch.BatchCommands.Add(new(FindLines) { Parameters = { Value(id) } });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var found = new CartToFill(ReadCart(reader), reader.IsDBNull(12) ? null : ReadOffer(reader, sku), reader.GetInt64(11));
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Cart.Lines.Add(ReadLine(reader, id));
        return found;
    }

    /// <summary>Writes a line that was put in or grew, and the total that is shown of it.</summary>
    /// <param name="database">The module's.</param>
    /// <param name="cart">As it is to be.</param>
    /// <param name="read">The cart's version and number of lines as they were read.</param>
    /// <param name="line">The line.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>False when the cart is not the one that was read any more; nothing is written then.</returns>
    public static async Task<bool> WriteAsync(
        this NpgsqlDataSource database,
        Cart cart,
        (long Version, int Lines) read,
        CartLine line,
        CancellationToken cancellationToken
    )
    {
        var isNew = cart.Lines.Count > read.Lines;
        await using var command = database.CreateCommand(isNew ? Put : Grow);
        command.Parameters.AddRange(
            (NpgsqlParameter[])
                [
                    Value(cart.Id),
                    Value(read.Version),
                    Value(cart.Version),
                    Value(cart.ShownTotalMinor),
                    Value(line.Sku),
                    Value(line.Title),
                    Value(line.Quantity),
                    Value(line.UnitPriceMinor),
                    Value(line.PreviousPriceMinor),
                    Value(line.Available),
                    Value(line.TaxCategory),
                    Value(line.Categories),
                    Value(line.WeightGrams),
                    .. isNew ? (NpgsqlParameter[])[Value(line.ProductId), Value(line.Position)] : [],
                ]
        );
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static Cart ReadCart(NpgsqlDataReader row) =>
        Cart.Restore(
            row.GetGuid(0),
            row.IsDBNull(1) ? null : row.GetGuid(1),
            row.GetString(2),
            Enum.Parse<CartStatus>(row.GetString(3), ignoreCase: true),
            row.GetInt64(4),
            row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5),
            row.IsDBNull(6) ? null : row.GetGuid(6),
            row.GetFieldValue<string[]>(7),
            row.IsDBNull(8) ? null : row.GetString(8),
            row.IsDBNull(9) ? null : row.GetString(9),
            row.IsDBNull(10) ? null : row.GetString(10)
        );

    private static Offer ReadOffer(NpgsqlDataReader row, string sku) =>
        new()
        {
            Sku = sku,
            Currency = row.GetString(2),
            ProductId = row.GetGuid(12),
            Title = row.GetString(13),
            PriceMinor = row.GetInt64(14),
            Version = row.GetInt64(15),
            TaxCategory = row.IsDBNull(16) ? null : row.GetString(16),
            Categories = row.GetFieldValue<string[]>(17),
            WeightGrams = row.IsDBNull(18) ? null : row.GetInt32(18),
        };

    private static CartLine ReadLine(NpgsqlDataReader row, Guid cartId) =>
        CartLine.Restore(
            cartId,
            row.GetString(0),
            row.GetGuid(1),
            row.GetString(2),
            row.GetInt32(3),
            row.GetInt64(4),
            row.IsDBNull(5) ? null : row.GetInt64(5),
            row.GetBoolean(6),
            row.GetInt32(7),
            row.IsDBNull(8) ? null : row.GetString(8),
            row.GetFieldValue<string[]>(9),
            row.IsDBNull(10) ? null : row.GetInt32(10)
        );

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };
}
