using System.Net;
using System.Net.Http.Json;
using Shop.BuildingBlocks;
using Shop.Inventory.Contracts;
using Shop.Inventory.Domain;
using Shop.Inventory.Features;

namespace Shop.Inventory.Tests;

public sealed class LocationTests(ShopFixture shop)
{
    private readonly HttpClient _staff = shop.ClientAs(Policies.Staff);

    [Fact]
    public async Task Every_shop_has_a_main_location_that_stays_open()
    {
        var main = await FindAsync(Location.Main) ?? throw new InvalidOperationException("There is none.");
        (main.Main, main.Active).ShouldBe((true, true));

        await _staff
            .SendAsync(HttpMethod.Put, $"locations/{Location.Main}", new UpdateLocation(main.Name, 0, Active: false))
            .ShouldFailAsync(409, "inventory.main_location");
    }

    [Fact]
    public async Task Staff_open_rename_and_close_a_location_and_the_trail_says_who()
    {
        var opened = await _staff.OpenLocationAsync();
        var name = $"Renamed {opened.Id:N}";

        var renamed = await UpdateAsync(opened, new(name, 7, true)).ReadAsync<LocationView>();
        renamed.ShouldBe(opened with { Name = name, Priority = 7, Version = 2 });
        await UpdateAsync(opened, new(name, 7, false)).ShouldFailAsync(412, "inventory.version_mismatch");
        (await UpdateAsync(renamed, new(name, 7, false)).ReadAsync<LocationView>()).Active.ShouldBeFalse();

        var trail = await _staff.GetFromJsonAsync<Page<SettingChangeView>>($"/api/v1/inventory/changes?subject=location:{opened.Id}");
        trail!.Items.Select(c => c.After.GetProperty("active").GetBoolean()).ShouldBe([false, true, true]);
        trail.Items.Select(c => Guid.Parse(c.Actor)).Distinct().ShouldHaveSingleItem();
        trail.Items[^1].Before.ShouldBeNull();
        trail.Items[0].Before!.Value.GetProperty("name").GetString().ShouldBe(name);
    }

    [Fact]
    public async Task No_two_locations_have_the_same_name()
    {
        var (one, two) = (await _staff.OpenLocationAsync(), await _staff.OpenLocationAsync());
        await _staff
            .SendAsync(HttpMethod.Post, "locations", new CreateLocation(one.Name, 1))
            .ShouldFailAsync(409, "inventory.location_name_taken");
        await UpdateAsync(two, new(one.Name, 1, true)).ShouldFailAsync(409, "inventory.location_name_taken");
    }

