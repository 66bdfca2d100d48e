using Microsoft.EntityFrameworkCore;
using Shop.Products.Data;

namespace Shop.Products.Features.Import;

/// <summary>Who has an import in hand: by leases on the database's clock, so that one whose process was killed is taken over.</summary>
internal static class ImportStore
{
    /// <summary>How long an import stays with a process that says nothing.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    /// <summary>Takes the oldest uploaded import that waits, or was left behind; null when there is none.</summary>
    public static async Task<Data.Import?> ClaimNextAsync(ProductsDbContext db, Guid owner, CancellationToken cancellationToken) =>
        (
            await db
                .Imports.FromSql(
                    $"""
                    update products.imports set state = 2, owner = {owner}, lease_until = now() + {Lease}
                    where id = (
                      select id from products.imports
                      where state in (1, 2) and fingerprint is null and (lease_until is null or lease_until < now())
                      order by created_at limit 1 for update skip locked)
                    returning *
                    """
                )
                .AsNoTracking()
                .ToListAsync(cancellationToken)
        ).FirstOrDefault();

    /// <summary>Takes one import; null while another process has it, or when it is over.</summary>
    public static async Task<Data.Import?> ClaimAsync(ProductsDbContext db, Guid id, Guid owner, CancellationToken cancellationToken) =>
        (
            await db
                .Imports.FromSql(
                    $"""
                    update products.imports set state = 2, owner = {owner}, lease_until = now() + {Lease}
                    where id = {id} and state in (1, 2) and (lease_until is null or lease_until < now())
                    returning *
                    """
                )
                .AsNoTracking()
                .ToListAsync(cancellationToken)
        ).FirstOrDefault();

    /// <summary>Ends an import and drops its file.</summary>
    public static async Task FinishAsync(
        ProductsDbContext db,
        Data.Import import,
        ImportState state,
        Guid owner,
        CancellationToken cancellationToken
    )
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            with ended as (
              update products.imports set state = {(int)state}, finished_at = now(), owner = null, lease_until = null
              where id = {import.Id} and owner = {owner}
              returning id)
            delete from products.import_chunks where import_id in (select id from ended)
            """,
            cancellationToken
        );
        import.State = state;
    }

    /// <summary>Ends an import that no run gets past; what was imported stays, and the last of its refusals says that it broke off.</summary>
    public static Task FailAsync(ProductsDbContext db, Guid id, Guid owner, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
            with ended as (
              update products.imports set
                state = {(int)ImportState.Failed}, refused = refused + 1, finished_at = now(), owner = null, lease_until = null
              where id = {id} and owner = {owner}
              returning id, refused),
            said as (
              insert into products.import_refusals (import_id, number, line, "column", code, text)
              select id, refused, 0, '', 'products.import_broken_off', '' from ended)
            delete from products.import_chunks where import_id in (select id from ended)
            """,
            cancellationToken
        );

    /// <summary>Lets another process take it at once: this one stops.</summary>
    public static Task ReleaseAsync(ProductsDbContext db, Guid id, Guid owner) =>
        db.Database.ExecuteSqlAsync($"update products.imports set lease_until = null where id = {id} and owner = {owner}");

    /// <summary>Forgets files that never came in whole.</summary>
    public static Task ForgetAbandonedAsync(ProductsDbContext db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"delete from products.imports where state = 0 and created_at < now() - interval '1 day'",
            cancellationToken
        );
}
