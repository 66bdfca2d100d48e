using System.Net;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shop.Payments.Domain;
using Shop.Payments.Provider;

namespace Shop.Payments.Tests.Unit;

/// <summary>What a call proves, with answers written by hand below the client's own retry.</summary>
public sealed class StripeProviderTests
{
    [Fact]
    public async Task A_payment_is_looked_for_only_in_the_time_in_which_a_call_can_have_made_it()
    {
        using var wire = new Wire(_ => Page(count: 0, hasMore: false));
        var attempt = Some.Attempt(PaymentState.Unknown);
        typeof(PaymentAttempt).GetProperty(nameof(attempt.CalledAt))!.SetValue(attempt, Some.Now.AddSeconds(40));

        (await wire.AskAsync(ProviderStep.Find, attempt)).Verdict.ShouldBe(Verdict.NotFound);

        var asked = HttpUtility.ParseQueryString(wire.Requests.ShouldHaveSingleItem().Query);
        asked["created[gte]"].ShouldBe($"{Some.Now.AddMinutes(-1).ToUnixTimeSeconds()}");
        asked["created[lte]"].ShouldBe($"{Some.Now.AddSeconds(40 + 3 + 20 + 60).ToUnixTimeSeconds()}");
    }

    [Fact]
    public async Task Each_look_goes_further_than_the_one_before_and_a_part_proves_nothing()
    {
        using var wire = new Wire(_ => Page(count: 100, hasMore: true));
        var attempt = Some.Attempt(PaymentState.Unknown);

        (await wire.AskAsync(ProviderStep.Find, attempt)).Verdict.ShouldBe(Verdict.NotSeen);
        wire.Requests.Count.ShouldBe(20);
        attempt.ResolveTries = 3;

        (await wire.AskAsync(ProviderStep.Find, attempt)).Verdict.ShouldBe(Verdict.NotSeen);
        wire.Requests.Count.ShouldBe(20 + 60);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task A_call_turned_away_at_the_door_did_nothing(HttpStatusCode status)
    {
        using var wire = new Wire(_ => Answer(status, []));

        (await wire.AskAsync(ProviderStep.Create, Some.Attempt())).Verdict.ShouldBe(Verdict.NothingDone);
        wire.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task A_call_turned_away_the_second_time_may_have_worked_the_first_time(HttpStatusCode status)
    {
        using var wire = new Wire(sent => sent == 1 ? throw new HttpRequestException("reset after the charge") : Answer(status, []));

        (await wire.AskAsync(ProviderStep.Create, Some.Attempt())).Verdict.ShouldBe(Verdict.NoAnswer);
        wire.Requests.Count.ShouldBe(2);
    }

    private static HttpResponseMessage Page(int count, bool hasMore) =>
        Answer(
            HttpStatusCode.OK,
            new JsonObject
            {
                ["object"] = "list",
                ["has_more"] = hasMore,
                ["url"] = "/v1/payment_intents",
                ["data"] = new JsonArray([
                    .. Enumerable.Range(0, count).Select(i => new JsonObject { ["id"] = $"pi_{i}", ["object"] = "payment_intent" }),
                ]),
            }
        );

    private static HttpResponseMessage Answer(HttpStatusCode status, JsonObject body) =>
        new(status) { Content = new StringContent(body.ToJsonString()) };

    /// <summary>The provider's client over a network that answers as told.</summary>
    private sealed class Wire(Func<int, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public List<Uri> Requests { get; } = [];

        public async Task<ProviderAnswer> AskAsync(ProviderStep step, PaymentAttempt attempt)
        {
            var services = new ServiceCollection().AddStripeHttp();
            services.AddHttpClient(StripeHttp.Name).ConfigurePrimaryHttpMessageHandler(() => this);
            await using var provider = services.BuildServiceProvider();
            var options = new PaymentsOptions { Stripe = new() { SecretKey = "sk_test" } };
            var stripe = new StripeProvider(
                provider.GetRequiredService<IHttpClientFactory>(),
                Options.Create(options),
                NullLogger<StripeProvider>.Instance
            );
            return await stripe.AskAsync(step, attempt, TestContext.Current.CancellationToken);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request.RequestUri!);
            // As a real one does: the body leaves before the answer comes.
            if (request.Content is { } body)
                await body.CopyToAsync(Stream.Null, cancellationToken);
            return answer(Requests.Count);
        }
    }
}
