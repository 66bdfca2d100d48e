using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Shop.Search.Data.Migrations
{
    /// <inheritdoc />
    public partial class FacetsAndRebuilds : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,")
                .Annotation("Npgsql:PostgresExtension:unaccent", ",,")
                .OldAnnotation("Npgsql:PostgresExtension:pg_trgm", ",,");

            migrationBuilder.CreateTable(
                name: "facet_values",
                schema: "search",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    facet = table.Column<string>(type: "text", nullable: false),
                    facet_label = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    label = table.Column<string>(type: "text", nullable: false),
                    label_key = table.Column<string>(type: "text", nullable: false),
                    parent = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_facet_values", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "missed_searches",
                schema: "search",
                columns: table => new
                {
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_missed_searches", x => new { x.day, x.text });
                });

            migrationBuilder.CreateTable(
                name: "products",
                schema: "search",
                columns: table => new
                {
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    slug = table.Column<string>(type: "text", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    description = table.Column<string>(type: "text", nullable: false),
                    vendor = table.Column<string>(type: "text", nullable: true),
                    category = table.Column<string>(type: "text", nullable: true),
                    image_url = table.Column<string>(type: "text", nullable: true),
                    price_minor = table.Column<long>(type: "bigint", nullable: false),
                    price_currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false),
                    skus = table.Column<string[]>(type: "text[]", nullable: false),
                    codes = table.Column<string[]>(type: "text[]", nullable: false),
                    own_facets = table.Column<long[]>(type: "bigint[]", nullable: false),
                    path_facets = table.Column<long[]>(type: "bigint[]", nullable: true),
                    path_words = table.Column<string>(type: "text", nullable: true),
                    option_facets = table.Column<long[]>(type: "bigint[]", nullable: true),
                    option_words = table.Column<string>(type: "text", nullable: true),
                    attribute_facets = table.Column<long[]>(type: "bigint[]", nullable: true),
                    attribute_words = table.Column<string>(type: "text", nullable: true),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    published = table.Column<bool>(type: "boolean", nullable: false),
                    sold = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_products", x => x.product_id);
                });

            migrationBuilder.CreateTable(
                name: "rebuild_changes",
                schema: "search",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rebuild_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rebuilds",
                schema: "search",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    language = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    active = table.Column<bool>(type: "boolean", nullable: true),
                    requested_by = table.Column<Guid>(type: "uuid", nullable: true),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    cancel_requested = table.Column<bool>(type: "boolean", nullable: false),
                    worker = table.Column<Guid>(type: "uuid", nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    position = table.Column<Guid>(type: "uuid", nullable: true),
                    done = table.Column<long>(type: "bigint", nullable: false),
                    total = table.Column<long>(type: "bigint", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rebuilds", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "state",
                schema: "search",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    language = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_state", x => x.id);
                });

            migrationBuilder.InsertData(
                schema: "search",
                table: "state",
                columns: new[] { "id", "language" },
                values: new object[] { 1, "english" });

            migrationBuilder.Sql(RebuildFunctions.TakeOver);

            migrationBuilder.DropIndex(
                name: "ix_items_title",
                schema: "search",
                table: "items");

            migrationBuilder.DropIndex(
                name: "ix_items_codes",
                schema: "search",
                table: "items");

            migrationBuilder.DropIndex(
                name: "ix_items_document",
                schema: "search",
                table: "items");

            migrationBuilder.DropIndex(
                name: "ix_items_title_key",
                schema: "search",
                table: "items");

            // As it was generated, the column would be dropped and added, empty.
            migrationBuilder.Sql("alter table search.items alter column title_key drop expression");

            migrationBuilder.Sql(RebuildFunctions.Rewrite);

            migrationBuilder.DropColumn(
                name: "skus",
                schema: "search",
                table: "items");

            migrationBuilder.DropColumn(
                name: "version",
                schema: "search",
                table: "items");

            migrationBuilder.RenameColumn(
                name: "published",
                schema: "search",
                table: "items",
                newName: "in_stock");

            migrationBuilder.AddColumn<long[]>(
                name: "facets",
                schema: "search",
                table: "items",
                type: "bigint[]",
                nullable: false,
                defaultValue: new long[0]);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "published_at",
                schema: "search",
                table: "items",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_items_title_key",
                schema: "search",
                table: "items",
                column: "title_key")
                .Annotation("Npgsql:IndexOperators", new[] { "text_pattern_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_items_title_parts",
                schema: "search",
                table: "items",
                column: "title_key")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_items_document_facets_codes",
                schema: "search",
                table: "items",
                columns: new[] { "document", "facets", "codes" })
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_facet_values_facet_label_key",
                schema: "search",
                table: "facet_values",
                columns: new[] { "facet", "label_key" })
                .Annotation("Npgsql:IndexOperators", new[] { "text_ops", "text_pattern_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_rebuilds_active",
                schema: "search",
                table: "rebuilds",
                column: "active",
                unique: true);

            migrationBuilder.Sql(RebuildFunctions.Languages);
            migrationBuilder.Sql(RebuildFunctions.Begin);
            migrationBuilder.Sql(RebuildFunctions.Index);
            migrationBuilder.Sql(RebuildFunctions.Swap);
            migrationBuilder.Sql(RebuildFunctions.Drop);
            migrationBuilder.Sql(RebuildFunctions.Revoke);
            migrationBuilder.Sql(RebuildFunctions.Prepare);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(RebuildFunctions.Remove);

            migrationBuilder.DropIndex(
                name: "ix_items_title_parts",
                schema: "search",
                table: "items");

            migrationBuilder.DropTable(
                name: "facet_values",
                schema: "search");

            migrationBuilder.DropTable(
                name: "missed_searches",
                schema: "search");

            migrationBuilder.DropTable(
                name: "rebuild_changes",
                schema: "search");

            migrationBuilder.DropTable(
                name: "rebuilds",
                schema: "search");

            migrationBuilder.DropTable(
                name: "state",
                schema: "search");

            migrationBuilder.DropIndex(
                name: "ix_items_document_facets_codes",
                schema: "search",
                table: "items");

            migrationBuilder.DropColumn(
                name: "facets",
                schema: "search",
                table: "items");

            migrationBuilder.DropColumn(
                name: "published_at",
                schema: "search",
                table: "items");

            migrationBuilder.RenameColumn(
                name: "in_stock",
                schema: "search",
                table: "items",
                newName: "published");

            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,")
                .OldAnnotation("Npgsql:PostgresExtension:pg_trgm", ",,")
                .OldAnnotation("Npgsql:PostgresExtension:unaccent", ",,");

            migrationBuilder.AddColumn<string[]>(
                name: "skus",
                schema: "search",
                table: "items",
                type: "text[]",
                nullable: false,
                defaultValue: new string[0]);

            migrationBuilder.AddColumn<long>(
                name: "version",
                schema: "search",
                table: "items",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.Sql(RebuildFunctions.GiveBack);

            migrationBuilder.DropTable(
                name: "products",
                schema: "search");

            migrationBuilder.AlterColumn<string>(
                name: "title_key",
                schema: "search",
                table: "items",
                type: "text",
                nullable: false,
                computedColumnSql: "lower(title)",
                stored: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.CreateIndex(
                name: "ix_items_codes",
                schema: "search",
                table: "items",
                column: "codes")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_items_document",
                schema: "search",
                table: "items",
                column: "document")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_items_title",
                schema: "search",
                table: "items",
                column: "title")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });
        }
    }
}
