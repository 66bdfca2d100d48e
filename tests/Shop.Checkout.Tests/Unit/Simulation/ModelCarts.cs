using Shop.Carts.Contracts;

namespace Shop.Checkout.Tests.Unit.Simulation;

/// <summary>Carts as its Contracts describe it: one promotion that one purchase may use. A refusal is not remembered, which they allow.</summary>
internal sealed class ModelCarts(World world)
{
    public enum Use
    {
        Taken,
        Returned,
    }

    public const int Limit = 1;

    public readonly Dictionary<Guid, Use> Uses = [];

    public int Used => Uses.Values.Count(u => u is Use.Taken);

    public void Receive(RedeemPromotions m)
    {
        if (Uses.TryGetValue(m.RedemptionId, out var use))
            world.Send(
                use is Use.Taken
                    ? new PromotionsRedeemed(m.RedemptionId)
                    : new PromotionsRejected(m.RedemptionId, "carts.redemption_closed")
            );
        else if (Used >= Limit)
            world.Send(new PromotionsRejected(m.RedemptionId, "carts.promotion_exhausted"));
        else
        {
            Uses[m.RedemptionId] = Use.Taken;
            world.Send(new PromotionsRedeemed(m.RedemptionId));
        }
    }

    public void Receive(ReturnPromotions m)
    {
        var stood = Uses.TryGetValue(m.RedemptionId, out var use) && use is Use.Taken;
        if (stood && world.Payments.MayHoldMoney(m.RedemptionId))
            world.Violation("a promotion was given back while the payment is unknown or stands");
        Uses[m.RedemptionId] = Use.Returned;
        world.Send(new PromotionsReturned(m.RedemptionId));
    }
}
