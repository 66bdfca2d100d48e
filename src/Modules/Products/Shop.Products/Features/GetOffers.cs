using Shop.Products.Contracts;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>Says what the shop asks for SKUs; from the database each time, as money is decided by it.</summary>
public sealed class GetOffersHandler
{
    /// <summary>SKUs unknown, not published or beyond the 200th are missing in the answer.</summary>
    public static async Task<Offers> Handle(GetOffers query, ProductReads reads, CancellationToken cancellationToken) =>
        new(await reads.OffersAsync([.. query.Skus.Distinct().Take(200)], cancellationToken));
}
