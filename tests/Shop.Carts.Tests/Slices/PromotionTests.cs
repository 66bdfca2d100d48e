using System.Net;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;

namespace Shop.Carts.Tests.Slices;

public sealed class PromotionTests(ShopFixture shop)
{
    [Fact]
    public async Task A_code_on_the_cart_reduces_it_until_it_is_taken_off()
    {
        var (_, code) = await shop.PromoteAsync();
        var sku = await shop.SellAsync(1_000);
        using var guest = await Buyer.GuestAsync(shop);
        await guest.AddAsync(sku, 2);

        var reduced = await (await guest.TryCouponAsync($" {code.ToLowerInvariant()} ")).CartAsync();

        (reduced.Subtotal.Minor, reduced.Discount.Minor, reduced.Total.Minor).ShouldBe((2_000, 200, 1_800 + 342 + 490 + 93));
        reduced.Coupons.Single().ShouldBe(new CouponSeen(code, true, null));
        reduced[sku].Discount.Minor.ShouldBe(200);
        (await guest.GetAsync()).Total.ShouldBe(reduced.Total);
        var whole = await (await guest.SendAsync(HttpMethod.Delete, $"/{guest.CartId}/coupons/{code}")).CartAsync();
        whole.Discount.ShouldBe(new Money(0, "EUR"));
    }

