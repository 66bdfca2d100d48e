using CsCheck;
using Shop.Carts.Domain;
using static Shop.Carts.Tests.Unit.Baskets;

namespace Shop.Carts.Tests.Unit;

public sealed class PromotionTests
{
    private static readonly Pricing NoTax = new(0, 490);

    [Fact]
    public void A_percentage_is_taken_once_and_split_so_that_it_adds_up()
    {
        var cart = NoTax.Price(
            [Line("A", 333, 1, 1), Line("B", 333, 1, 2), Line("C", 334, 1, 3)],
            Promotion(PromotionKind.Percentage, 1_000)
        );

        cart.DiscountMinor.ShouldBe(100);
        cart.Lines.Sum(l => l.DiscountMinor).ShouldBe(100);
    }

    [Fact]
    public void A_fixed_amount_takes_no_more_than_there_is()
    {
        var cart = NoTax.Price([Line("A", 300, 1)], Promotion(PromotionKind.Fixed, amount: 1_000));

        (cart.DiscountMinor, cart.TotalMinor).ShouldBe((300, 490));
    }

    [Fact]
    public void Free_shipping_takes_what_the_parcel_costs()
    {
        var cart = NoTax.Price([Line("A", 300, 1)], Promotion(PromotionKind.FreeShipping));

        (cart.ShippingMinor, cart.DiscountMinor, cart.Promotions.Single().AmountMinor).ShouldBe((0, 0, 490));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 100)]
    [InlineData(5, 100)]
    [InlineData(6, 200)]
    public void Buy_two_get_one_gives_the_cheapest(int cheap, long discount)
    {
        var promotion = Promotion(PromotionKind.BuyXGetY, 10_000) with { BuyQuantity = 2, GetQuantity = 1 };

        NoTax.Price([Line("A", 100, cheap, 1)], promotion).DiscountMinor.ShouldBe(discount);
    }

    [Fact]
    public void Of_different_things_the_cheapest_is_given_and_only_of_those_it_is_for()
    {
        var promotion = Promotion(PromotionKind.BuyXGetY, 5_000) with { BuyQuantity = 1, GetQuantity = 1, Categories = ["tents"] };

        var cart = NoTax.Price(
            [Line("A", 900, 1, 1, null, ["tents"]), Line("B", 500, 1, 2, null, ["tents"]), Line("C", 10, 9, 3)],
            promotion
        );

        cart.Lines.Select(l => l.DiscountMinor).ShouldBe([0, 250, 0]);
    }

    [Fact]
    public void Products_come_first_then_the_cart_by_priority_then_codes_each_on_what_is_left()
    {
        var product = Promotion(PromotionKind.Percentage, 5_000) with { Skus = ["A"], Priority = 9 };
        var second = Promotion(PromotionKind.Percentage, 1_000) with { Priority = 2 };
        var first = Promotion(PromotionKind.Fixed, amount: 500) with { Priority = 1 };
        var code = Promotion(PromotionKind.Percentage, 2_000) with { Code = "SPRING", Priority = 0 };

        var cart = NoTax.Price([Line("A", 2_000, 1, 1), Line("B", 1_000, 1, 2)], code, second, first, product);

        // 3000: the product's half of 2000 leaves 2000, 500 off leaves 1500, a tenth leaves 1350, a fifth leaves 1080.
        cart.Promotions.Select(p => p.AmountMinor).ShouldBe([1_000, 500, 150, 270]);
        cart.Promotions.Select(p => p.Promotion).ShouldBe([product, first, second, code]);
    }

    [Fact]
    public void What_stands_alone_is_given_instead_of_all_others_when_it_saves_more()
    {
        var stacked = Promotion(PromotionKind.Percentage, 1_000);
        var code = Promotion(PromotionKind.Percentage, 500) with { Code = "FIVE" };
        var alone = Promotion(PromotionKind.Percentage, 3_000) with { Code = "THIRTY", Stacks = false };

        var best = NoTax.Price([Line("A", 1_000, 1)], stacked, code, alone);
        best.Promotions.Single().Promotion.ShouldBe(alone);
        best.Refusals["FIVE"].ShouldBe("does_not_combine");

        var weak = alone with { BasisPoints = 1_000 };
        var together = NoTax.Price([Line("A", 1_000, 1)], stacked, code, weak);
        together.Promotions.Count.ShouldBe(2);
        together.Refusals["THIRTY"].ShouldBe("does_not_combine");
    }

    [Fact]
    public void A_code_that_does_not_count_says_why()
    {
        var lines = new[] { Line("A", 1_000, 1) };
        var code = Promotion(PromotionKind.Percentage, 1_000) with { Code = "TEN" };

        Why(code with { MinSubtotalMinor = 1_001 }).ShouldBe("minimum_subtotal");
        Why(code with { StartsAt = Noon.AddSeconds(1) }).ShouldBe("not_started");
        Why(code with { EndsAt = Noon }).ShouldBe("expired");
        Why(code with { Skus = ["B"] }).ShouldBe("nothing_matches");
        Why(code, "exhausted").ShouldBe("exhausted");
        Why(code with { MinSubtotalMinor = 1_000, StartsAt = Noon, EndsAt = Noon.AddSeconds(1) }).ShouldBeNull();
        NoTax.Price(lines, PriceRules.None, With(code)).Refusals["TEN"].ShouldBe("unknown");

        string? Why(Promotion promotion, string? barred = null)
        {
            var shopping = With(promotion);
            if (barred is not null)
                shopping = shopping with { Barred = new Dictionary<Guid, string> { [promotion.Id] = barred } };
            var cart = NoTax.Price(lines, PriceRules.Of(1, [promotion], [], []), shopping);
            cart.Promotions.Count.ShouldBe(cart.Refusals.Count == 0 ? 1 : 0);
            return cart.Refusals.GetValueOrDefault("TEN");
        }
    }

    [Fact]
    public void A_discount_never_makes_the_parcel_dearer()
    {
        var rules = PriceRules.Of(
            1,
            [Promotion(PromotionKind.Fixed, amount: 100)],
            [],
            [
                new ShippingMethod
                {
                    Code = "parcel",
                    Name = "Parcel",
                    Rates = [new(490), new(0, MinSubtotalMinor: 5_000)],
                },
            ]
        );

        new Pricing(0, 0).Price([Line("A", 5_050, 1)], rules, With(rules.Promotions)).TotalMinor.ShouldBe(4_950);
    }

    [Fact]
    public void Free_shipping_is_not_spent_on_a_parcel_that_costs_nothing() =>
        new Pricing(0, 0).Price([Line("A", 5_050, 1)], Promotion(PromotionKind.FreeShipping)).Promotions.ShouldBeEmpty();

    [Fact]
    public void Tax_comes_after_the_discount()
    {
        var cart = new Pricing(1_900, 0).Price([Line("A", 1_000, 1)], Promotion(PromotionKind.Percentage, 5_000));

        (cart.Lines[0].TaxMinor, cart.Lines[0].TotalMinor).ShouldBe((95, 595));
    }

    [Fact]
    public void No_promotion_makes_a_cart_dearer_and_none_makes_it_negative() =>
        Gen.Select(Lines, Rules, Gen.Bool, Roundings)
            .Sample(
                (lines, rules, included, rounding) =>
                {
                    var pricing = new Pricing(1_900, 490, included, "DE", rounding);
                    var before = pricing.Price(lines, rules with { Promotions = [] }, With([]));
                    var after = pricing.Price(lines, rules, With(rules.Promotions));
                    after.TotalMinor.ShouldBeInRange(0, before.TotalMinor);
                }
            );

    [Fact]
    public void The_order_in_which_promotions_were_written_down_makes_no_difference() =>
        Gen.Select(Lines, Rules)
            .Sample(
                (lines, rules) =>
                {
                    var turned = PriceRules.Of(1, rules.Promotions.Reverse(), rules.TaxRates, rules.ShippingMethods);
                    var pricing = new Pricing(1_900, 490);
                    pricing
                        .Price(lines, turned, With(rules.Promotions))
                        .Promotions.ShouldBe(pricing.Price(lines, rules, With(rules.Promotions)).Promotions);
                }
            );
}
