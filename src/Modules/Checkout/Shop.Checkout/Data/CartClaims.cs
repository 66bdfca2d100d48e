using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Checkout.Data;

/// <summary>
/// The last purchase that a guest's cart is in, be it the cart itself or the customer's cart that its lines went into. With it the same
/// pieces are not bought twice, whether the merge comes before, after or in the middle of a start of either purchase.
/// </summary>
/// <param name="CartId">The guest's cart.</param>
/// <param name="CheckoutId">The purchase.</param>
internal sealed record CartClaim(Guid CartId, Guid CheckoutId);

/// <summary>Takes claims.</summary>
internal static class CartClaims
{
    /// <summary>
    /// Claims carts for a purchase that is saved in the same transaction. Who claims the same cart at the same time waits for its end.
    /// A claim passes on only from a purchase that is known to have come to nothing: one that can't be seen yet may be running.
    /// </summary>
    /// <returns>False when another purchase has one of them; then the transaction must not be committed.</returns>
    public static async Task<bool> TryClaimAsync(
        this CheckoutDbContext db,
        Guid checkoutId,
        Guid[] cartIds,
        CancellationToken cancellationToken
    )
    {
        if (cartIds.Length == 0)
            return true;
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException("A claim without its purchase would never end.");
        // In the same order everywhere: nobody waits in a circle.
        Guid[] ordered = [.. cartIds.Order()];
        var claimed = await db.Database.ExecuteSqlAsync(
            $"""
            insert into checkout.cart_claims as held (cart_id, checkout_id)
            select cart_id, {checkoutId} from unnest({ordered}) cart_id
            on conflict (cart_id) do update set checkout_id = excluded.checkout_id
            where exists (select from checkout.checkouts c where c.id = held.checkout_id and c.state = 'compensated')
            """,
            cancellationToken
        );
        return claimed == cartIds.Length;
    }
}

internal sealed class CartClaimConfiguration : IEntityTypeConfiguration<CartClaim>
{
    public void Configure(EntityTypeBuilder<CartClaim> claim)
    {
        claim.ToTable("cart_claims");
        claim.HasKey(c => c.CartId);
        claim.Property(c => c.CartId).ValueGeneratedNever();
    }
}
