using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks;

namespace Shop.Notifications.Tests.Slices;

public sealed class ListNotificationsTests(MailShop shop)
{
    private const string Route = "/api/v1/notifications";
    private readonly HttpClient _staff = shop.ClientAs(Policies.Staff);

    [Fact]
    public async Task Staff_see_where_a_mail_stands_but_not_the_address()
    {
        var order = Events.Confirmed(Events.Address());
        await shop.PublishAsync(order);
        var id = await shop.NotificationAsync(order.OrderId, "sent");

        var items = await AllAsync("sent");

        var mail = items.Single(i => i!["id"]!.GetValue<Guid>() == id)!;
        mail["kind"]!.GetValue<string>().ShouldBe("order_confirmed");
        mail["status"]!.GetValue<string>().ShouldBe("sent");
        mail["recipient"]!.GetValue<string>().ShouldBe("j***@e***.com");
        mail["attempts"]!.GetValue<int>().ShouldBe(1);
        items.ShouldAllBe(i => i!["status"]!.GetValue<string>() == "sent");
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_overlap()
    {
        foreach (var order in Enumerable.Range(0, 3).Select(_ => Events.Confirmed(Events.Address())))
        {
            await shop.PublishAsync(order);
            await shop.NotificationAsync(order.OrderId, "sent");
        }

        var ids = (await AllAsync("sent", limit: 2)).Select(i => i!["id"]!.GetValue<Guid>()).ToList();

        ids.Count.ShouldBeGreaterThanOrEqualTo(3);
        ids.ShouldBeUnique();
        ids.ShouldBe(ids.OrderByDescending(id => id));
    }

    [Theory]
    [InlineData("?status=lost", "notifications.unknown_status")]
    [InlineData("?status=2", "notifications.unknown_status")]
    [InlineData("?cursor=nonsense", "notifications.invalid_cursor")]
    public async Task What_makes_no_sense_is_refused(string query, string code)
    {
        var answer = await _staff.GetAsync(Route + query, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["code"]!
            .GetValue<string>()
            .ShouldBe(code);
    }

    [Fact]
    public async Task Customers_and_strangers_see_nothing()
    {
        (await shop.Client.GetAsync(Route, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await shop.ClientAs(Policies.Customer).GetAsync(Route, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(
            HttpStatusCode.Forbidden
        );
    }

    private async Task<List<JsonNode?>> AllAsync(string status, int limit = 100)
    {
        var items = new List<JsonNode?>();
        var cursor = "";
        do
        {
            var page = await _staff.GetFromJsonAsync<JsonObject>(
                $"{Route}?status={status}&limit={limit}{cursor}",
                TestContext.Current.CancellationToken
            );
            items.AddRange(page!["items"]!.AsArray());
            cursor = page["nextCursor"] is { } next ? $"&cursor={next}" : null;
        } while (cursor is not null);
        return items;
    }
}
