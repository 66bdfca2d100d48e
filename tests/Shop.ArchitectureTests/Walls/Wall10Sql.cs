using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.Extensions.DependencyInjection;
using Shop.ArchitectureTests.Model;
using Shop.BuildingBlocks;

namespace Shop.ArchitectureTests.Walls;

/// <summary>Wall 10, on paper: no SQL names another module's schema, and raw SQL stands only in files that are listed with a reason.</summary>
public sealed partial class Wall10Sql(ShopFixture shop)
{
    private const string ListFile = "RawSqlFiles.txt";

    [Fact]
    public void No_string_in_a_module_names_another_modules_table()
    {
        var looked = 0;
        var found = new List<Violation>();
        foreach (var module in ShopModule.All)
        {
            var literals = Il.Types(module.Code).SelectMany(t => t.Literals().Select(l => (t.Outermost().FullName, l))).ToArray();
            looked += literals.Length;
            found.AddRange(literals.SelectMany(l => Foreign(l.FullName, l.l, Others(module.Schema))));
        }
        found.ShouldBeNone(looked);
    }

    [Fact]
    public void No_migration_touches_another_modules_schema()
    {
        using var scope = shop.Services.CreateScope();
        var looked = 0;
        var found = new List<Violation>();
        foreach (var schema in scope.ServiceProvider.GetServices<ModuleSchema>())
        {
            var context = (DbContext)scope.ServiceProvider.GetRequiredService(schema.ContextType);
            var migrations = context.GetService<IMigrationsAssembly>();
            foreach (var (id, type) in migrations.Migrations)
            {
                var operations = migrations.CreateMigration(type, context.Database.ProviderName!).UpOperations;
                looked += operations.Count;
                found.AddRange(operations.SelectMany(o => Foreign($"{schema.Schema}: {id}", o, schema.Schema)));
            }
        }
        found.ShouldBeNone(looked);
    }

    [Fact]
    public void Raw_sql_stands_in_listed_files_only()
    {
        var sources = Repo.Sources("src");
        Unlisted(sources, Repo.List(ListFile)).ShouldBeNone(sources.Count(s => RawSql().IsMatch(s.Code)));
    }

    [Theory]
    [InlineData("select * from orders.orders where id = {0}")]
    [InlineData("update \"orders\".\"orders\" set status = 1")]
    [InlineData("with x as (select 1)\n  insert into\n orders.order_lines values (1)")]
    [InlineData("select 1 from carts.carts c join orders.orders o on true")]
    [InlineData("delete from only orders.orders")]
    [InlineData("alter table carts.carts add foreign key (id) references orders.orders")]
    [InlineData("select orders.next_number()")]
    public void Planted_foreign_sql_is_caught(string sql) =>
        Foreign("Shop.Carts.Planted", sql, ["orders"]).ShouldCatch("Planted", "orders");

    [Theory]
    [InlineData("select * from carts.carts where orders > 1")]
    [InlineData("orders.canceled_by_customer")]
    [InlineData("Canceled from orders.")]
    public void Innocent_text_is_not_taken_for_foreign_sql(string text) => Foreign("Shop.Carts.Planted", text, ["orders"]).ShouldBeEmpty();

    [Fact]
    public void Planted_foreign_migration_is_caught()
    {
        Foreign(
                "carts: Planted",
                new AddColumnOperation
                {
                    Schema = "orders",
                    Table = "orders",
                    Name = "x",
                },
                "carts"
            )
            .ShouldCatch("Planted", "orders");
        Foreign("carts: Planted", new SqlOperation { Sql = "create index on orders.orders (id)" }, "carts")
            .ShouldCatch("Planted", "orders");
        var key = new AddForeignKeyOperation
        {
            Schema = "carts",
            Table = "carts",
            Columns = ["id"],
            PrincipalSchema = "orders",
            PrincipalTable = "o",
        };
        Foreign("carts: Planted", key, "carts").ShouldCatch("Planted", "orders");
        var table = new CreateTableOperation { Schema = "carts", Name = "x" };
        table.ForeignKeys.Add(key);
        Foreign("carts: Planted", table, "carts").ShouldCatch("Planted", "orders");
    }

