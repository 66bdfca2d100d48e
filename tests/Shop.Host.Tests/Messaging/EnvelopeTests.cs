using Shop.Inventory.Contracts;

namespace Shop.Host.Tests.Messaging;

/// <summary>What the bus's own defaults get wrong, and the host sets right.</summary>
public sealed class EnvelopeTests(ShopFixture shop)
{
    // The bus's usual ids are counted up from a process's number, and two processes of one machine can come to the same one.
    [Fact]
    public async Task No_two_processes_give_messages_the_same_id()
    {
        var id = Guid.CreateVersion7();
        await shop.PublishAsync(new ReleaseReservation(id));

        const string Versions = """
            select string_agg(distinct substring(id::text, 15, 1), '')
            from wolverine.wolverine_incoming_envelopes where message_type like 'inventory.%'
            """;
        await Eventually.IsTrueAsync("the message is stored", async () => await shop.ScalarAsync<string>(Versions) is not null);
        (await shop.ScalarAsync<string>(Versions)).ShouldBe("7");
    }
}
