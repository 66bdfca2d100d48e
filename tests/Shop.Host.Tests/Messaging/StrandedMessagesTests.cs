using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.BuildingBlocks.Messaging;
using Shop.Inventory.Contracts;
using Wolverine;
using Wolverine.Runtime;

namespace Shop.Host.Tests.Messaging;

/// <summary>A COMMIT whose acknowledgement got lost leaves messages in the name of a process that lives and does not know of them.</summary>
public sealed class StrandedMessagesTests(ShopFixture shop)
{
    private const string Letters = "message_type like 'inventory.receive-stock%' and position(convert_to($1, 'UTF8') in body) > 0";

    [Fact]
    public async Task What_stands_in_a_living_process_s_name_and_is_not_in_its_hands_is_handled()
    {
        var sku = $"STRANDED-{Guid.CreateVersion7():N}".ToUpperInvariant();
        var runtime = shop.Services.GetRequiredService<IWolverineRuntime>();
        var routed = runtime.RoutingFor(typeof(ReceiveStock)).RouteForPublish(Receive(sku), null).Single();
        routed.Data = runtime.Options.DefaultSerializer.Write(routed);
        routed.Status = EnvelopeStatus.Incoming;
        routed.OwnerId = runtime.DurabilitySettings.AssignedNodeNumber;

        await runtime.Storage.Inbox.StoreIncomingAsync(routed);

        await Eventually.IsTrueAsync("the goods are received", async () => await MovementsAsync(sku) == 1, TimeSpan.FromMinutes(1));
        (await shop.ScalarAsync<string>("select status from wolverine.wolverine_incoming_envelopes where id = $1", routed.Id)).ShouldBe(
            "Handled"
        );
    }

    [Fact]
    public async Task What_is_handled_is_in_nobody_s_name()
    {
        var sku = $"HANDLED-{Guid.CreateVersion7():N}".ToUpperInvariant();
        await shop.PublishAsync(Receive(sku));

        await Eventually.IsTrueAsync(
            "the message is handled",
            async () =>
                await shop.ScalarAsync<int>(
                    $"""
                    select owner_id + 1 from wolverine.wolverine_incoming_envelopes
                    where status = 'Handled' and {Letters}
                    """,
                    sku
                ) == 1
        );
    }

    [Fact]
    public async Task What_a_handler_waits_with_is_in_its_hands_until_it_ends()
    {
        var sku = $"IN-HAND-{Guid.CreateVersion7():N}".ToUpperInvariant();
        await shop.PublishAsync(Receive(sku));
        await Eventually.IsTrueAsync("one piece is there", async () => await MovementsAsync(sku) == 1);
        await using var blocker = new NpgsqlConnection(shop.ConnectionString);
        await blocker.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await blocker.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand("select from inventory.stock_items where sku = $1 for update", blocker, transaction);
        hold.Parameters.Add(new() { Value = sku });
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await shop.PublishAsync(Receive(sku));

        var id = Guid.Empty;
        await Eventually.IsTrueAsync("the message waits", async () => (id = await WaitingAsync(sku)) != Guid.Empty);
        await Eventually.IsTrueAsync("it is in hand", () => Task.FromResult(MessagesInHand.Contains(id, Place)));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync("two pieces are there", async () => await MovementsAsync(sku) == 2);
        await Eventually.IsTrueAsync("it is out of hand", () => Task.FromResult(!MessagesInHand.Contains(id, Place)));
    }

    private Uri Place =>
        shop
            .Services.GetRequiredService<IWolverineRuntime>()
            .RoutingFor(typeof(ReceiveStock))
            .RouteForPublish(Receive("ANY"), null)
            .Single()
            .Destination!;

    private Task<long> MovementsAsync(string sku) => shop.ScalarAsync<long>("select count(*) from inventory.movements where sku = $1", sku);

    private Task<Guid> WaitingAsync(string sku) =>
        shop.ScalarAsync<Guid>($"select id from wolverine.wolverine_incoming_envelopes where status = 'Incoming' and {Letters}", sku);

    private static ReceiveStock Receive(string sku) => new(Guid.CreateVersion7(), [new(sku, 1)], "count");
}