    [Fact]
    public void Planted_unlisted_raw_sql_and_stale_entries_are_caught()
    {
        SourceFile[] sources =
        [
            new("src/Planted.cs", "await db.Database.ExecuteSqlAsync($\"update\");"),
            new("src/Commented.cs", "// db.Database.ExecuteSqlAsync"),
        ];
        var found = Unlisted(sources, ListEntry.Parse(["src/Gone.cs # once", "src/Planted.cs"])).ToArray();
        found.ShouldCatch(ListFile, "src/Gone.cs");
        found.ShouldCatch(ListFile, "without a reason");
        found.ShouldSpare("src/Commented.cs");
        Unlisted(sources, []).ShouldCatch("src/Planted.cs", "ExecuteSql");
    }

    private static IEnumerable<string> Others(string schema) => ShopModule.All.Select(m => m.Schema).Where(s => s != schema);

    private static IEnumerable<Violation> Foreign(string who, string text, IEnumerable<string> schemas)
    {
        foreach (var schema in schemas)
            if (NamesTable(schema).IsMatch(text) || (Statement().IsMatch(text) && NamesMember(schema).IsMatch(text)))
                yield return new(
                    who,
                    $"names the schema {schema} in SQL",
                    "ask its owner by message or query, or keep a copy fed by events"
                );
    }

    private static IEnumerable<Violation> Foreign(string who, MigrationOperation operation, string schema)
    {
        if (operation is SqlOperation sql)
            return Foreign(who, sql.Sql, Others(schema));
        IEnumerable<MigrationOperation> nested = operation is CreateTableOperation table ? table.ForeignKeys : [];
        var named = new[] { "Schema", "PrincipalSchema", "NewSchema" }
            .Select(name => operation.GetType().GetProperty(name)?.GetValue(operation) as string)
            .Append(operation is EnsureSchemaOperation ensure ? ensure.Name : null);
        return named
            .Where(used => used is not null && used != schema)
            .Select(used => new Violation(who, $"{operation.GetType().Name} names the schema {used}", $"migrate {schema} only"))
            .Concat(nested.SelectMany(n => Foreign(who, n, schema)));
    }

    private static IEnumerable<Violation> Unlisted(IReadOnlyList<SourceFile> sources, IReadOnlyList<ListEntry> list)
    {
        var raw = sources.Where(s => RawSql().IsMatch(s.Code)).ToArray();
        foreach (var source in raw.Where(s => list.All(e => e.Name != s.Path)))
            yield return new(
                source.Path,
                $"holds raw SQL ({RawSql().Match(source.Code).Value})",
                $"use the DbContext, or list the file in tests/Shop.ArchitectureTests/{ListFile} with the reason"
            );
        foreach (var stale in ListEntry.Stale(list, ListFile, raw.Select(s => s.Path).ToHashSet()))
            yield return stale;
    }

    private static Regex NamesTable(string schema) =>
        new(
            $"""\b(from|join|into|update|only|table|on|references|exists|truncate|using)\s+"?{schema}"?\s*\.\s*["\w]""",
            RegexOptions.IgnoreCase
        );

    private static Regex NamesMember(string schema) => new($"""(?<![\w.'])"?{schema}"?\.\w""", RegexOptions.IgnoreCase);

    [GeneratedRegex(
        @"^\s*(select|insert\s+into|update\s+\S+\s+set|delete\s+from|with\s+\S+\s+as|create|alter|drop|grant)\b",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Statement();

    [GeneratedRegex(
        @"\b(ExecuteSql\w*|FromSql\w*|SqlQuery\w*|NpgsqlCommand|NpgsqlBatch\w*|CreateCommand|CreateBatch|CommandText|Begin(Binary|Text|Raw)\w+|migrationBuilder\.Sql|AddStateGauge)\b"
    )]
    private static partial Regex RawSql();
}
