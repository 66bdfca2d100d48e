using Microsoft.EntityFrameworkCore;
using Shop.Products.Data;

namespace Shop.Products.Features.Import;

/// <summary>Who has an import in hand: by leases on the database's clock, so that one whose process was killed is taken over.</summary>
internal static class ImportStore
{
    /// <summary>How long an import stays with a process that says nothing.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    /// <summary>Advisory lock of whoever counts the imports that wait, so that two can't both take the last place.</summary>
    public const long AdmissionTurn = 0x50524f445f494d50;

    /// <summary>Takes the oldest uploaded import that waits, or was left behind; null when there is none.</summary>
    public static async Task<Data.Import?> ClaimNextAsync(ProductsDbContext db, Guid owner, CancellationToken cancellationToken) =>
        (
            await db
                .Imports.FromSql(
                    $"""
                    update products.imports set state = 2, owner = {owner}, lease_until = now() + {Lease}, attempts = attempts + 1
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

    /// <summary>Lets another process take it at once: this one stops, which says nothing about the file.</summary>
    public static Task ReleaseAsync(ProductsDbContext db, Guid id, Guid owner) =>
        db.Database.ExecuteSqlAsync(
            $"update products.imports set lease_until = null, attempts = greatest(attempts - 1, 0) where id = {id} and owner = {owner}"
        );

    /// <summary>Leaves it alone for a minute, longer each time: the database has other troubles.</summary>
    public static Task DeferAsync(ProductsDbContext db, Guid id, Guid owner, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"update products.imports set owner = null, lease_until = now() + attempts * interval '1 minute' where id = {id} and owner = {owner}",
            cancellationToken
        );

    /// <summary>Forgets files that never came in whole, and imports that were over a month ago, some at a time.</summary>
    public static Task ForgetOldAsync(ProductsDbContext db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
            delete from products.imports where id in (
              select id from products.imports
              where state = 0 and created_at < now() - interval '1 day' or finished_at < now() - interval '30 days'
              limit 20)
            """,
            cancellationToken
        );

    /// <summary>Notes a file that is coming in; false when so many uploaded ones are coming in, waiting or worked on already.</summary>
    public static async Task<bool> AddAsync(ProductsDbContext db, Data.Import import, int most, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync(
            $"""
            select pg_advisory_xact_lock({AdmissionTurn});
            insert into products.imports (
              id, state, format, file_name, actor, bytes, bytes_read, rows, created, updated, unchanged, refused, settled_line, attempts,
              seconds, cancel_requested)
            select {import.Id}, 0, {(int)import.Format}, {import.FileName}, {import.Actor}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false
            where (select count(*) from products.imports where state in (0, 1, 2) and fingerprint is null) < {most}
            """,
            cancellationToken
        ) == 1;

    /// <summary>Refused rows that are stored, in the order they were found.</summary>
    public static IAsyncEnumerable<Refusal> RefusalsAsync(ProductsDbContext db, Guid id) =>
        db
            .ImportRefusals.AsNoTracking()
            .Where(r => r.ImportId == id)
            .OrderBy(r => r.Number)
            .Select(r => new Refusal(r.Line, r.Column, r.Code, r.Text))
            .AsAsyncEnumerable();
}
