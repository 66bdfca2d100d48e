using Microsoft.EntityFrameworkCore;
using Shop.Carts.Domain;

namespace Shop.Carts.Data;

/// <summary>
/// The counters of limited promotions. SQL, because a limit holds under a race only where one statement both looks and takes: a counter is
/// raised if it is below its limit. Rows are locked in one order everywhere, so nobody waits in a circle.
/// </summary>
internal static class PromotionUses
{
    /// <summary>Which of these promotions this shopper can't have now, and why. One query, none when there is nothing to ask.</summary>
    public static async Task<IReadOnlyDictionary<Guid, string>> BarredAsync(
        this CartsDbContext db,
        IEnumerable<Promotion> candidates,
        Cart cart,
        CancellationToken cancellationToken
    )
    {
        Guid[] asked = [.. candidates.Where(p => p.IsLimited || p.CustomerGroup is not null).Select(p => p.Id)];
        if (asked.Length == 0)
            return new Dictionary<Guid, string>();
        var customerId = cart.CustomerId;
        string[] holders = [.. Holders.Of(customerId, null), .. cart.Buyer is { } buyer ? [buyer] : Array.Empty<string>()];
        var barred = await db
            .Database.SqlQuery<BarredRow>(
                $"""
                select p.id, case
                  when p.customer_group is not null and not exists (
                    select from carts.group_members m where m.customer_group = p.customer_group and m.customer_id = {customerId})
                    then 'not_for_customer'
                  when exists (select from carts.promotion_uses u
                    where u.promotion_id = p.id and u.holder = '' and u.used >= p.usage_limit) then 'exhausted'
                  when exists (select from carts.promotion_uses u
                    where u.promotion_id = p.id and u.holder = any({holders}) and u.used >= p.customer_limit) then 'already_used'
                  end as reason
                from carts.promotions p where p.id = any({asked})
                """
            )
            .ToListAsync(cancellationToken);
        return barred.Where(b => b.Reason is not null).ToDictionary(b => b.Id, b => b.Reason!);
    }

    /// <summary>
    /// Takes one use of each promotion for a purchase, of everybody's and of the customer's, or none at all. The same purchase again changes
    /// nothing, and what it was given back can't be taken any more.
    /// </summary>
    /// <returns>One of <see cref="Redemption"/>'s states.</returns>
    public static async Task<string> RedeemAsync(
        this CartsDbContext db,
        Guid id,
        IReadOnlyList<Guid> promotions,
        string[] holders,
        CancellationToken cancellationToken
    )
    {
        Guid[] asked = [.. promotions.Distinct().Order()];
        if (!await db.OpenAsync(id, Redemption.Redeemed, asked, holders, cancellationToken))
            return await db.Redemptions.Where(r => r.Id == id).Select(r => r.State).SingleAsync(cancellationToken);
        string[] counted = [Holders.Everybody, .. holders];
        var taken = await db
            .Database.SqlQuery<UseRow>(
                $"""
                insert into carts.promotion_uses as u (promotion_id, holder, used)
                select p.id, h.holder, 1 from carts.promotions p, unnest({counted}) as h (holder)
                where p.id = any({asked})
                order by p.id, h.holder
                on conflict (promotion_id, holder) do update set used = u.used + 1
                where u.used < (
                  select coalesce(case u.holder when '' then p.usage_limit else p.customer_limit end, 2147483647)
                  from carts.promotions p where p.id = u.promotion_id)
                returning u.promotion_id, u.holder
                """
            )
            .ToListAsync(cancellationToken);
        if (taken.Count == asked.Length * counted.Length)
            return Redemption.Redeemed;
        await db.LowerAsync([.. taken.Select(t => t.PromotionId)], [.. taken.Select(t => t.Holder)], cancellationToken);
        await db.Database.ExecuteSqlAsync($"update carts.redemptions set state = 'rejected' where id = {id}", cancellationToken);
        return Redemption.Rejected;
    }

    /// <summary>Gives back what a purchase took, once; what it has not taken yet it can't take any more.</summary>
    public static async Task ReturnAsync(this CartsDbContext db, Guid id, CancellationToken cancellationToken)
    {
        if (await db.OpenAsync(id, Redemption.Returned, [], [], cancellationToken))
            return;
        var returned = await db
            .Redemptions.FromSql($"update carts.redemptions set state = 'returned' where id = {id} and state = 'redeemed' returning *")
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        foreach (var redemption in returned)
        {
            string[] counted = [Holders.Everybody, .. redemption.Holders];
            var rows = redemption.PromotionIds.SelectMany(p => counted.Select(h => (p, h))).ToArray();
            await db.LowerAsync([.. rows.Select(r => r.p)], [.. rows.Select(r => r.h)], cancellationToken);
        }
    }

    // Whoever opens the same purchase at the same time waits here for the end of the other.
    private static async Task<bool> OpenAsync(
        this CartsDbContext db,
        Guid id,
        string state,
        Guid[] promotions,
        string[] holders,
        CancellationToken cancellationToken
    ) =>
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into carts.redemptions (id, state, promotion_ids, holders) values ({id}, {state}, {promotions}, {holders})
            on conflict (id) do nothing
            """,
            cancellationToken
        ) == 1;

    private static Task LowerAsync(this CartsDbContext db, Guid[] promotions, string[] holders, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
            with rows as (
              select u.promotion_id, u.holder from carts.promotion_uses u
              join unnest({promotions}, {holders}) as r (promotion_id, holder) using (promotion_id, holder)
              order by u.promotion_id, u.holder for update of u)
            update carts.promotion_uses u set used = u.used - 1 from rows r
            where u.promotion_id = r.promotion_id and u.holder = r.holder
            """,
            cancellationToken
        );

    private sealed record BarredRow(Guid Id, string? Reason);

    private sealed record UseRow(Guid PromotionId, string Holder);
}
