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
public sealed class RollingDeployTests(SplitWorld shop) : IClassFixture<SplitWorld>
{
    [Fact]
    public async Task A_message_with_members_that_are_not_known_yet_is_understood()
    {
        var reservation = Guid.CreateVersion7();
        await SendAsync(
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
            "inventory.release-reservation.v1",
            new JsonObject { ["reservationId"] = reservation, ["because"] = "a later version says why" }
        );
        await IsHeldAsync(reservation, "released");
    }

    private Task IsHeldAsync(Guid reservation, string state) =>
        Eventually.IsTrueAsync(
            $"the reservation is {state}",
            async () => await shop.World.ScalarAsync<string>("select state from inventory.reservations where id = $1", reservation) == state
        );

    private async Task SendAsync(string message, JsonObject body)
    {
        var envelope = new Envelope
        {
            Id = Guid.CreateVersion7(),
            MessageType = message,
            ContentType = "application/json",
            Data = System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()),
            Destination = new Uri("postgresql://inventory"),
        };
        await using var source = NpgsqlDataSource.Create(shop.World.ConnectionString);
        await using var insert = source.CreateCommand(
            "insert into shop_queues.wolverine_queue_inventory (id, body, message_type) values ($1, $2, $3)"
        );
        insert.Parameters.Add(new() { Value = envelope.Id });
        insert.Parameters.Add(new() { Value = EnvelopeSerializer.Serialize(envelope) });
        insert.Parameters.Add(new() { Value = message });
        await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
