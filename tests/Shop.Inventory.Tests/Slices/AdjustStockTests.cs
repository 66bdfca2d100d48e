using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.BuildingBlocks;
using Shop.Inventory.Contracts;
using Shop.Inventory.Features;

namespace Shop.Inventory.Tests;

public sealed class AdjustStockTests(ShopFixture shop)
{
    private readonly HttpClient _staff = shop.ClientAs(Policies.Staff);

    [Fact]
    public async Task A_correction_changes_the_level_and_stands_in_the_ledger()
    {
        var sku = await shop.StockedAsync(5);

        var adjustment = await ReadAsync<Adjustment>(await AdjustAsync(sku, -2, "broken"));
        adjustment.ShouldSatisfyAllConditions(
            a => a.OnHand.ShouldBe(3),
            a => a.Delta.ShouldBe(-2),
            a => a.Reason.ShouldBe("broken"),
            a => Guid.TryParse(a.Actor, out _).ShouldBeTrue()
        );

        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 3, 0, 3, 2));
        var ledger = await _staff.GetFromJsonAsync<Page<Adjustment>>($"/api/v1/inventory/adjustments?sku={sku}");
        ledger!.Items.Select(a => a.Delta).ShouldBe([-2, 5]);
        ledger.Items[0].ShouldBe(adjustment);
    }

    [Fact]
    public async Task The_same_key_and_body_adjust_once_and_are_answered_alike()
    {
        var sku = await shop.StockedAsync(5);
        var key = Guid.CreateVersion7().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AdjustAsync(sku, -5, "lost", key)));
        var texts = await Task.WhenAll(answers.Append(await AdjustAsync(sku, -5, "lost", key)).Select(a => a.Content.ReadAsStringAsync()));

        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK);
        texts.Distinct().ShouldHaveSingleItem();
        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 0, 0, 0, 2));
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        var (sku, other) = (await shop.StockedAsync(5), await shop.StockedAsync(5));
        var key = Guid.CreateVersion7().ToString();
        await AdjustAsync(sku, -1, "lost", key);

        await ShouldFailAsync(await AdjustAsync(sku, -2, "lost", key), 422, "inventory.idempotency_key_reused");
        await ShouldFailAsync(await AdjustAsync(other, -1, "lost", key), 422, "inventory.idempotency_key_reused");
        (await shop.LevelAsync(sku)).OnHand.ShouldBe(4);
        (await shop.LevelAsync(other)).OnHand.ShouldBe(5);
    }

    [Fact]
    public async Task One_key_for_two_items_at_once_adjusts_one_of_them()
    {
        var (sku, other) = (await shop.StockedAsync(5), await shop.StockedAsync(5));
        var key = Guid.CreateVersion7().ToString();

        var answers = await Task.WhenAll(AdjustAsync(sku, 1, "found", key), AdjustAsync(other, 1, "found", key));

        answers.Select(a => (int)a.StatusCode).Order().ShouldBe([200, 422]);
        ((await shop.LevelAsync(sku)).OnHand + (await shop.LevelAsync(other)).OnHand).ShouldBe(11);
    }

    [Fact]
    public async Task Promised_pieces_cannot_be_taken_away()
    {
        var sku = await shop.StockedAsync(5);
        await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 4));

        await ShouldFailAsync(await AdjustAsync(sku, -2, "lost"), 409, "inventory.would_oversell");
        (await AdjustAsync(sku, -1, "lost")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Adjustments_and_purchases_at_once_never_oversell()
    {
        var sku = await shop.StockedAsync(12);
        await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(n =>
                    n % 2 == 0 ? (Task)AdjustAsync(sku, -1, "lost") : shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 1))
                )
        );
        (await shop.LevelAsync(sku)).Available.ShouldBe(0);
        (await shop.DriftAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_stale_version_is_refused()
    {
        var sku = await shop.StockedAsync(5);
        var etag = (await _staff.GetAsync($"/api/v1/inventory/levels/{sku}")).Headers.ETag!.Tag;

        (await AdjustAsync(sku, 1, "found", ifMatch: etag)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ShouldFailAsync(await AdjustAsync(sku, 1, "found", ifMatch: etag), 412, "inventory.version_mismatch");
    }

    [Fact]
    public async Task What_cannot_be_adjusted_is_said_plainly()
    {
        var sku = await shop.StockedAsync(5);
        await ShouldFailAsync(await AdjustAsync(Warehouse.NewSku(), 1, "found"), 404, "inventory.unknown_sku");
        await ShouldFailAsync(await AdjustAsync(sku, 0, "found"), 400, "shop.invalid_request");
        await ShouldFailAsync(await AdjustAsync(sku, 1, ""), 400, "shop.invalid_request");
        await ShouldFailAsync(await AdjustAsync(sku, 1, "found", key: ""), 400, "inventory.idempotency_key_required");
        await ShouldFailAsync(await _staff.GetAsync($"/api/v1/inventory/levels/{Warehouse.NewSku()}"), 404, "inventory.unknown_sku");
        await ShouldFailAsync(await _staff.GetAsync("/api/v1/inventory/levels?cursor=~"), 400, "inventory.invalid_cursor");
        // Made as a cursor is made, of NUL.
        await ShouldFailAsync(await _staff.GetAsync("/api/v1/inventory/levels?cursor=AA"), 400, "inventory.invalid_cursor");
    }

    [Fact]
    public async Task Levels_are_listed_page_by_page_without_gap_or_repeat()
    {
        var prefix = Warehouse.NewSku();
        var skus = Enumerable.Range(0, 7).Select(n => $"{prefix}-{n}").ToArray();
        await Task.WhenAll(skus.Select(s => shop.ReceiveAsync(s, 1)));

        var seen = new List<string>();
        var cursor = Paging.Encode(prefix);
        while (cursor is not null && seen.Count < skus.Length)
        {
            var page = await _staff.GetFromJsonAsync<Page<StockLevel>>($"/api/v1/inventory/levels?limit=3&cursor={cursor}");
            seen.AddRange(page!.Items.Select(l => l.Sku));
            cursor = page.NextCursor;
        }

        seen.Take(skus.Length).ShouldBe(skus);
    }

    [Fact]
    public async Task Only_staff_sees_and_changes_levels()
    {
        using var customer = shop.ClientAs(Policies.Customer);
        foreach (var path in new[] { "levels", "levels/x", "adjustments" })
        {
            (await shop.Client.GetAsync($"/api/v1/inventory/{path}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await customer.GetAsync($"/api/v1/inventory/{path}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
        (await customer.PostAsJsonAsync("/api/v1/inventory/adjustments", new AdjustStock("x", 1, "found"))).StatusCode.ShouldBe(
            HttpStatusCode.Forbidden
        );
    }

    // An answer that is not about the request, such as a time-out on a busy machine, is asked for again: that is what the key is for.
    private Task<HttpResponseMessage> AdjustAsync(string sku, int delta, string reason, string? key = null, string? ifMatch = null)
    {
        key ??= Guid.CreateVersion7().ToString();
        return Eventually.GetAsync(
            $"an answer for {sku}",
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/inventory/adjustments");
                request.Content = JsonContent.Create(new AdjustStock(sku, delta, reason));
                request.Headers.Add("Idempotency-Key", key);
                if (ifMatch is not null)
                    request.Headers.Add("If-Match", ifMatch);
                var response = await _staff.SendAsync(request);
                return (int)response.StatusCode < 500 ? response : null;
            }
        );
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<T>())!;
    }

    private static async Task ShouldFailAsync(HttpResponseMessage response, int status, string code)
    {
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        ((int)response.StatusCode).ShouldBe(status, problem.ToString());
        problem.GetProperty("code").GetString().ShouldBe(code);
    }
}
