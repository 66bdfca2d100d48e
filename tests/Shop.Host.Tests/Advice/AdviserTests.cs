using Shop.Host.Advice;

namespace Shop.Host.Tests.Advice;

/// <summary>What figures lead to which verdict, by the default thresholds.</summary>
public sealed class AdviserTests
{
    private static readonly AdviceOptions Thresholds = new();
    private static readonly ShopFigures LargeShop = new(Users: 800_000, Engineers: 6, Period(100_000));
    private static readonly ShopFigures SmallShop = new(Users: 1_200, Engineers: 3, Period(100_000));

    // Stateless, much read, loosely coupled.
    private static readonly ModuleFigures Search = new(
        IsHere: true,
        Requests(count: 40_000, of: 100_000, reads: 1),
        DatabaseTimeShare: 0.3,
        DatabaseBytes: 1,
        new(In: 500, Out: 0, Dialogue: 0),
        ["Inventory", "Orders", "Products"],
        IsStateless: true,
        Commits: 4
    );

    private static readonly ModuleFigures Products = Search with
    {
        Requests = Requests(count: 50_000, of: 100_000, reads: 0.99),
        Messages = new(500, 500, Dialogue: 300),
        IsStateless = false,
    };

    private static readonly ModuleFigures Checkout = Search with
    {
        Requests = Requests(count: 2_000, of: 100_000, reads: 0.5),
        Messages = new(60_000, 60_000, Dialogue: 12_000),
        Partners = ["Analytics", "Carts", "Inventory", "Notifications", "Orders", "Payments", "Products"],
        IsStateless = false,
    };

    [Fact]
    public void A_small_shop_is_told_to_stay_in_one_process()
    {
        foreach (var figures in (ModuleFigures[])[Search, Products, Checkout])
        {
            var advice = Judge(figures, SmallShop);

            advice.Verdict.ShouldBe(Verdict.Stay);
            advice
                .Reasons[0]
                .ShouldBe(
                    "The shop has 1,200 users and 3 engineers; taking it apart begins to pay at about 500,000 users or 15 engineers, so it is not known to be large enough."
                );
        }
    }

    [Fact]
    public void A_small_shop_hears_who_would_be_first_and_who_would_not()
    {
        Judge(Search, SmallShop).Reasons[1].ShouldBe("In a larger shop it would be the first candidate:");
        Judge(Checkout, SmallShop).Reasons[1].ShouldBe("In a larger shop it would not be its turn yet:");
    }

    [Theory]
    [InlineData(500_000L, null)]
    [InlineData(null, 15)]
    [InlineData(10L, 15)]
    public void Many_users_or_many_engineers_make_a_shop_large_enough(long? users, int? engineers) =>
        Judge(Search, new(users, engineers, Period(100_000))).Verdict.ShouldBe(Verdict.FirstCandidate);

    [Fact]
    public void A_shop_of_unknown_size_stays_in_one_process()
    {
        var advice = Judge(Search, new(null, null, Period(100_000)));

        advice.Verdict.ShouldBe(Verdict.Stay);
        advice.Reasons[0].ShouldStartWith("The shop has an unknown number of users and an unknown number of engineers");
    }

    [Fact]
    public void A_stateless_module_that_is_asked_much_is_a_first_candidate()
    {
        var advice = Judge(Search, LargeShop);

        advice.Verdict.ShouldBe(Verdict.FirstCandidate);
        advice.Reasons.ShouldBe([
            "It answers 40 % of the requests; 20 % are worth a move.",
            "It is stateless: what it keeps came in events of others.",
            "It talks to 3 modules; up to 4 will do.",
        ]);
    }

    [Fact]
    public void A_module_with_state_that_is_almost_only_read_is_a_first_candidate()
    {
        var advice = Judge(Products, LargeShop);

        advice.Verdict.ShouldBe(Verdict.FirstCandidate);
        advice.Reasons.ShouldContain("99 % of its requests only read; 90 % are enough.");
    }

    [Fact]
    public void A_module_with_state_that_is_written_to_stays()
    {
        var advice = Judge(Products with { Requests = Requests(50_000, 100_000, reads: 0.5) }, LargeShop);

        advice.Verdict.ShouldBe(Verdict.Stay);
        advice.Reasons.ShouldBe(["It keeps state of its own, and 50 % of its requests only read; a candidate's are 90 %."]);
    }

    [Fact]
    public void A_module_that_few_ask_stays()
    {
        var advice = Judge(Search with { Requests = Requests(500, 100_000, reads: 1) }, LargeShop);

        advice.Verdict.ShouldBe(Verdict.Stay);
        advice.Reasons.ShouldBe(["It answers 0.5 % of the requests; a candidate answers 20 %."]);
    }

    [Fact]
    public void A_module_with_many_partners_does_not_leave_yet()
    {
        var advice = Judge(Checkout with { Messages = null }, LargeShop);

        advice.Verdict.ShouldBe(Verdict.NotYet);
        advice.Reasons.ShouldBe([
            "It talks to 7 modules (Analytics, Carts, Inventory, Notifications, Orders, Payments, Products); up to 4 would do.",
        ]);
    }

    [Fact]
    public void A_module_in_the_middle_of_a_conversation_does_not_leave_yet()
    {
        var payments = Checkout with { Partners = ["Checkout"], Requests = Requests(0, 100_000, null), Messages = new(9, 9, Dialogue: 18) };

        var advice = Judge(payments, LargeShop);

        advice.Verdict.ShouldBe(Verdict.NotYet);
        advice.Reasons.ShouldBe(["It exchanged 18 messages with modules that answer it, for 0 requests; up to 1 a request would do."]);
    }

    [Fact]
    public void Without_request_figures_nobody_is_a_candidate()
    {
        var advice = Judge(Search with { Requests = null }, LargeShop with { Requests = null });

        advice.Verdict.ShouldBe(Verdict.Stay);
        advice.Reasons.ShouldBe(["How much it is asked is not known."]);
    }

    [Fact]
    public void A_handful_of_requests_says_nothing_about_shares()
    {
        var advice = Judge(Search with { Requests = Requests(9, 9, reads: 1) }, LargeShop with { Requests = Period(9) });

        advice.Verdict.ShouldBe(Verdict.Stay);
        advice.Reasons.ShouldBe(["The window holds 9 requests; fewer than 1,000 say nothing about who is asked most."]);
    }

    [Fact]
    public void A_module_in_a_process_of_its_own_is_out() => Judge(Search with { IsHere = false }, LargeShop).Verdict.ShouldBe(Verdict.Out);

    [Fact]
    public void Thresholds_decide()
    {
        var strict = new AdviceOptions { MaxPartners = 2 };

        Adviser.Judge("Search", Search, LargeShop, strict).Verdict.ShouldBe(Verdict.NotYet);
    }

    private static ModuleAdvice Judge(ModuleFigures figures, ShopFigures shop) => Adviser.Judge("Some", figures, shop, Thresholds);

    private static RequestPeriod Period(long count) =>
        new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddMinutes(15), DateTimeOffset.UnixEpoch, count);

    private static ModuleRequests Requests(long count, long of, double? reads) =>
        new(count, count / 900.0, (double)count / of, reads, 2, 9, count);
}