    [Fact]
    public async Task A_code_that_can_not_be_had_is_refused_with_its_reason()
    {
        using var guest = await Buyer.GuestAsync(shop);
        var (_, later) = await shop.PromoteAsync(p => p["startsAt"] = "2999-01-01T00:00:00Z");
        var (ended, over) = await shop.PromoteAsync();
        (await shop.SendAsync(HttpMethod.Post, $"promotions/{ended}/end")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (_, group) = await shop.PromoteAsync(p => p["customerGroup"] = "club");

        await (await guest.TryCouponAsync("NO-SUCH-CODE")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "carts.coupon_unknown");
        await (await guest.TryCouponAsync(later)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "carts.coupon_not_started");
        await (await guest.TryCouponAsync(over)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "carts.coupon_unknown");
        await (await guest.TryCouponAsync(group)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "carts.coupon_not_for_customer");
        await (await guest.TryCouponAsync("")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "shop.invalid_request");
    }

    [Fact]
    public async Task A_code_for_a_group_is_for_who_is_in_it()
    {
        var group = $"club-{Guid.NewGuid():N}"[..20];
        var (_, code) = await shop.PromoteAsync(p => p["customerGroup"] = group);
        var customer = Guid.CreateVersion7();
        using var buyer = await Buyer.CustomerAsync(shop, customer);
        await buyer.AddAsync(await shop.SellAsync(1_000));
        (await shop.SendAsync(HttpMethod.Put, $"customer-groups/{group}/members/{customer}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await (await buyer.TryCouponAsync(code)).CartAsync()).Discount.Minor.ShouldBe(100);

        (await shop.SendAsync(HttpMethod.Delete, $"customer-groups/{group}/members/{customer}")).StatusCode.ShouldBe(
            HttpStatusCode.NoContent
        );
        var after = await buyer.GetAsync();
        after.Coupons.Single().Reason.ShouldBe("not_for_customer");
        after.TotalChanged!.Now.ShouldBe(after.Total);
        after.TotalChanged.Was.Minor.ShouldBeLessThan(after.Total.Minor);
    }

    [Fact]
    public async Task What_staff_change_counts_at_once_and_stands_in_the_ledger()
    {
        var (id, code) = await shop.PromoteAsync();
        using var guest = await Buyer.GuestAsync(shop);
        await guest.AddAsync(await shop.SellAsync(1_000));
        await guest.TryCouponAsync(code);
        var change = new JsonObject
        {
            ["name"] = "Half",
            ["kind"] = "percentage",
            ["basisPoints"] = 5_000,
            ["code"] = code,
        };

        (await shop.SendAsync(HttpMethod.Put, $"promotions/{id}", change.DeepClone())).StatusCode.ShouldBe(
            HttpStatusCode.PreconditionRequired
        );
        (await shop.SendAsync(HttpMethod.Put, $"promotions/{id}", change.DeepClone(), "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await shop.SendAsync(HttpMethod.Put, $"promotions/{id}", change.DeepClone(), "\"1\"")).ShouldBeProblemAsync(
            HttpStatusCode.PreconditionFailed,
            "carts.version_mismatch"
        );
        await (await shop.SendAsync(HttpMethod.Post, "promotions", change.DeepClone())).ShouldBeProblemAsync(
            HttpStatusCode.Conflict,
            "carts.code_taken"
        );

        (await guest.GetAsync()).Discount.Minor.ShouldBe(500);
        var ledger = await (await shop.SendAsync(HttpMethod.Get, $"staff-changes?subject={id}")).JsonAsync();
        ledger["items"]!.AsArray().Select(c => c!["action"]!.GetValue<string>()).ShouldBe(["promotion.changed", "promotion.created"]);
    }

    [Theory]
    [InlineData("POST", "promotions")]
    [InlineData("GET", "promotions")]
    [InlineData("PUT", "tax-rates/DE/standard")]
    [InlineData("DELETE", "shipping-methods/express")]
    [InlineData("GET", "staff-changes")]
    public async Task Prices_are_for_staff_to_say(string method, string path) =>
        (await shop.SendAsync(new HttpMethod(method), path, null, null, Policies.Customer)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

    [Theory]
    [InlineData("""{ "name": "x", "kind": "percentage", "basisPoints": 10001 }""")]
    [InlineData("""{ "name": "x", "kind": "fixed" }""")]
    [InlineData("""{ "name": "x", "kind": "buy_x_get_y", "basisPoints": 10000 }""")]
    [InlineData("""{ "name": "x", "kind": "gift" }""")]
    [InlineData("""{ "name": "", "kind": "free_shipping" }""")]
    [InlineData("""{ "name": "x", "kind": "free_shipping", "usageLimit": 0 }""")]
    public async Task A_promotion_that_makes_no_sense_is_refused(string body) =>
        await (await shop.SendAsync(HttpMethod.Post, "promotions", JsonNode.Parse(body))).ShouldBeProblemAsync(
            HttpStatusCode.BadRequest,
            "shop.invalid_request"
        );

    [Fact]
    public async Task Who_guesses_codes_has_to_wait()
    {
        var (_, code) = await shop.PromoteAsync();
        using var guest = await Buyer.GuestAsync(shop, from: "127.0.0.2");
        for (var i = 0; i < 30; i++)
            await (await guest.TryCouponAsync($"GUESS-{i}")).ShouldBeProblemAsync(
                HttpStatusCode.UnprocessableEntity,
                "carts.coupon_unknown"
            );

        var refused = await guest.TryCouponAsync(code);

        await refused.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "carts.too_many_codes");
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        using var other = await Buyer.GuestAsync(shop);
        (await other.TryCouponAsync(code)).StatusCode.ShouldBe(HttpStatusCode.OK, "somebody else is somebody else");
    }

    [Fact]
    public async Task A_rate_that_many_take_out_at_once_is_taken_out_once_and_unknown_to_the_others()
    {
        // Nobody else's carts go there.
        const string Path = "tax-rates/AQ/standard";
        (await shop.SendAsync(HttpMethod.Put, Path, new JsonObject { ["basisPoints"] = 1 })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => shop.SendAsync(HttpMethod.Delete, Path)));

        answers.Count(a => a.StatusCode == HttpStatusCode.NoContent).ShouldBe(1);
        foreach (var late in answers.Where(a => a.StatusCode != HttpStatusCode.NoContent))
            await late.ShouldBeProblemAsync(HttpStatusCode.NotFound, "carts.unknown_tax_rate");
    }

    [Fact]
    public async Task Fifty_parallel_changes_of_one_cart_are_there_or_got_412()
    {
        var skus = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => shop.SellAsync()));
        using var guest = await Buyer.GuestAsync(shop);
        var seen = await guest.GetAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => guest.TryAddAsync(skus[i % 10], 1, seen.Version)));
        var adds = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => guest.TryAddAsync(skus[i % 10])));

        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        foreach (var loser in answers.Where(a => a.StatusCode != HttpStatusCode.OK))
            await loser.ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "carts.version_mismatch");
        adds.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK);
        (await guest.GetAsync()).Lines.Sum(l => l.Quantity).ShouldBe(51);
    }
}
