using Shop.ArchitectureTests.Model;

namespace Shop.ArchitectureTests.Walls;

/// <summary>Wall 8: another module's events are handled in Subscriptions/, or in Checkout's Saga/, so that one folder tells what a module listens to.</summary>
public sealed class Wall08Subscriptions
{
    [Fact]
    public void Foreign_events_are_handled_where_one_looks_for_them()
    {
        var foreign = Messages.HandlersAmong(ShopModule.AllTypes).Where(h => h.Module != h.MessageOwner).ToArray();
        foreign.SelectMany(Violations).ShouldBeNone(foreign.Length);
    }

    [Fact]
    public void Planted_hidden_subscriptions_are_caught()
    {
        var handlers = Messages.HandlersAmong(GetType().Assembly.GetTypes().Where(t => Il.IsIn(t.Namespace, "Shop.Beta")));
        var found = handlers.SelectMany(Violations).ToArray();
        found.ShouldCatch(nameof(Beta.Code.HiddenListenerHandler), "outside of Subscriptions");
        found.ShouldCatch(nameof(Beta.Saga.BorrowedSagaHandler), "outside of Subscriptions");
        found.ShouldCatch(nameof(Beta.Subscriptions.MisnamedHandler), "name");
        found.ShouldSpare(nameof(Beta.Subscriptions.OnAlphaHappenedHandler));
    }

    private static IEnumerable<Violation> Violations(MessageHandler handler)
    {
        if (handler.Module == handler.MessageOwner)
            yield break;
        var space = handler.Class.Namespace;
        if (handler.Module == "Checkout" && Il.IsIn(space, "Shop.Checkout.Saga"))
            yield break;
        if (space != $"Shop.{handler.Module}.Subscriptions")
            yield return new(
                handler.ToString(),
                $"handles {handler.MessageOwner}'s message outside of Subscriptions",
                $"move it to Subscriptions/On{handler.Message.Name}.cs"
            );
        else if (handler.Class.Name != $"On{handler.Message.Name}Handler")
            yield return new(handler.ToString(), "does not name the event it handles", $"name the class On{handler.Message.Name}Handler");
    }
}
