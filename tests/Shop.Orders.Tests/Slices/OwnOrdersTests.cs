using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.BuildingBlocks;
using Shop.Orders.Features;

namespace Shop.Orders.Tests;

public sealed class OwnOrdersTests(ShopFixture shop)
{
    private readonly Guid _customer = Guid.CreateVersion7();

    private HttpClient Own => shop.ClientAs(Policies.Customer, _customer);

    private HttpClient Staff => shop.ClientAs(Policies.Staff);

    [Fact]
    public async Task A_customer_sees_their_order_as_it_was_sold()
    {
        var order = await shop.PlacedAsync(_customer);

        var seen = (await Own.GetFromJsonAsync<OrderDetails>($"/api/v1/orders/{order.OrderId}"))!;

        seen.Status.ShouldBe("pending");
        seen.Lines.ShouldBe(order.Lines);
        seen.Totals.ShouldBe(order.Totals);
        (seen.ShippingAddress, seen.BillingAddress).ShouldBe((order.ShippingAddress, order.BillingAddress));
        seen.Timeline.ShouldHaveSingleItem().Kind.ShouldBe("placed");
    }

    [Fact]
    public async Task Nobody_elses_order_can_be_seen_or_canceled_except_by_staff()
    {
        var (others, guests) = (await shop.PlacedAsync(Guid.CreateVersion7()), await shop.PlacedAsync());
        foreach (var id in new[] { others.OrderId, guests.OrderId, Guid.CreateVersion7() })
        {
            await ShouldFailAsync(await Own.GetAsync($"/api/v1/orders/{id}"), 404, "orders.unknown_order");
            await ShouldFailAsync(await Own.PostAsync($"/api/v1/orders/{id}/cancel", null), 404, "orders.unknown_order");
        }
        (await shop.Client.GetAsync($"/api/v1/orders/{guests.OrderId}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await Staff.GetAsync($"/api/v1/orders/{guests.OrderId}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await shop.StatusAsync(others.OrderId)).ShouldBe("pending");
    }

    [Fact]
    public async Task An_order_canceled_before_it_was_placed_is_seen_by_nobody()
    {
        var id = Guid.CreateVersion7();
        await shop.CancelAsync(id);
        await ShouldFailAsync(await Staff.GetAsync($"/api/v1/orders/{id}"), 404, "orders.unknown_order");
    }

    [Fact]
    public async Task Own_orders_are_listed_newest_first_page_by_page()
    {
        var placed = new List<Guid>();
        for (var n = 0; n < 5; n++)
            placed.Add((await shop.PlacedAsync(_customer)).OrderId);
        await shop.PlacedAsync(Guid.CreateVersion7());

        var first = (await Own.GetFromJsonAsync<Page<OrderSummary>>("/api/v1/orders?limit=3"))!;
        var second = (await Own.GetFromJsonAsync<Page<OrderSummary>>($"/api/v1/orders?limit=3&cursor={first.NextCursor}"))!;

        first.Items.Concat(second.Items).Select(o => o.Id).ShouldBe(placed.AsEnumerable().Reverse());
        second.NextCursor.ShouldBeNull();
        await ShouldFailAsync(await Own.GetAsync("/api/v1/orders?cursor=~"), 400, "orders.invalid_cursor");
    }

    [Fact]
    public async Task A_pending_order_can_be_canceled_again_and_again_with_one_effect()
    {
        var order = await shop.PlacedAsync(_customer);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CancelUntilAnsweredAsync(order.OrderId)));

        foreach (var answer in answers)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
            var seen = (await answer.Content.ReadFromJsonAsync<OrderDetails>())!;
            (seen.Status, seen.CancelReason).ShouldBe(("canceled", "orders.canceled_by_customer"));
        }
        (await shop.TimelineAsync(order.OrderId)).ShouldBe("placed, canceled");
    }

    [Fact]
    public async Task Staff_cancels_in_its_own_name()
    {
        var order = await shop.PlacedAsync(_customer);
        var answer = await Staff.PostAsync($"/api/v1/orders/{order.OrderId}/cancel", null);
        (await answer.Content.ReadFromJsonAsync<OrderDetails>())!.CancelReason.ShouldBe("orders.canceled_by_staff");
    }

    [Fact]
    public async Task A_paid_order_can_no_longer_be_canceled()
    {
        var order = await shop.PlacedAsync(_customer);
        await shop.ConfirmAsync(order.OrderId);
        await ShouldFailAsync(await Own.PostAsync($"/api/v1/orders/{order.OrderId}/cancel", null), 409, "orders.already_captured");
        (await shop.StatusAsync(order.OrderId)).ShouldBe("confirmed");
    }

    // A busy machine may not answer in time; canceling again is what the rule allows.
    private Task<HttpResponseMessage> CancelUntilAnsweredAsync(Guid id) =>
        Eventually.GetAsync(
            $"an answer for {id}",
            async () =>
            {
                var response = await Own.PostAsync($"/api/v1/orders/{id}/cancel", null);
                return (int)response.StatusCode < 500 ? response : null;
            }
        );

    private static async Task ShouldFailAsync(HttpResponseMessage response, int status, string code)
    {
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        ((int)response.StatusCode).ShouldBe(status, problem.ToString());
        problem.GetProperty("code").GetString().ShouldBe(code);
    }
}
