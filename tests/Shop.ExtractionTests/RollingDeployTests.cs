using System.Text.Json.Nodes;
using Npgsql;
using Shop.TestKit.World;
using Wolverine;
using Wolverine.Runtime.Serialization;

namespace Shop.ExtractionTests;

/// <summary>
/// Processes of two versions stand side by side while a deployment rolls. What the other version sends is put into the module's queue as
/// that version would write it.
/// </summary>
[Collection(Release.InTurn)]
public sealed class RollingDeployTests(SplitWorld shop) : IClassFixture<SplitWorld>
{
    [Fact]
    public async Task A_message_with_members_that_are_not_known_yet_is_understood()
    {
        var reservation = Guid.CreateVersion7();
        await SendAsync(
            "Inventory",
            "inventory.reserve-stock.v1",
            new JsonObject
            {
                ["reservationId"] = reservation,
                ["lines"] = new JsonArray(
                    new JsonObject
                    {
                        ["sku"] = "BOOT-42",
                        ["quantity"] = 1,
                        ["giftWrap"] = true,
                    }
                ),
                ["holdSeconds"] = 300,
                ["channel"] = "kiosk",
            }
        );
        await IsHeldAsync(reservation, "held");

        await SendAsync(
            "Inventory",
            "inventory.release-reservation.v1",
            new JsonObject { ["reservationId"] = reservation, ["because"] = "a later version says why" }
        );
        await IsHeldAsync(reservation, "released");
    }

    [Fact]
    public async Task A_message_without_members_that_came_later_is_understood()
    {
        var samples = Path.Combine(TestServer.RepositoryRoot(), "tests", "Shop.ArchitectureTests", "Samples");
        var order = JsonNode
            .Parse(await File.ReadAllTextAsync(Path.Combine(samples, "orders.place-order.v1.json"), Cancellation))!
            .AsObject();
        var id = Guid.CreateVersion7();
        order["orderId"] = id;
        // An earlier version knew guests alone, and one line of an address.
        order.Remove("customerId").ShouldBeTrue();
        foreach (var address in new[] { "shippingAddress", "billingAddress" })
        {
            order[address]!.AsObject().Remove("line2").ShouldBeTrue();
            order[address]!["country"] = "DE";
        }

        await SendAsync("Orders", "orders.place-order.v1", order);

        await Eventually.IsTrueAsync(
            "the order is placed",
            async () => await shop.World.ScalarAsync<long>("select count(*) from orders.orders where id = $1", id) == 1
        );
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task IsHeldAsync(Guid reservation, string state) =>
        Eventually.IsTrueAsync(
            $"the reservation is {state}",
            async () => await shop.World.ScalarAsync<string>("select state from inventory.reservations where id = $1", reservation) == state
        );

    private async Task SendAsync(string module, string message, JsonObject body)
    {
        var envelope = new Envelope
        {
            Id = Guid.CreateVersion7(),
            MessageType = message,
            ContentType = "application/json",
            Data = System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()),
            Destination = new Uri($"postgresql://{module.ToLowerInvariant()}"),
        };
        await using var source = NpgsqlDataSource.Create(shop.World.ConnectionString);
        await using var insert = source.CreateCommand(
            $"insert into shop_queues.wolverine_queue_{module.ToLowerInvariant()} (id, body, message_type) values ($1, $2, $3)"
        );
        insert.Parameters.Add(new() { Value = envelope.Id });
        insert.Parameters.Add(new() { Value = EnvelopeSerializer.Serialize(envelope) });
        insert.Parameters.Add(new() { Value = message });
        await insert.ExecuteNonQueryAsync(Cancellation);
    }
}
