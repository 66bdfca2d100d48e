using System.Reflection;
using Shop.ArchitectureTests.Model;
using Shop.BuildingBlocks.Contracts;
using Shop.Checkout;
using Shop.Checkout.Domain;
using Shop.Checkout.Saga;

namespace Shop.ArchitectureTests.Walls;

/// <summary>What a step of the saga does when nobody answers.</summary>
/// <param name="Name">The step.</param>
/// <param name="IsEnd">Nothing is awaited in it any more.</param>
/// <param name="HasTimer">Wakes by itself, in every state of this step.</param>
/// <param name="ActsWhenDue">Asks again or moves on when its time is up, in every state of this step.</param>
/// <param name="EndsUpIn">Where it comes to when only time passes, in every state of this step.</param>
public sealed record SagaStep(string Name, bool IsEnd, bool HasTimer, bool ActsWhenDue, IReadOnlyList<string> EndsUpIn);

/// <summary>
/// Wall 14: every state of the saga has an exit by timeout, and every answer that can come late finds no purchase, changes nothing and is
/// no dead letter. The saga is a function, so its states are walked: from the start, over every answer, as far as they lead.
/// </summary>
public sealed class Wall14Saga(ShopFixture shop, PlantedDatabase planted)
{
    // People end this one; it still asks by itself.
    private static readonly string Attended = nameof(CheckoutStep.NeedsAttention);

    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly CheckoutOptions Options = new() { MaxTries = 2 };

    private static IReadOnlyList<Type> Answers { get; } =
    [.. Messages.HandlersAmong(ShopModule.AllTypes).Where(h => Il.IsIn(h.Class.Namespace, "Shop.Checkout.Saga")).Select(h => h.Message)];

    [Fact]
    public void Every_state_of_the_saga_has_an_exit_by_timeout()
    {
        var steps = Walk();
        steps.Select(s => s.Name).ShouldBe(Enum.GetNames<CheckoutStep>(), ignoreOrder: true);
        steps.SelectMany(Traps).ShouldBeNone(steps.Count);
    }

    [Fact]
    public async Task A_late_answer_to_no_purchase_changes_nothing()
    {
        Answers.Count.ShouldBeGreaterThan(10);
        var before = await RowsAsync();
        foreach (var answer in Answers)
            await shop.PublishAsync(SampleMessage.Of(answer));
        foreach (var answer in Answers)
            await Eventually.IsTrueAsync($"{answer.Name} is dealt with", async () => await DealtWithAsync(answer));
        (await RowsAsync()).ShouldBe(before);
        (await DeadLettersAsync(shop.ConnectionString)).ShouldBeNone(Answers.Count);
    }

    [Fact]
    public void Every_answer_to_the_saga_stands_in_a_crash_story() =>
        Answers.SelectMany(a => Unproven(a, Repo.Sources("tests", "Shop.Proofs"))).ShouldBeNone(Answers.Count);

    [Fact]
    public void Planted_answer_without_a_crash_story_is_caught()
    {
        SourceFile[] stories = [new("tests/Shop.Proofs/A.cs", "Commits(\"checkout/orders.order-placed.v1\")")];
        Answers.SelectMany(a => Unproven(a, stories)).ShouldSpare("OrderPlaced");
        Answers.SelectMany(a => Unproven(a, stories)).ShouldCatch("OrderConfirmed", "no crash story");
    }

    [Fact]
    public void Planted_states_without_an_exit_are_caught()
    {
        SagaStep good = new("Waiting", IsEnd: false, HasTimer: true, ActsWhenDue: true, ["Over"]);
        Traps(good).ShouldBeEmpty();
        Traps(good with { HasTimer = false }).ShouldCatch("Waiting", "no timer");
        Traps(good with { ActsWhenDue = false }).ShouldCatch("Waiting", "does nothing");
        Traps(good with { EndsUpIn = ["Over", "Waiting"] }).ShouldCatch("Waiting", "never leaves");
        Traps(new("Over", IsEnd: true, HasTimer: false, ActsWhenDue: false, ["Over"])).ShouldBeEmpty();
    }

    [Fact]
    public async Task Planted_dead_letter_is_caught()
    {
        (await DeadLettersAsync(await planted.ConnectionStringAsync())).ShouldBeEmpty();
        await planted.ExecuteAsync(
            """
            insert into wolverine.wolverine_dead_letters (id, message_type, received_at, body, exception_type, exception_message, replayable)
            values (gen_random_uuid(), 'orders.order-placed.v1', 'local://shop.checkout.saga.orderplacedhandler/', '', 'KeyNotFound', '', false)
            """
        );
        (await DeadLettersAsync(await planted.ConnectionStringAsync())).ShouldCatch("orderplacedhandler", "orders.order-placed.v1");
    }

    private static IEnumerable<Violation> Unproven(Type answer, IReadOnlyList<SourceFile> proofs)
    {
        var point = $"\"checkout/{WireName(answer)}\"";
        if (!proofs.Any(file => file.Code.Contains(point)))
            yield return new(answer.Name, "has no crash story", $"commit it in one of tests/Shop.Proofs/CrashStories.cs: Commits({point})");
    }

