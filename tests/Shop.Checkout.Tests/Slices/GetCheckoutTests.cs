using System.Net;
using Shop.BuildingBlocks;
using Shop.Checkout.Domain;
using Shop.Checkout.Tests.Unit;
using Shop.Orders.Contracts;
using static Shop.Checkout.Tests.Slices.CheckoutShopExtensions;

namespace Shop.Checkout.Tests.Slices;

public class GetCheckoutTests(CheckoutShop shop)
{
    private readonly string _token = Guid.CreateVersion7().ToString("N");

    [Fact]
    public async Task A_guest_sees_the_purchase_of_their_cart_and_nobody_elses()
    {
        var purchase = await GuestHasAsync(CheckoutStep.Compensated);
        var path = $"/api/v1/checkouts/{purchase.Id}";
        var seen = await shop.Client.GetAsGuestAsync(path, _token);
        seen.StatusCode.ShouldBe(HttpStatusCode.OK);
        var view = await seen.JsonAsync();
        ((string?)view["state"]).ShouldBe("compensated");
        ((string?)view["failure"]!["code"]).ShouldBe("payments.declined");

        foreach (var token in new[] { null, "", Guid.CreateVersion7().ToString("N") })
        {
            var hidden = await shop.Client.GetAsGuestAsync(path, token);
            hidden.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await hidden.CodeAsync()).ShouldBe("checkout.not_found");
        }
    }

    [Fact]
    public async Task A_customer_sees_their_purchases_and_nobody_elses()
    {
        var customer = Guid.CreateVersion7();
        var purchase = await shop.HasAsync(Purchases.At(CheckoutStep.Completed) with { CustomerId = customer });
        var path = $"/api/v1/checkouts/{purchase.Id}";
        (await shop.ClientAs(Policies.Customer, customer).GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await shop.ClientAs(Policies.Customer).GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await shop.ClientAs(Policies.Staff).GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Progress_is_streamed_state_by_state_until_the_end()
    {
        var c = await GuestHasAsync(CheckoutStep.Captured);
        using var response = await shop.Client.GetAsGuestAsync($"/api/v1/checkouts/{c.Id}/events", _token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        var lines = new List<string>();
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            // A silent stream shows that it is alive; only then does the purchase move.
            if (line == "event: heartbeat" && lines.Count(l => l == line) == 1)
                await shop.PublishAsync(
                    new OrderConfirmed(c.Id, "S-1001", c.Id, c.CartId, null, c.Email, c.Lines, c.Totals, TimeProvider.System.GetUtcNow())
                );
        }
        var states = lines.Where(l => l.StartsWith("data: {", StringComparison.Ordinal)).ToList();
        states.Count.ShouldBe(2);
        states[0].ShouldContain("\"captured\"");
        states[1].ShouldContain("\"completed\"");
    }

    [Fact]
    public async Task Progress_is_shown_to_nobody_else()
    {
        var purchase = await GuestHasAsync(CheckoutStep.Completed);
        using var response = await shop.Client.GetAsGuestAsync($"/api/v1/checkouts/{purchase.Id}/events", "another");
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Staff_see_what_needs_attention_and_nobody_else_does()
    {
        var stuck = await shop.HasAsync(Purchases.At(CheckoutStep.NeedsAttention, NotSoon));
        const string Path = "/api/v1/checkouts/needs-attention?limit=100";
        (await shop.Client.GetAsync(Path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await shop.ClientAs(Policies.Customer).GetAsync(Path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var list = await (await shop.ClientAs(Policies.Staff).GetAsync(Path)).JsonAsync();
        var item = list["items"]!.AsArray().Single(i => (Guid?)i!["id"] == stuck.Id)!;
        ((string?)item["stuckAt"]).ShouldBe("order_placed");
    }

    private Task<CheckoutState> GuestHasAsync(CheckoutStep step) =>
        shop.HasAsync(
            Purchases
                .At(step, step is CheckoutStep.Captured ? NotSoon : null)
                .StartedBy(Requests.Buy(Guid.CreateVersion7()), _token, Guid.CreateVersion7().ToString())
        );
}
