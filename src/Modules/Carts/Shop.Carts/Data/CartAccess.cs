using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Shop.Carts.Domain;

namespace Shop.Carts.Data;

/// <summary>Whose carts the caller may see: a guest's by token, a customer's by user id. Somebody else's don't exist for the caller.</summary>
/// <param name="CustomerId">The signed-in customer; null for a guest.</param>
/// <param name="Token">The guest's token; null when there is none.</param>
public sealed record CartOwner(Guid? CustomerId, string? Token)
{
    /// <summary>256 bits that nobody guesses; told once, kept as hash only.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What the database keeps of a token.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>The token's hash; nothing that any cart has when there is no token.</summary>
    public byte[] TokenHash => string.IsNullOrEmpty(Token) ? [] : Hash(Token);
}

/// <summary>Reads carts of one owner, to show them or to change them.</summary>
internal static class CartAccess
{
    /// <summary>The cart with its lines, to be shown.</summary>
    public static Task<Cart?> ReadAsync(this CartsDbContext db, Guid id, CartOwner owner, CancellationToken cancellationToken)
    {
        var (customer, hash) = (owner.CustomerId, owner.TokenHash);
        return db
            .Carts.AsNoTracking()
            .Where(c => c.Id == id && (c.TokenHash == hash || (c.CustomerId == customer && c.CustomerId != null)))
            .Include(c => c.Lines)
            .SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>The cart's row, locked until the transaction ends; its lines are not read yet.</summary>
    public static IQueryable<Cart> Locked(this CartsDbContext db, Guid id, CartOwner owner) =>
        db.Carts.FromSql(
            $"""
            select * from carts.carts
            where id = {id} and (token_hash = {owner.TokenHash} or customer_id = {owner.CustomerId ?? Guid.Empty})
            for update
            """
        );

    /// <summary>The cart with its lines, locked until the transaction ends.</summary>
    public static async Task<Cart?> LockAsync(this CartsDbContext db, Guid id, CartOwner owner, CancellationToken cancellationToken)
    {
        var cart = await db.Locked(id, owner).SingleOrDefaultAsync(cancellationToken);
        if (cart is not null)
            await db.LoadLinesAsync(cart, cancellationToken);
        return cart;
    }

    /// <summary>
    /// Reads a locked cart's lines. A statement of its own, after the lock: a statement sees what was committed before it began, and the
    /// one that waited for the lock began too early.
    /// </summary>
    public static Task LoadLinesAsync(this CartsDbContext db, Cart cart, CancellationToken cancellationToken) =>
        db.Lines.Where(l => l.CartId == cart.Id).LoadAsync(cancellationToken);

    /// <summary>What is offered of these lines right now, by SKU.</summary>
    public static Task<Dictionary<string, Offer>> OffersOfAsync(this CartsDbContext db, Cart cart, CancellationToken cancellationToken)
    {
        var skus = cart.Lines.Select(l => l.Sku).ToArray();
        return db
            .Offers.AsNoTracking()
            .Where(o => skus.Contains(o.Sku) && o.Currency == cart.Currency)
            .ToDictionaryAsync(o => o.Sku, cancellationToken);
    }
}
