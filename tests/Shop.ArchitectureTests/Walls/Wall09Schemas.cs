using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Shop.ArchitectureTests.Model;
using Shop.BuildingBlocks;

namespace Shop.ArchitectureTests.Walls;

/// <summary>
/// Wall 9: each DbContext maps its own schema only; no entity in two contexts, no foreign key across schemas, a migrations history of its
/// own, no pending model change.
/// </summary>
public sealed class Wall09Schemas(ShopFixture shop, PlantedDatabase planted)
{
    [Fact]
    public void A_context_maps_its_own_schema_only()
    {
        using var scope = shop.Services.CreateScope();
        var contexts = Contexts(scope);
        contexts.Select(c => c.Schema).ShouldBe(ShopModule.All.Select(m => m.Schema), ignoreOrder: true);
        contexts.SelectMany(c => Foreign(c.Context, c.Schema)).ShouldBeNone(contexts.Sum(c => c.Context.Model.GetEntityTypes().Count()));
    }

    [Fact]
    public void No_entity_belongs_to_two_contexts()
    {
        using var scope = shop.Services.CreateScope();
        var contexts = Contexts(scope);
        Shared([.. contexts.Select(c => c.Context)]).ShouldBeNone(contexts.Sum(c => c.Context.Model.GetEntityTypes().Count()));
    }

    [Fact]
    public void Migrations_are_complete_and_remembered_in_the_modules_schema()
    {
        using var scope = shop.Services.CreateScope();
        var contexts = Contexts(scope);
        contexts.SelectMany(c => Migrations(c.Context, c.Schema)).ShouldBeNone(contexts.Count);
    }

    [Fact]
    public async Task The_database_has_no_foreign_key_across_schemas()
    {
        var all = await shop.ScalarAsync<long>("select count(*) from pg_constraint where contype = 'f'");
        (await ForeignKeysAcrossAsync(shop.ConnectionString)).ShouldBeNone((int)all);
    }

    [Fact]
    public void Planted_context_with_foreign_tables_is_caught()
    {
        using var context = new Beta.Data.BetaDbContext(Beta.Data.BetaDbContext.Offline("beta"));
        var found = Foreign(context, "beta").ToArray();
        found.ShouldCatch(nameof(Beta.Data.BorrowedRow), "schema alpha");
        found.ShouldCatch(nameof(Beta.Data.BetaRow), "foreign key");
        found.ShouldCatch("stray_numbers", "schema (none)");
    }

    [Fact]
    public void Planted_shared_entity_is_caught()
    {
        using var beta = new Beta.Data.BetaDbContext(Beta.Data.BetaDbContext.Offline("beta"));
        using var alpha = new Alpha.Data.AlphaDbContext(Alpha.Data.AlphaDbContext.Offline());
        Shared([alpha, beta]).ShouldCatch(nameof(Beta.Data.BorrowedRow), "AlphaDbContext, BetaDbContext");
    }

    [Fact]
    public void Planted_context_without_migrations_or_history_is_caught()
    {
        using var context = new Beta.Data.BetaDbContext(Beta.Data.BetaDbContext.Offline("public"));
        var found = Migrations(context, "beta").ToArray();
        found.ShouldCatch("BetaDbContext", "public.__migrations");
        found.ShouldCatch("BetaDbContext", "pending");
    }

    [Fact]
    public async Task Planted_foreign_key_across_schemas_is_caught()
    {
        await planted.ExecuteAsync(
            """
            create table orders.planted_parent (id int primary key);
            create table carts.planted_child (id int primary key references orders.planted_parent);
            """
        );
        (await ForeignKeysAcrossAsync(await planted.ConnectionStringAsync())).ShouldCatch("carts.planted_child", "orders.planted_parent");
    }

    private static IReadOnlyList<(string Schema, DbContext Context)> Contexts(IServiceScope scope) =>
        [
            .. scope
                .ServiceProvider.GetServices<ModuleSchema>()
                .Select(s => (s.Schema, (DbContext)scope.ServiceProvider.GetRequiredService(s.ContextType))),
        ];

    private static IEnumerable<Violation> Foreign(DbContext context, string schema)
    {
        var model = context.GetService<IDesignTimeModel>().Model;
        foreach (var entity in model.GetEntityTypes())
        {
            foreach (
                var used in new[]
                {
                    entity.GetTableName() is null ? schema : entity.GetSchema(),
                    entity.GetViewName() is null ? schema : entity.GetViewSchema(),
                }
            )
                if (used != schema)
                    yield return new(
                        entity.Name,
                        $"is mapped to schema {used ?? "(none)"}",
                        $"map it to {schema}, or keep a copy fed by events"
                    );
            foreach (var key in entity.GetForeignKeys().Where(k => k.PrincipalEntityType.GetTableName() is not null))
                if (key.PrincipalEntityType.GetSchema() != schema)
                    yield return new(
                        entity.Name,
                        $"has a foreign key to {key.PrincipalEntityType.GetSchema()}.{key.PrincipalEntityType.GetTableName()}",
                        "keep the id as a plain value"
                    );
        }
        foreach (var sequence in model.GetSequences().Where(s => s.Schema != schema))
            yield return new(sequence.Name, $"is a sequence in schema {sequence.Schema ?? "(none)"}", $"create it in {schema}");
        foreach (var function in model.GetDbFunctions().Where(f => !f.IsBuiltIn && f.Schema != schema))
            yield return new(function.Name, $"is a function in schema {function.Schema ?? "(none)"}", $"create it in {schema}");
    }

    private static IEnumerable<Violation> Shared(IReadOnlyList<DbContext> contexts) =>
        contexts
            .SelectMany(c => c.Model.GetEntityTypes().Where(e => !e.HasSharedClrType).Select(e => (e.ClrType, Context: c.GetType().Name)))
            .Distinct()
            .GroupBy(e => e.ClrType, e => e.Context)
            .Where(g => g.Count() > 1 && g.Key.Namespace?.StartsWith("Shop.BuildingBlocks") != true)
            .Select(g => new Violation(
                g.Key.FullName!,
                $"is mapped in {string.Join(", ", g.Order(StringComparer.Ordinal))}",
                "leave it to its owner; give the other module a copy of its own, fed by events"
            ));

    private static IEnumerable<Violation> Migrations(DbContext context, string schema)
    {
        var name = context.GetType().Name;
        var options = RelationalOptionsExtension.Extract(context.GetService<IDbContextOptions>());
        if (options.MigrationsHistoryTableSchema != schema)
            yield return new(
                name,
                $"remembers its migrations in {options.MigrationsHistoryTableSchema}.{options.MigrationsHistoryTableName}",
                "register it by AddModuleDbContext with its own schema"
            );
        if (context.Database.HasPendingModelChanges())
            yield return new(name, "has pending model changes", "dotnet ef migrations add");
    }

    private static async Task<IReadOnlyList<Violation>> ForeignKeysAcrossAsync(string connectionString)
    {
        var rows = await Sql.QueryAsync(
            connectionString,
            """
            select conrelid::regclass::text, confrelid::regclass::text
            from pg_constraint
            join pg_class child on child.oid = conrelid
            join pg_class parent on parent.oid = confrelid
            where contype = 'f' and child.relnamespace <> parent.relnamespace
            """
        );
        return [.. rows.Select(r => new Violation(r[0], $"has a foreign key to {r[1]}", "keep the id as a plain value"))];
    }
}
