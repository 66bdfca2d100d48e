using System.Net;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.Inventory.Contracts;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;
using Shop.Inventory.Features;

namespace Shop.Inventory.Tests;

/// <summary>
/// Many at once, and sweeps by hand. One after the other when all else is done: a crowd leaves neither connections nor cores to other
/// tests, and a sweep by hand takes their holds as well, without telling anybody.
/// </summary>
[Collection(Alone.Name)]
public sealed class CrowdTests(ShopFixture shop)
{
    [Fact]
    public async Task Two_hundred_buyers_of_fifty_pieces_leave_fifty_happy_and_no_deadlock()
    {
        var sku = await shop.StockedAsync(50);
        var deadlocks = await shop.DeadlocksAsync();

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(_ => shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 1)))
        );

        outcomes.Count(o => o.Answer is StockReserved).ShouldBe(50);
        outcomes.Count(o => o.Answer is StockRejected { Code: "inventory.out_of_stock" }).ShouldBe(150);
        outcomes.SelectMany(o => o.Crossed).ShouldHaveSingleItem().InStock.ShouldBeFalse();
        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 50, 50, 0, 51));
        (await shop.DeadlocksAsync()).ShouldBe(deadlocks);
    }

    [Fact]
    public async Task Five_hundred_commands_for_a_hundred_pieces_hold_a_hundred_and_refuse_four_hundred()
    {
        var sku = await shop.StockedAsync(100);
        var deadlocks = await shop.DeadlocksAsync();
        Guid[] ids = [.. Enumerable.Range(0, 500).Select(_ => Guid.CreateVersion7())];

        await Task.WhenAll(ids.Select(id => shop.PublishAsync(new ReserveStock(id, [new(sku, 1)], 600))));
        await Eventually.IsTrueAsync(
            "all are decided",
            async () => await CountAsync("held", "rejected") == ids.Length,
            TimeSpan.FromMinutes(2)
        );
        await Eventually.IsTrueAsync("nothing is left in the inbox", async () => await WaitingAsync() == 0, TimeSpan.FromMinutes(2));

        (await CountAsync("held")).ShouldBe(100);
        (await AnswersAsync("inventory.stock-reserved%")).ShouldBe(100);
        (await AnswersAsync("inventory.stock-rejected%")).ShouldBe(400);
        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 100, 100, 0, 101));
        await shop.IsToldAsync<AvailabilityChanged>($"{{\"sku\":\"{sku}\",\"inStock\":false,\"version\":101}}");
        (await shop.DriftAsync()).ShouldBe(0);
        (await shop.DeadlocksAsync()).ShouldBe(deadlocks);
        (await LettersAsync("wolverine_dead_letters", "true")).ShouldBe(0);
        // Queue and coalescer were both on the way.
        (
            await shop.ScalarAsync<long>("select count(distinct xmin::text) from inventory.reservations where id = any ($1)", ids)
        ).ShouldBeLessThanOrEqualTo(ids.Length / 2);

        Task<long> CountAsync(params string[] states) =>
            shop.ScalarAsync<long>("select count(*) from inventory.reservations where id = any ($1) and state = any ($2)", ids, states);

        Task<long> WaitingAsync() => LettersAsync("wolverine_incoming_envelopes", "status <> 'Handled'");

        Task<long> AnswersAsync(string type) =>
            LettersAsync("wolverine_incoming_envelopes", $"status = 'Handled' and message_type like '{type}'");

        Task<long> LettersAsync(string table, string which) =>
            shop.ScalarAsync<long>(
                $"""
                select count(*) from wolverine.{table} e
                where {which} and exists (select from unnest($1) as id where position(convert_to(id::text, 'UTF8') in e.body) > 0)
                """,
                ids
            );
    }

    [Fact]
    public async Task Holds_made_together_and_baskets_made_alone_never_deadlock()
    {
        var skus = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shop.StockedAsync(1_000)));
        var deadlocks = await shop.DeadlocksAsync();
        var random = new Random(11);
        Guid[] ids = [.. Enumerable.Range(0, 30).Select(_ => Guid.CreateVersion7())];
        var batches = Enumerable.Range(0, 40).Select(_ => random.GetItems(ids, 6).Select(id => Basket(id)).ToArray()).ToArray();

        await Task.WhenAll([.. batches.Select(b => (Task)shop.HoldTogetherAsync(b)), .. ids[..10].Select(id => shop.ReleaseAsync(id))]);

        (await shop.DeadlocksAsync()).ShouldBe(deadlocks);
        (await shop.DriftAsync()).ShouldBe(0);

        // The same basket for the same id, as the same message would have.
        ReserveStock Basket(Guid id) => new(id, [new(skus[id.GetHashCode() & 3], 1), new(skus[(id.GetHashCode() >> 2) & 3], 1)], 600);
    }

    [Fact]
    public async Task Drift_is_found_and_said_where()
    {
        var sku = await shop.StockedAsync(5);
        using var staff = shop.ClientAs(Policies.Staff);
        (await CheckAsync()).Found.ShouldBe(0);

        await shop.ScalarAsync<int>("update inventory.stock_levels set on_hand = 7, reserved = 1 where sku = $1 returning 1", sku);
        try
        {
            var report = await CheckAsync();
            report.Drifts.ShouldBe([
                new(sku, null, "on_hand", 5, 7),
                new(sku, null, "reserved", 0, 1),
                new(sku, Location.Main, "on_hand", 7, 5),
                new(sku, Location.Main, "reserved", 1, 0),
            ]);
            report.Found.ShouldBe(4);
        }
        finally
        {
            await shop.ScalarAsync<int>("update inventory.stock_levels set on_hand = 5, reserved = 0 where sku = $1 returning 1", sku);
        }
        (await CheckAsync()).Found.ShouldBe(0);

        Task<DriftReport> CheckAsync() => CheckDriftAsync(staff);
    }

    [Fact]
    public async Task However_much_has_drifted_the_first_hundred_are_told_and_all_are_counted()
    {
        var prefix = Warehouse.NewSku();
        StockLine[] lines = [.. Enumerable.Range(0, 60).Select(n => new StockLine($"{prefix}-{n:D2}", 1))];
        await shop.HandleAsync(db => ReceiveStockHandler.Handle(new(Guid.CreateVersion7(), lines, "delivery"), db, default));
        using var staff = shop.ClientAs(Policies.Staff);

        await DriftAsync(1);
        try
        {
            var report = await CheckDriftAsync(staff);
            (report.Found, report.Drifts.Count).ShouldBe((120, 100));
        }
        finally
        {
            await DriftAsync(-1);
        }

        Task DriftAsync(int pieces) =>
            shop.ScalarAsync<int>("update inventory.stock_levels set on_hand = on_hand + $2 where sku like $1", prefix + "%", pieces);
    }

    [Fact]
    public async Task Only_one_at_a_time_compares_all_levels()
    {
        using var staff = shop.ClientAs(Policies.Staff);
        await using (var other = new NpgsqlConnection(shop.ConnectionString))
        {
            await other.OpenAsync();
            await using var transaction = await other.BeginTransactionAsync();
            // What a check of any process of the shop, whatever its version, holds while it looks.
            await using var look = new NpgsqlCommand($"select pg_advisory_xact_lock({0x494E565F44524654})", other, transaction);
            await look.ExecuteNonQueryAsync();

            await staff.SendAsync(HttpMethod.Post, "drift-checks", new { }).ShouldFailAsync(409, "inventory.drift_check_running");
        }
        (await CheckDriftAsync(staff)).Found.ShouldBe(0);
    }

    // The host's own look may be under way.
    private static async Task<DriftReport> CheckDriftAsync(HttpClient staff)
    {
        var answer = await Eventually.GetAsync(
            "an answer to a check for drift",
            async () =>
                await staff.SendAsync(HttpMethod.Post, "drift-checks", new { }) is { StatusCode: not HttpStatusCode.Conflict } a ? a : null
        );
        return await Task.FromResult(answer).ReadAsync<DriftReport>();
    }

    [Fact]
    public async Task Baskets_of_the_same_items_in_any_order_never_deadlock()
    {
        var skus = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => shop.StockedAsync(1_000)));
        var deadlocks = await shop.DeadlocksAsync();
        var random = new Random(7);
        var baskets = Enumerable.Range(0, 150).Select(_ => random.GetItems(skus, 4).Select(s => new StockLine(s, 1)).ToArray()).ToArray();

        var ids = await Task.WhenAll(
            baskets.Select(async basket =>
            {
                var id = Guid.CreateVersion7();
                (await shop.ReserveAsync(id, basket)).Answer.ShouldBeOfType<StockReserved>();
                return id;
            })
        );
        await Task.WhenAll(ids.Select((id, n) => n % 2 == 0 ? (Task)shop.ReleaseAsync(id) : shop.CommitAsync(id)));

        (await shop.DeadlocksAsync()).ShouldBe(deadlocks);
        (await shop.DriftAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Reserve_and_release_at_once_hold_nothing_in_the_end()
    {
        var sku = await shop.StockedAsync(100);
        await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(async _ =>
                {
                    var id = Guid.CreateVersion7();
                    await Task.WhenAll(shop.ReserveAsync(id, new StockLine(sku, 1)), shop.ReleaseAsync(id));
                })
        );
        (await shop.LevelAsync(sku)).Reserved.ShouldBe(0);
    }

    [Fact]
    public async Task Commit_and_release_at_once_give_back_exactly_once()
    {
        var sku = await shop.StockedAsync(100);
        var ids = Enumerable.Range(0, 40).Select(_ => Guid.CreateVersion7()).ToArray();
        await Task.WhenAll(ids.Select(id => shop.ReserveAsync(id, new StockLine(sku, 1))));

        await Task.WhenAll(
            ids.Select(async id =>
            {
                var commit = shop.CommitAsync(id);
                await Task.WhenAll(commit, shop.ReleaseAsync(id), shop.ReleaseAsync(id));
                IIntegrationEvent[] either = [new ReservationCommitted(id), new ReservationLost(id, "inventory.reservation_closed")];
                either.ShouldContain(await commit);
                (await shop.StateAsync(id)).ShouldBe("released");
            })
        );

        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 100, 0, 100, 81));
        (await shop.DriftAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Several_sweeps_at_once_give_back_each_hold_once()
    {
        var sku = await shop.StockedAsync(1_500);
        await Task.WhenAll(Enumerable.Range(0, 120).Select(_ => shop.HoldAsync(Guid.CreateVersion7(), 0, new StockLine(sku, 10))));

        await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(_ =>
                    shop.WithAsync<InventoryDbContext, int>(async db =>
                        (await db.Database.SqlQuery<int>($"select expired from inventory.expire_holds(25, interval '0')").ToListAsync())[0]
                    )
                )
        );

        await Eventually.IsTrueAsync("all swept", async () => (await shop.LevelAsync(sku)).Reserved == 0);
        (await shop.DriftAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_thousand_lines_are_one_receipt_and_batches_that_overlap_do_not_deadlock()
    {
        var prefix = Warehouse.NewSku();
        var deadlocks = await shop.DeadlocksAsync();
        var lines = Enumerable.Range(0, 1_000).Select(n => new StockLine($"{prefix}-{n:D4}", 2)).ToArray();
        var receipts = Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7()).ToArray();

        await Task.WhenAll(
            receipts.Select((id, n) => shop.DeliverAsync(new ReceiveStock(id, n % 2 == 0 ? lines : [.. lines.Reverse()], "import"), id))
        );

        (await shop.ScalarAsync<long>("select sum(on_hand) from inventory.stock_items where sku like $1", prefix + "%")).ShouldBe(8_000);
        (await shop.DeadlocksAsync()).ShouldBe(deadlocks);
        (await shop.DriftAsync()).ShouldBe(0);
    }
}

/// <summary>Tests in it run when all others are done.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "alone";
}
