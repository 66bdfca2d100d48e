using System.Net;
using System.Net.Http.Headers;
using Shop.TestKit.World;

namespace Shop.ExtractionTests;

/// <summary>A module between two sides.</summary>
[Collection(Release.InTurn)]
public sealed class TrafficTests
{
    private const string Module = "Products";
    private const string Page = "/api/v1/products/product-boot-42";

    [Fact]
    public async Task Canaries_go_to_the_other_side_shadows_are_compared_and_every_move_is_in_the_book()
    {
        await using var world = await Release.StartAsync(Topology.Moving(Module));
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync(("BOOT-42", 4_900, 10));

        await ReadAsync(world, null);
        (await CallsAsync(staff)).ShouldBe(0);
        // What goes there gets no answer now, so whoever gets one was answered here.
        world.WayTo(Module).IsBroken = true;
        await ReadAsync(world, Module);
        (await staff.IsAnsweredAsCanaryAsync(Module)).ShouldBeFalse();
        world.WayTo(Module).IsBroken = false;
        (await staff.IsAnsweredAsCanaryAsync(Module)).ShouldBeTrue();

        await staff.MoveTrafficAsync(Module, 0, "compare first", shadow: true);
        await ReadAsync(world, null);
        await Eventually.IsTrueAsync(
            "the two answers were the same",
            async () =>
                (await world.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Contains(
                    "shop_traffic_shadow_reads_total{otel_scope_name=\"Shop\",module=\"Products\",result=\"same\"} 1"
                )
        );

        (await ReadAsync(world, null, await TagAsync(world))).ShouldBe(HttpStatusCode.NotModified);
        await Eventually.IsTrueAsync(
            "so were those to somebody who knows the page",
            async () =>
                (await world.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Contains(
                    "shop_traffic_shadow_reads_total{otel_scope_name=\"Shop\",module=\"Products\",result=\"same\"} 3"
                )
        );

        // The shop can't let go of what its new process doesn't handle yet.
        var (code, said) = await world.RunCommandAsync(
            "--modules",
            $"all-but:{Module}",
            $"--Modules:{Module}:Url={world.AddressOf(Module)}",
            "--Modules:InternalUrl=http://127.0.0.1:1"
        );
        (code, said.Contains($"Run `Shop.Host traffic {Module} remote`")).ShouldBe((1, true), said);

        // A retry that is due in a while, with the side that is about to give the module up.
        await world.ExecuteAsync(
            """
            insert into wolverine.wolverine_incoming_envelopes
              (id, status, owner_id, execution_time, attempts, body, message_type, received_at)
            select id, 'Scheduled', 0, now() + interval '5 minutes', 1, body, message_type, 'postgresql://products/'
            from (select gen_random_uuid() as id, body, message_type from wolverine.wolverine_incoming_envelopes
                  where message_type = 'inventory.availability-changed.v1' limit 1) handled
            """
        );
        (await world.RunCommandAsync("traffic", Module, "remote", "--reason=all of it")).Output.ShouldContain(
            "1 waiting message(s) re-homed, 0 left behind"
        );
        (await world.ScalarAsync<long>("select count(*) from shop_queues.wolverine_queue_products_scheduled")).ShouldBe(1);
        await ReadAsync(world, null);
        await Eventually.IsTrueAsync("reads go there", async () => await CallsAsync(staff) >= 1);
        var book = await staff.TrafficChangesAsync();
        book.Select(c => $"{c!["percentBefore"]} {c["percent"]} {c["reason"]}").ShouldBe(["0 100 all of it", "0 0 compare first"]);
        book[0]!["by"]!.ToString().ShouldBe("operator");
        Guid.TryParse(book[1]!["by"]!.ToString(), out _).ShouldBeTrue();
        (await world.RunCommandAsync("traffic", Module, "300%")).ExitCode.ShouldBe(2);
        (await world.RunCommandAsync("traffic", "Nothing", "25%")).ExitCode.ShouldBe(2);

        // Nothing can have been sent to a machine that takes no connection, so the shop answers itself.
        world.WayTo(Module).Vanish();
        await ReadAsync(world, null);
    }

    [Fact]
    public async Task What_a_dead_side_has_in_its_inbox_is_handled_where_the_traffic_goes()
    {
        await using var world = await Release.StartAsync(Topology.Moving(Module));
        await GoAndDieAsync(world);
        // What it had taken and not begun; from its queue, and in the queue of its handler.
        await world.ExecuteAsync(
            """
            insert into wolverine_products.wolverine_incoming_envelopes (id, status, owner_id, attempts, body, message_type, received_at)
            select gen_random_uuid(), 'Incoming', (select max(node_number) from wolverine_products.wolverine_nodes), 0, body, message_type, place
            from (select body, message_type from wolverine.wolverine_incoming_envelopes
                  where message_type = 'inventory.availability-changed.v1' limit 1) handled,
                 (values ('postgresql://products/'), ('local://shop.products.subscriptions.onavailabilitychangedhandler/')) places (place)
            """
        );

        var (code, said) = await world.RunCommandAsync("traffic", Module, "25%");

        (code, said.Contains("2 waiting message(s) re-homed, 0 left behind")).ShouldBe((0, true), said);
        await Eventually.IsTrueAsync(
            "the shop handles them",
            async () =>
                await world.ScalarAsync<long>(
                    """
                    select (select count(*) from shop_queues.wolverine_queue_products)
                      + (select count(*) from wolverine.wolverine_incoming_envelopes where status <> 'Handled' and received_at ~ '^postgresql')
                    """
                ) == 0
        );

        // A retry that the shop took from a queue which it would not read alone.
        await world.ExecuteAsync(
            """
            insert into wolverine.wolverine_incoming_envelopes
              (id, status, owner_id, execution_time, attempts, body, message_type, received_at)
            select gen_random_uuid(), 'Scheduled', 0, now() + interval '1 hour', 1, body, message_type, 'postgresql://products/'
            from wolverine.wolverine_incoming_envelopes where message_type = 'inventory.availability-changed.v1' limit 1
            """
        );
        var (alone, refusal) = await world.RunCommandAsync("--modules", "all");
        (alone, refusal.Contains("1 message(s) wait between the processes")).ShouldBe((1, true), refusal);
    }

    [Fact]
    public async Task Over_a_broker_it_is_sent_on_under_its_own_id()
    {
        await using var broker = await RabbitMq.StartAsync();
        await using var world = await Release.StartAsync(Topology.Moving(Module), broker.Settings);
        await GoAndDieAsync(world);
        // What the shop has handled becomes what the other side had taken and not begun.
        var id = await world.ScalarAsync<Guid>(
            """
            with taken as (
              delete from wolverine.wolverine_incoming_envelopes
              where received_at ~ '^rabbitmq:.*products' and id = (
                select id from wolverine.wolverine_incoming_envelopes
                where status = 'Handled' and message_type = 'inventory.availability-changed.v1' and received_at ~ '^rabbitmq:.*products' limit 1)
              returning id, body, message_type, received_at)
            insert into wolverine_products.wolverine_incoming_envelopes (id, status, owner_id, attempts, body, message_type, received_at)
            select id, 'Incoming', (select max(node_number) from wolverine_products.wolverine_nodes), 0, body, message_type, received_at from taken
            returning id
            """
        );
        id.ShouldNotBe(Guid.Empty);

        var (code, said) = await world.RunCommandAsync("traffic", Module, "25%");

        (code, said.Contains("1 waiting message(s) re-homed, 0 left behind")).ShouldBe((0, true), said);
        await Eventually.IsTrueAsync(
            "the shop handles it",
            async () =>
                await world.ScalarAsync<string>(
                    "select status from wolverine.wolverine_incoming_envelopes where id = $1 and received_at ~ '^rabbitmq:.*products'",
                    id
                ) == "Handled"
        );
    }

    // All traffic has gone to the other side when that side is killed.
    private static async Task GoAndDieAsync(ShopWorld world)
    {
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync(("BOOT-42", 4_900, 10));
        (await world.RunCommandAsync("traffic", Module, "remote")).ExitCode.ShouldBe(0);
        await world.HostOf(Module).KillAsync();
    }

    private static async Task<HttpStatusCode> ReadAsync(ShopWorld world, string? canary, EntityTagHeaderValue? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, known is null ? "/api/v1/products" : Page);
        if (canary is not null)
            request.Headers.Add("Shop-Canary", canary);
        if (known is not null)
            request.Headers.IfNoneMatch.Add(known);
        using var answer = await world.Client.SendAsync(request, TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBeLessThan(400);
        return answer.StatusCode;
    }

    private static async Task<EntityTagHeaderValue> TagAsync(ShopWorld world)
    {
        using var answer = await world.Client.GetAsync(Page, TestContext.Current.CancellationToken);
        return answer.Headers.ETag.ShouldNotBeNull();
    }

    private static async Task<int> CallsAsync(Staff staff) => (await staff.TrafficAsync(Module))["remote"]!["calls"]!.GetValue<int>();
}
