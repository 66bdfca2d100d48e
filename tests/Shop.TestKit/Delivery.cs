using Shop.BuildingBlocks.Messaging;

namespace Shop.TestKit;

/// <summary>Delivers messages as the bus may: once, again, and several times at once.</summary>
public static class Delivery
{
    private const string Handled =
        "select count(*)::int from wolverine.wolverine_incoming_envelopes where status = 'Handled' and message_type = $1 and position($2 in body) > 0";

    /// <summary>Publishes copies of a message at once, and returns when the last of them has been handled.</summary>
    /// <param name="shop">The running shop.</param>
    /// <param name="message">A message with exactly one handler.</param>
    /// <param name="id">A value in the message that no other test's message has.</param>
    /// <param name="copies">How many, each with an envelope of its own, so that the inbox doesn't stop it.</param>
    public static async Task DeliverAsync(this ShopFixture shop, object message, Guid id, int copies = 1)
    {
        var name = MessageNaming.NameOf(message.GetType()) ?? throw new ArgumentException("A message of some Contracts is expected.");
        var mark = System.Text.Encoding.UTF8.GetBytes(id.ToString());
        var before = await shop.ScalarAsync<int>(Handled, name, mark);
        await Task.WhenAll(Enumerable.Range(0, copies).Select(_ => shop.PublishAsync(message)));
        await Eventually.IsTrueAsync(
            $"{copies} of {name} handled",
            async () => await shop.ScalarAsync<int>(Handled, name, mark) == before + copies
        );
    }

    /// <summary>Waits until some module's queue has got a message of this type with this text in it.</summary>
    public static Task IsToldAsync<TMessage>(this ShopFixture shop, string text)
    {
        var name = MessageNaming.NameOf(typeof(TMessage)) ?? throw new ArgumentException("A message of some Contracts is expected.");
        var mark = System.Text.Encoding.UTF8.GetBytes(text);
        return Eventually.IsTrueAsync(
            $"{name} with {text}",
            () =>
                shop.ScalarAsync<bool>(
                    "select exists (select from wolverine.wolverine_incoming_envelopes where message_type = $1 and position($2 in body) > 0)",
                    name,
                    mark
                )
        );
    }
}
