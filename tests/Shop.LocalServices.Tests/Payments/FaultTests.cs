using System.Net;
using System.Net.Http.Json;
using Shop.LocalServices.Payments;
using Stripe;

namespace Shop.LocalServices.Tests.Payments;

public sealed class FaultTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RequestFault.TimeoutBefore, 0)]
    [InlineData(RequestFault.TimeoutAfter, 1)]
    [InlineData(RequestFault.ResetBefore, 0)]
    [InlineData(RequestFault.ResetAfter, 1)]
    [InlineData(RequestFault.Garbage, 1)]
    [InlineData(RequestFault.ServerError, 0)]
    [InlineData(RequestFault.ServerErrorAfter, 1)]
    [InlineData(RequestFault.Unavailable, 0)]
    [InlineData(RequestFault.TooManyRequests, 0)]
    [InlineData(RequestFault.Slow, 1)]
    public async Task What_goes_wrong_before_the_charge_charges_nothing_and_after_it_once(RequestFault fault, int charges)
    {
        await using var provider = await Provider.StartAsync(new() { Requests = [new("create", fault) { Count = 1, DelayMs = 1_500 }] });
        await Should.ThrowAsync<Exception>(() =>
            provider.Impatient.CreateAsync(Provider.Purchase("pm_card_visa"), new() { IdempotencyKey = "key-1" }, Cancelled)
        );
        await Eventually.IsTrueAsync(
            "the charge is there",
            async () => (await provider.Intents.ListAsync(cancellationToken: Cancelled)).Count() == charges
        );
    }

    [Fact]
    public async Task A_time_out_after_the_charge_is_resolved_by_asking_with_the_same_key()
    {
        await using var provider = await Provider.StartAsync(new() { Requests = [new("create", RequestFault.TimeoutAfter) { Count = 1 }] });
        await Should.ThrowAsync<Exception>(() =>
            provider.Impatient.CreateAsync(Provider.Purchase("pm_card_visa"), new() { IdempotencyKey = "key-1" }, Cancelled)
        );
        (await provider.AuthorizeAsync(key: "key-1")).Status.ShouldBe("requires_capture");
        (await provider.Intents.ListAsync(cancellationToken: Cancelled)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(RequestFault.Unavailable, HttpStatusCode.ServiceUnavailable)]
    [InlineData(RequestFault.TooManyRequests, HttpStatusCode.TooManyRequests)]
    [InlineData(RequestFault.ServerError, HttpStatusCode.InternalServerError)]
    public async Task Faults_strike_their_operation_only(RequestFault fault, HttpStatusCode status)
    {
        await using var provider = await Provider.StartAsync(new() { Requests = [new("capture", fault) { Count = 1 }] });
        var intent = await provider.AuthorizeAsync();
        var failed = await Should.ThrowAsync<StripeException>(() => provider.Intents.CaptureAsync(intent.Id, cancellationToken: Cancelled));
        failed.HttpStatusCode.ShouldBe(status);
        (await provider.Intents.CaptureAsync(intent.Id, cancellationToken: Cancelled)).Status.ShouldBe("succeeded");
    }

    [Fact]
    public async Task Faults_come_and_go_by_the_admin_route()
    {
        await using var provider = await Provider.StartAsync();
        var plan = JsonContent.Create(new { requests = new[] { new { on = "*", fault = "503" } } });
        (await provider.Http.PutAsync("/admin/faults", plan, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Should.ThrowAsync<StripeException>(() => provider.AuthorizeAsync());
        (await provider.Http.GetStringAsync("/admin/faults", Cancelled)).ShouldContain("\"fault\":\"503\"");

        await provider.Http.DeleteAsync("/admin/faults", Cancelled);
        (await provider.AuthorizeAsync()).Status.ShouldBe("requires_capture");
        var nonsense = await provider.Http.PutAsync("/admin/faults", JsonContent.Create(new[] { 1 }), Cancelled);
        nonsense.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }
}
