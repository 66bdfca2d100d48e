using Shop.Alpha.Contracts;
using Shop.Beta.Code;
using Shop.Beta.Contracts;
using Shop.BuildingBlocks.Contracts;
using Shop.BuildingBlocks.Messaging;
using Wolverine;

// Message handlers, each wrong in one way unless its name says otherwise.
namespace Shop.Beta.Subscriptions
{
    public static class OnAlphaHappenedHandler
    {
        public static void Handle(AlphaHappened message) => _ = message.AlphaId;
    }

    public static class MisnamedHandler
    {
        public static void Handle(AlphaHappened message) => _ = message.AlphaId;
    }
}

namespace Shop.Beta.Saga
{
    public static class BorrowedSagaHandler
    {
        public static void Handle(AlphaHappened message) => _ = message.AlphaId;
    }
}

namespace Shop.Beta.Code
{
    public static class HiddenListenerHandler
    {
        public static void Handle(AlphaHappened message) => _ = message.AlphaId;
    }

    public static class PlainObjectHandler
    {
        public static void Handle(PlainThing message) => _ = message.Id;
    }

    public static class ReactsToAlpha
    {
        public static void Handle(AlphaHappened message) => _ = message.AlphaId;
    }

    internal static class SilentHandler
    {
        public static void Handle(AlphaHappened message) => _ = message.AlphaId;
    }

    public static class DoTwiceHandler
    {
        public static void Handle(DoTwice message) => _ = message.Id;
    }

    public static class DoTwiceAgainHandler
    {
        public static void Handle(DoTwice message) => _ = message.Id;
    }

    public static class DoAlphaHandler
    {
        public static void Handle(DoAlpha message) => _ = message.AlphaId;
    }

    public static class AsksWhileHandlingHandler
    {
        public static async Task Handle(FirstTwin message, IMessageBus bus) => await bus.InvokeAsync<int>(message);
    }

    public static class AsksAModuleHandler
    {
        public static async Task Handle(SecondTwin message, IAsk ask) =>
            _ = await ask.AskAsync(new AskBeta(message), TimeSpan.FromSeconds(1), CancellationToken.None);
    }

    public sealed record AskBeta(SecondTwin About) : IQuery<int>;

    public static class AsksThroughAHelperHandler
    {
        public static async Task Handle(SecondTwin message, IMessageBus bus) => await Helper.AskAsync(message, bus);

        private static class Helper
        {
            public static async Task<int> AskAsync(object message, IMessageBus bus) => await bus.InvokeAsync<int>(message);
        }
    }
}
