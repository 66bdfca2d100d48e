using Microsoft.Extensions.DependencyInjection;
using Shop.Inventory.Contracts;
using Wolverine;
using Wolverine.Runtime;

namespace Shop.Host.Tests.Messaging;

/// <summary>A COMMIT whose acknowledgement got lost leaves messages in the name of a process that lives and does not know of them.</summary>
public sealed class StrandedMessagesTests(ShopFixture shop)
{
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

        await Eventually.IsTrueAsync(
            "the goods are received",
            async () => await shop.ScalarAsync<long>("select count(*) from inventory.movements where sku = $1", sku) == 1,
            TimeSpan.FromMinutes(1)
        );
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
                    """
                    select owner_id + 1 from wolverine.wolverine_incoming_envelopes
                    where status = 'Handled' and message_type like 'inventory.receive-stock%' and position(convert_to($1, 'UTF8') in body) > 0
                    """,
                    sku
                ) == 1
        );
    }

    private static ReceiveStock Receive(string sku) => new(Guid.CreateVersion7(), [new(sku, 1)], "count");
}
