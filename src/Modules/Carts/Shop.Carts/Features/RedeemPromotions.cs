using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Contracts;
using Shop.Carts.Data;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

/// <summary>Takes limited promotions for a purchase.</summary>
public sealed class RedeemPromotionsHandler
{
    public static async Task<IIntegrationEvent> Handle(RedeemPromotions message, CartsDbContext db, CancellationToken cancellationToken)
    {
        var holders = Holders.Of(message.CustomerId, message.Email);
        var state = await db.RedeemAsync(message.RedemptionId, message.PromotionIds, holders, cancellationToken);
        return state switch
        {
            Redemption.Redeemed => new PromotionsRedeemed(message.RedemptionId),
            Redemption.Rejected => new PromotionsRejected(message.RedemptionId, "carts.promotion_exhausted"),
            _ => new PromotionsRejected(message.RedemptionId, "carts.redemption_closed"),
        };
    }
}

/// <summary>Gives back what a purchase took.</summary>
public sealed class ReturnPromotionsHandler
{
    public static async Task<PromotionsReturned> Handle(ReturnPromotions message, CartsDbContext db, CancellationToken cancellationToken)
    {
        await db.ReturnAsync(message.RedemptionId, cancellationToken);
        return new(message.RedemptionId);
    }
}