    [Fact]
    public async Task A_location_with_stock_cannot_be_closed_and_a_closed_one_takes_none()
    {
        var location = await _staff.OpenLocationAsync();
        var sku = await shop.StockedAsync(5);
        await _staff.AdjustAsync(new(sku, 2, "received", location.Id)).ReadAsync<Adjustment>();
        await UpdateAsync(location, new(location.Name, 5, false)).ShouldFailAsync(409, "inventory.location_not_empty");

        await _staff.MoveAsync(new(sku, 2, new("available", location.Id), new("available"), "transfer")).ReadAsync<StockMoved>();
        await UpdateAsync(location, new(location.Name, 5, false)).ReadAsync<LocationView>();

        await _staff.AdjustAsync(new(sku, 2, "received", location.Id)).ShouldFailAsync(409, "inventory.location_inactive");
        await _staff.AdjustAsync(new(sku, 2, "received", Guid.CreateVersion7())).ShouldFailAsync(404, "inventory.unknown_location");
        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 7, 0, 7, 3));
    }

    [Fact]
    public async Task A_hold_takes_from_the_locations_by_priority_and_gives_back_where_it_took()
    {
        var (near, far) = (await _staff.OpenLocationAsync(priority: 1), await _staff.OpenLocationAsync(priority: 9));
        var sku = await shop.StockedAsync(2);
        await _staff.AdjustAsync(new(sku, 3, "received", far.Id)).ReadAsync<Adjustment>();
        await _staff.AdjustAsync(new(sku, 1, "received", near.Id)).ReadAsync<Adjustment>();
        var id = Guid.CreateVersion7();

        (await shop.ReserveAsync(id, new StockLine(sku, 5))).Answer.ShouldBe(new StockReserved(id));

        (await PlacesAsync(sku)).ShouldBe([(Location.Main, 0, 2), (near.Id, 0, 1), (far.Id, 1, 2)]);
        (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 2))).Answer.ShouldBeOfType<StockRejected>();

        (await shop.ReleaseAsync(id)).Crossed.ShouldBeEmpty("one piece was left all the time");
        (await PlacesAsync(sku)).ShouldBe([(Location.Main, 2, 0), (near.Id, 1, 0), (far.Id, 3, 0)]);
    }

    [Fact]
    public async Task The_main_location_is_the_one_meant_when_none_is_said()
    {
        var sku = await shop.StockedAsync(3);
        (await _staff.AdjustAsync(new(sku, 1, "found")).ReadAsync<Adjustment>()).LocationId.ShouldBe(Location.Main);
        (await PlacesAsync(sku)).ShouldBe([(Location.Main, 4, 0)]);
    }

    [Fact]
    public async Task What_a_host_of_the_version_before_adjusts_lies_at_the_main_location()
    {
        var sku = await shop.StockedAsync(3);

        // As that version writes it.
        await shop.ScalarAsync<int>(
            """
            with written as (
              insert into inventory.movements (sku, delta, on_hand, version, reason, actor, at)
              values ($1, 2, 5, 2, 'found', 'somebody', now()) returning 1
            )
            update inventory.stock_items set on_hand = 5, version = 2 where sku = $1 returning 1
            """,
            sku
        );

        (await PlacesAsync(sku)).ShouldBe([(Location.Main, 5, 0)]);
        var id = Guid.CreateVersion7();
        (
            await shop.ScalarAsync<string>(
                "select outcome || sku || available || version from inventory.reserve_stock($1, array[$2], array[4], 600)",
                id,
                sku
            )
        ).ShouldBe($"reserved{sku}13");
    }

    [Fact]
    public async Task Only_staff_sees_and_changes_locations()
    {
        using var customer = shop.ClientAs(Policies.Customer);
        foreach (var path in new[] { "locations", "changes" })
        {
            (await shop.Client.GetAsync($"/api/v1/inventory/{path}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await customer.GetAsync($"/api/v1/inventory/{path}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
        (await customer.SendAsync(HttpMethod.Post, "locations", new CreateLocation("x", 1))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await customer.SendAsync(HttpMethod.Post, "drift-checks", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await customer.MoveAsync(new("x", 1, new("available"), new("damaged"), "damage"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await customer.SetPolicyAsync("x", new(false, 0, null))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await _staff.SendAsync(HttpMethod.Post, "locations", new CreateLocation("", -1)).ShouldFailAsync(400, "shop.invalid_request");
    }

    private Task<HttpResponseMessage> UpdateAsync(LocationView location, UpdateLocation change) =>
        _staff.SendAsync(HttpMethod.Put, $"locations/{location.Id}", change, ifMatch: $"\"{location.Version}\"");

    private async Task<LocationView?> FindAsync(Guid id)
    {
        var cursor = "";
        while (true)
        {
            var page = await _staff.GetFromJsonAsync<Page<LocationView>>($"/api/v1/inventory/locations?limit=2{cursor}");
            if (page!.Items.FirstOrDefault(l => l.Id == id) is { } found)
                return found;
            if (page.NextCursor is null)
                return null;
            cursor = $"&cursor={page.NextCursor}";
        }
    }

    private async Task<IEnumerable<(Guid, int Available, int Reserved)>> PlacesAsync(string sku) =>
        (await _staff.StockLevelAsync(sku)).Locations.Select(l => (l.LocationId, l.Available, l.Reserved));
}
