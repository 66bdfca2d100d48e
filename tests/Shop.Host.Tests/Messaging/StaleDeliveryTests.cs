using Npgsql;
using Shop.Inventory.Contracts;

namespace Shop.Host.Tests.Messaging;

/// <summary>A process that stood still, or whose COMMIT was not acknowledged, must not do what others do or what is done.</summary>
public sealed class StaleDeliveryTests(ShopFixture shop)
{
    private const string Letters = "position(convert_to($1, 'UTF8') in body) > 0 and message_type like 'inventory.receive-stock%'";

    [Fact]
    public async Task What_another_process_has_taken_over_is_not_committed_here()
    {
        var sku = await StockedAsync();

        await HandleWhileAsync(sku, "owner_id = 999");

        (await OnHandAsync(sku)).ShouldBe(1);
        // No such process lives, so the message comes back to this one within seconds, and is handled then.
        await Eventually.IsTrueAsync("the message is handled", async () => await OnHandAsync(sku) == 6);
        (await DeadLettersAsync(sku)).ShouldBe(0);
    }

    [Fact]
    public async Task What_was_committed_without_word_of_it_is_not_done_again()
    {
        var sku = await StockedAsync();

        await HandleWhileAsync(sku, "status = 'Handled'");

        (await OnHandAsync(sku)).ShouldBe(1);
        (await DeadLettersAsync(sku)).ShouldBe(0);
    }

    private async Task<string> StockedAsync()
    {
        var sku = $"STALE-{Guid.CreateVersion7():N}".ToUpperInvariant();
        await shop.PublishAsync(new ReceiveStock(Guid.CreateVersion7(), [new(sku, 1)], "count"));
        await Eventually.IsTrueAsync("one piece is there", async () => await OnHandAsync(sku) == 1);
        return sku;
    }

    // The handler waits for the row of its SKU; meanwhile its message changes hands.
    private async Task HandleWhileAsync(string sku, string change)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var blocker = new NpgsqlConnection(shop.ConnectionString);
        await blocker.OpenAsync(cancellation);
        await using (var transaction = await blocker.BeginTransactionAsync(cancellation))
        {
            await using var hold = new NpgsqlCommand("select from inventory.stock_items where sku = $1 for update", blocker, transaction);
            hold.Parameters.Add(new() { Value = sku });
            await hold.ExecuteNonQueryAsync(cancellation);
            await shop.PublishAsync(new ReceiveStock(Guid.CreateVersion7(), [new(sku, 5)], "count"));
            await Eventually.IsTrueAsync("the handler waits", async () => await HandlersAsync("wait_event_type = 'Lock'") > 0);
            var changed = await shop.ScalarAsync<long>(
                $"""
                with taken as (
                  update wolverine.wolverine_incoming_envelopes set {change} where status = 'Incoming' and {Letters} returning 1
                )
                select count(*) from taken
                """,
                sku
            );
            changed.ShouldBe(1);
            await transaction.CommitAsync(cancellation);
        }
        await Eventually.IsTrueAsync("the handler has ended", async () => await HandlersAsync("state <> 'idle'") == 0);
    }

    private Task<long> HandlersAsync(string condition) =>
        shop.ScalarAsync<long>(
            $"select count(*) from pg_stat_activity where datname = current_database() and application_name = 'shop_inventory' and {condition}"
        );

    private Task<long> OnHandAsync(string sku) =>
        shop.ScalarAsync<long>("select coalesce(sum(delta), 0)::bigint from inventory.movements where sku = $1", sku);

    private Task<long> DeadLettersAsync(string sku) =>
        shop.ScalarAsync<long>($"select count(*) from wolverine.wolverine_dead_letters where {Letters}", sku);
}