    private static IEnumerable<Violation> Traps(SagaStep step)
    {
        if (step.IsEnd)
            yield break;
        if (!step.HasTimer)
            yield return new(step.Name, "waits with no timer", "set WakeAt whenever the step is entered");
        if (!step.ActsWhenDue)
            yield return new(step.Name, "does nothing when its time is up", "ask again, give up or call for help on Due");
        if (step.Name != Attended && step.EndsUpIn.Contains(step.Name))
            yield return new(step.Name, "never leaves by itself", "give up or call for help after MaxTries");
    }

    /// <summary>Every state that answers and time can lead to, gathered by step.</summary>
    private static IReadOnlyList<SagaStep> Walk()
    {
        var seen = new Dictionary<string, CheckoutState>();
        var open = new Queue<CheckoutState>([CheckoutSaga.Start(Purchase(), Options, Noon).State]);
        while (open.TryDequeue(out var state))
        {
            if (!seen.TryAdd(Key(state), state))
                continue;
            foreach (var input in Answers.SelectMany(a => Variants(a, state)))
                open.Enqueue(CheckoutSaga.Decide(state, input, Options, Noon).State);
            open.Enqueue(WhenDue(state).State);
        }
        return
        [
            .. seen
                .Values.GroupBy(s => s.Step)
                .Select(g => new SagaStep(
                    g.Key.ToString(),
                    g.First().IsOver,
                    g.All(s => s.WakeAt is not null),
                    g.All(s => WhenDue(s) is var next && (next.Messages.Count > 0 || next.State.Step != s.Step)),
                    [.. g.Select(s => WhenOnlyTimePasses(s).Step.ToString()).Distinct()]
                )),
        ];
    }

    private static Decision WhenDue(CheckoutState state) => CheckoutSaga.Decide(state, new Due(), Options, state.WakeAt ?? Noon);

    private static CheckoutState WhenOnlyTimePasses(CheckoutState state)
    {
        for (var i = 0; i < 10 * Options.MaxTries; i++)
            state = WhenDue(state).State;
        return state;
    }

    // Tries beyond the last make no difference any more; without that the walk would never end.
    private static string Key(CheckoutState s) =>
        $"{s.Step} {s.StuckAt} {s.StockOpen} {s.StockCommitted} {s.PaymentOpen} {s.OrderOpen} {s.OrderNumber is null} "
        + $"{s.StockHeld} {s.PromotionsOpen} {s.PromotionsRedeemed} "
        + $"{Math.Min(s.Tries, Options.MaxTries)} {s.WakeAt is null}";

    // An answer about money comes with the right amount and with a wrong one.
    private static IEnumerable<object> Variants(Type answer, CheckoutState state)
    {
        yield return SampleMessage.Of(answer);
        if (answer.GetProperty("Amount") is not { } amount)
            yield break;
        var right = SampleMessage.Of(answer);
        amount.SetValue(right, state.Total);
        yield return right;
    }

    private static CheckoutState Purchase() =>
        (CheckoutState)SampleMessage.Of(typeof(CheckoutState)) with
        {
            Step = default,
            StuckAt = null,
            StockOpen = false,
            StockCommitted = false,
            StockHeld = false,
            PromotionsOpen = false,
            PromotionsRedeemed = false,
            PaymentOpen = false,
            OrderOpen = false,
            OrderNumber = null,
            ActionUrl = null,
            FailureCode = null,
            Tries = 0,
            WakeAt = null,
        };

    private Task<string?> RowsAsync() =>
        shop.ScalarAsync<string>("select coalesce(string_agg(c::text, '|' order by c::text), '') from checkout.checkouts c");

    // Every handler of the message has its own queue, and so its own envelope.
    private async Task<bool> DealtWithAsync(Type answer)
    {
        var done = await shop.ScalarAsync<long>(
            """
            select (select count(*) from wolverine.wolverine_incoming_envelopes where message_type = $1 and status = 'Handled')
                 + (select count(*) from wolverine.wolverine_dead_letters where message_type = $1)
            """,
            WireName(answer)
        );
        return done >= Messages.HandlersAmong(ShopModule.AllTypes).Count(h => h.Message == answer);
    }

    private static string WireName(Type answer) => answer.GetCustomAttribute<MessageIdentityAttribute>()!.WireName;

    /// <summary>Dead letters of Checkout: from a queue named after its handler, or of a message that nobody else handles.</summary>
    private static async Task<IReadOnlyList<Violation>> DeadLettersAsync(string connectionString)
    {
        var others = Messages.HandlersAmong(ShopModule.AllTypes).Where(h => h.Module != "Checkout").Select(h => h.Message).ToHashSet();
        var own = string.Join(',', Answers.Where(a => !others.Contains(a)).Select(a => $"'{WireName(a)}'"));
        var rows = await Sql.QueryAsync(
            connectionString,
            $"""
            select received_at, message_type, exception_type from wolverine.wolverine_dead_letters
            where received_at ilike '%checkout%' or message_type in ({own})
            """
        );
        return
        [
            .. rows.Select(r => new Violation(
                r[0],
                $"dead-lettered {r[1]} ({r[2]})",
                "let an answer that finds no purchase pass without an exception"
            )),
        ];
    }
}
