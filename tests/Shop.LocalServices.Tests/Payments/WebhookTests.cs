using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shop.LocalServices.Payments;
using Stripe;

namespace Shop.LocalServices.Tests.Payments;

public sealed class WebhookTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_change_is_told_with_a_signature_that_holds()
    {
        await using var shop = await Listener.StartAsync();
        await using var provider = await Provider.StartAsync(webhookUrl: shop.Address);
        var intent = await provider.AuthorizeAsync();
        await provider.Intents.CaptureAsync(intent.Id, cancellationToken: Cancelled);
        await provider.Refunds.CreateAsync(new() { PaymentIntent = intent.Id }, cancellationToken: Cancelled);

        var events = await shop.TakeAsync(4);
        events
            .Select(e => e.Type)
            .ShouldBe(
                ["payment_intent.created", "payment_intent.amount_capturable_updated", "payment_intent.succeeded", "charge.refunded"],
                ignoreOrder: true
            );
        var captured = (PaymentIntent)events.Single(e => e.Type == "payment_intent.succeeded").Data.Object;
        captured.Id.ShouldBe(intent.Id);
        captured.AmountReceived.ShouldBe(4_999);
        ((Charge)events.Single(e => e.Type == "charge.refunded").Data.Object).AmountRefunded.ShouldBe(4_999);
    }

    [Theory]
    [InlineData("pm_card_chargeDeclined", 2, "payment_intent.payment_failed")]
    [InlineData("pm_card_authenticationRequired", 3, "payment_intent.requires_action")]
    public async Task Bad_news_is_told_too(string card, int events, string type)
    {
        await using var shop = await Listener.StartAsync();
        await using var provider = await Provider.StartAsync(webhookUrl: shop.Address);
        try
        {
            var intent = await provider.AuthorizeAsync(card);
            await provider.Intents.CancelAsync(intent.Id, cancellationToken: Cancelled);
        }
        catch (StripeException) { }
        // In whatever order they arrive.
        (await shop.TakeAsync(events))
            .Select(e => e.Type)
            .ShouldContain(type);
    }

    [Fact]
    public async Task A_shop_that_fails_is_told_again()
    {
        await using var shop = await Listener.StartAsync(failures: 2);
        await using var provider = await Provider.StartAsync(webhookUrl: shop.Address);
        await provider.AuthorizeAsync();
        (await shop.TakeAsync(2)).Select(e => e.Type).ShouldContain("payment_intent.created");
    }

    [Fact]
    public async Task What_could_not_be_told_is_told_after_a_restart()
    {
        await using var provider = await Provider.StartAsync();
        await provider.AuthorizeAsync();
        await provider.RestartAsync();
        await using var shop = await Listener.StartAsync();
        provider.Simulator.TellTo(shop.Address);
        (await shop.TakeAsync(2)).Select(e => e.Type).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task An_event_told_twice_is_the_same_event()
    {
        await using var shop = await Listener.StartAsync();
        await using var provider = await Provider.StartAsync(Webhooks(new("payment_intent.created", WebhookFault.Twice)), shop.Address);
        await provider.AuthorizeAsync();
        var events = await shop.TakeAsync(3);
        events.Where(e => e.Type == "payment_intent.created").Select(e => e.Id).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_event_held_back_comes_after_the_next_one()
    {
        await using var shop = await Listener.StartAsync();
        var rule = new FaultRule<WebhookFault>("payment_intent.amount_capturable_updated", WebhookFault.OutOfOrder) { DelayMs = 15_000 };
        await using var provider = await Provider.StartAsync(Webhooks(rule), shop.Address);
        var intent = await provider.AuthorizeAsync();
        (await shop.TakeAsync(1)).Single().Type.ShouldBe("payment_intent.created");
        await provider.Intents.CaptureAsync(intent.Id, cancellationToken: Cancelled);
        var events = await shop.TakeAsync(2);
        events.Select(e => e.Type).ShouldBe(["payment_intent.succeeded", "payment_intent.amount_capturable_updated"]);
    }

    [Fact]
    public async Task An_event_never_told_is_not_tried()
    {
        await using var shop = await Listener.StartAsync();
        await using var provider = await Provider.StartAsync(Webhooks(new("payment_intent.created", WebhookFault.Never)), shop.Address);
        await provider.AuthorizeAsync();
        (await shop.TakeAsync(1)).Single().Type.ShouldBe("payment_intent.amount_capturable_updated");
    }

    [Fact]
    public async Task A_forged_signature_is_refused_and_the_honest_one_follows()
    {
        await using var shop = await Listener.StartAsync();
        var rule = new FaultRule<WebhookFault>("payment_intent.created", WebhookFault.BadSignature) { Count = 1 };
        await using var provider = await Provider.StartAsync(Webhooks(rule), shop.Address);
        await provider.AuthorizeAsync();
        (await shop.TakeAsync(2)).Select(e => e.Type).ShouldContain("payment_intent.created");
        shop.Forged.ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_amount_is_signed_all_the_same()
    {
        await using var shop = await Listener.StartAsync();
        await using var provider = await Provider.StartAsync(Webhooks(new("*", WebhookFault.WrongAmount)), shop.Address);
        await provider.AuthorizeAsync();
        var events = await shop.TakeAsync(2);
        events.ShouldAllBe(e => ((PaymentIntent)e.Data.Object).Amount == 5_000);
    }

    private static FaultPlan Webhooks(FaultRule<WebhookFault> rule) => new() { Webhooks = [rule] };

    /// <summary>A shop that checks signatures with the real library.</summary>
    private sealed class Listener(WebApplication app, Channel<Event> heard) : IAsyncDisposable
    {
        private int _forged;

        public int Forged => _forged;

        public Uri Address => new(app.Urls.Single() + "/hook");

        public static async Task<Listener> StartAsync(int failures = 0)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var heard = Channel.CreateUnbounded<Event>();
            var listener = new Listener(builder.Build(), heard);
            listener.Map(heard.Writer, failures);
            await listener.App.StartAsync(Cancelled);
            return listener;
        }

        private WebApplication App => app;

        public async Task<List<Event>> TakeAsync(int count)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            patience.CancelAfter(Patience);
            var events = new List<Event>();
            while (events.Count < count)
                events.Add(await heard.Reader.ReadAsync(patience.Token));
            return events;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private void Map(ChannelWriter<Event> writer, int failures) =>
            app.MapPost(
                "/hook",
                async (HttpRequest request) =>
                {
                    if (Interlocked.Decrement(ref failures) >= 0)
                        return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
                    using var reader = new StreamReader(request.Body);
                    var body = await reader.ReadToEndAsync(Cancelled);
                    try
                    {
                        writer.TryWrite(
                            EventUtility.ConstructEvent(body, request.Headers["Stripe-Signature"], PaymentSimulator.DefaultWebhookSecret)
                        );
                        return Results.Ok();
                    }
                    catch (StripeException)
                    {
                        Interlocked.Increment(ref _forged);
                        return Results.BadRequest();
                    }
                }
            );
    }
}
