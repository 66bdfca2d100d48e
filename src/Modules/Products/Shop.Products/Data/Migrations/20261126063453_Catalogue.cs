using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Products.Data.Migrations
{
    /// <inheritdoc />
    public partial class Catalogue : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "other_prices",
                schema: "products",
                table: "variants",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<int>(
                name: "weight_grams",
                schema: "products",
                table: "variants",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "attributes",
                schema: "products",
                table: "products",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "deleted_at",
                schema: "products",
                table: "products",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "published_at",
                schema: "products",
                table: "products",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "seo_description",
                schema: "products",
                table: "products",
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "seo_title",
                schema: "products",
                table: "products",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "tax_category",
                schema: "products",
                table: "products",
                type: "character varying(50)",
                maxLength: 50,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "parent",
                schema: "products",
                table: "categories",
                type: "character varying(200)",
                nullable: true);

            migrationBuilder.AddColumn<string[]>(
                name: "path",
                schema: "products",
                table: "categories",
                type: "text[]",
                nullable: false,
                defaultValue: new string[0]);

            migrationBuilder.AddColumn<int>(
                name: "position",
                schema: "products",
                table: "categories",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "version",
                schema: "products",
                table: "categories",
                type: "bigint",
                nullable: false,
                defaultValue: 1L);

            migrationBuilder.CreateTable(
                name: "announcements",
                schema: "products",
                columns: table => new
                {
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    priority = table.Column<short>(type: "smallint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_announcements", x => x.product_id);
                });

            migrationBuilder.CreateTable(
                name: "attributes",
                schema: "products",
                columns: table => new
                {
                    code = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    label = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    choices = table.Column<string[]>(type: "text[]", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_attributes", x => x.code);
                });

            migrationBuilder.CreateTable(
                name: "changes",
                schema: "products",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    actor = table.Column<Guid>(type: "uuid", nullable: true),
                    action = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    subject = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "collections",
                schema: "products",
                columns: table => new
                {
                    slug = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    description = table.Column<string>(type: "text", nullable: false),
                    seo_title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    seo_description = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_collections", x => x.slug);
                });

            migrationBuilder.CreateTable(
                name: "imports",
                schema: "products",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    format = table.Column<int>(type: "integer", nullable: false),
                    file_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    fingerprint = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    actor = table.Column<Guid>(type: "uuid", nullable: true),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    bytes_read = table.Column<long>(type: "bigint", nullable: false),
                    rows = table.Column<long>(type: "bigint", nullable: false),
                    created = table.Column<long>(type: "bigint", nullable: false),
                    updated = table.Column<long>(type: "bigint", nullable: false),
                    unchanged = table.Column<long>(type: "bigint", nullable: false),
                    refused = table.Column<long>(type: "bigint", nullable: false),
                    settled_line = table.Column<int>(type: "integer", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    seconds = table.Column<double>(type: "double precision", nullable: false),
                    cancel_requested = table.Column<bool>(type: "boolean", nullable: false),
                    owner = table.Column<Guid>(type: "uuid", nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_imports", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "media",
                schema: "products",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    file_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    content_type = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    width = table.Column<int>(type: "integer", nullable: false),
                    height = table.Column<int>(type: "integer", nullable: false),
                    actor = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_media", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "openings",
                schema: "products",
                columns: table => new
                {
                    sku = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    quantity = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_openings", x => x.sku);
                });

            migrationBuilder.CreateTable(
                name: "slug_redirects",
                schema: "products",
                columns: table => new
                {
                    slug = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_slug_redirects", x => x.slug);
                    table.ForeignKey(
                        name: "fk_slug_redirects_products_product_id",
                        column: x => x.product_id,
                        principalSchema: "products",
                        principalTable: "products",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "collection_products",
                schema: "products",
                columns: table => new
                {
                    collection = table.Column<string>(type: "character varying(200)", nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_collection_products", x => new { x.collection, x.product_id });
                    table.ForeignKey(
                        name: "fk_collection_products_collections_collection",
                        column: x => x.collection,
                        principalSchema: "products",
                        principalTable: "collections",
                        principalColumn: "slug",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_collection_products_products_product_id",
                        column: x => x.product_id,
                        principalSchema: "products",
                        principalTable: "products",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "import_chunks",
                schema: "products",
                columns: table => new
                {
                    import_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_import_chunks", x => new { x.import_id, x.number });
                    table.ForeignKey(
                        name: "fk_import_chunks_imports_import_id",
                        column: x => x.import_id,
                        principalSchema: "products",
                        principalTable: "imports",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "import_refusals",
                schema: "products",
                columns: table => new
                {
                    import_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    line = table.Column<int>(type: "integer", nullable: false),
                    column = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    code = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    text = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_import_refusals", x => new { x.import_id, x.number });
                    table.ForeignKey(
                        name: "fk_import_refusals_imports_import_id",
                        column: x => x.import_id,
                        principalSchema: "products",
                        principalTable: "imports",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_products_scheduled",
                schema: "products",
                table: "products",
                column: "published_at",
                filter: "status = 0 and published_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_categories_parent",
                schema: "products",
                table: "categories",
                column: "parent");

            migrationBuilder.CreateIndex(
                name: "ix_categories_path",
                schema: "products",
                table: "categories",
                column: "path")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_announcements_priority_product_id",
                schema: "products",
                table: "announcements",
                columns: new[] { "priority", "product_id" });

            migrationBuilder.CreateIndex(
                name: "ix_changes_subject_id",
                schema: "products",
                table: "changes",
                columns: new[] { "subject", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_collection_products_collection_position_product_id",
                schema: "products",
                table: "collection_products",
                columns: new[] { "collection", "position", "product_id" });

            migrationBuilder.CreateIndex(
                name: "ix_collection_products_product_id",
                schema: "products",
                table: "collection_products",
                column: "product_id");

            migrationBuilder.CreateIndex(
                name: "ix_imports_state",
                schema: "products",
                table: "imports",
                column: "state",
                filter: "state in (0, 1, 2)");

            migrationBuilder.CreateIndex(
                name: "ix_slug_redirects_product_id",
                schema: "products",
                table: "slug_redirects",
                column: "product_id");

            migrationBuilder.AddForeignKey(
                name: "fk_categories_categories_parent",
                schema: "products",
                table: "categories",
                column: "parent",
                principalSchema: "products",
                principalTable: "categories",
                principalColumn: "slug",
                onDelete: ReferentialAction.Restrict);

            // What was there before stands at the root, and so does what a process of the version before makes while it runs beside.
            migrationBuilder.Sql("update products.categories set path = array[slug]");
            migrationBuilder.Sql(
                """
                create function products.place_category_at_root() returns trigger language plpgsql as $$
                begin
                  new.path := array[new.slug];
                  return new;
                end $$;
                create trigger place_at_root before insert on products.categories
                for each row when (new.path = '{}') execute function products.place_category_at_root();
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop trigger place_at_root on products.categories; drop function products.place_category_at_root();");

            migrationBuilder.DropForeignKey(
                name: "fk_categories_categories_parent",
                schema: "products",
                table: "categories");

            migrationBuilder.DropTable(
                name: "announcements",
                schema: "products");

            migrationBuilder.DropTable(
                name: "attributes",
                schema: "products");

            migrationBuilder.DropTable(
                name: "changes",
                schema: "products");

            migrationBuilder.DropTable(
                name: "collection_products",
                schema: "products");

            migrationBuilder.DropTable(
                name: "import_chunks",
                schema: "products");

            migrationBuilder.DropTable(
                name: "import_refusals",
                schema: "products");

            migrationBuilder.DropTable(
                name: "media",
                schema: "products");

            migrationBuilder.DropTable(
                name: "openings",
                schema: "products");

            migrationBuilder.DropTable(
                name: "slug_redirects",
                schema: "products");

            migrationBuilder.DropTable(
                name: "collections",
                schema: "products");

            migrationBuilder.DropTable(
                name: "imports",
                schema: "products");

            migrationBuilder.DropIndex(
                name: "ix_products_scheduled",
                schema: "products",
                table: "products");

            migrationBuilder.DropIndex(
                name: "ix_categories_parent",
                schema: "products",
                table: "categories");

            migrationBuilder.DropIndex(
                name: "ix_categories_path",
                schema: "products",
                table: "categories");

            migrationBuilder.DropColumn(
                name: "other_prices",
                schema: "products",
                table: "variants");

            migrationBuilder.DropColumn(
                name: "weight_grams",
                schema: "products",
                table: "variants");

            migrationBuilder.DropColumn(
                name: "attributes",
                schema: "products",
                table: "products");

            migrationBuilder.DropColumn(
                name: "deleted_at",
                schema: "products",
                table: "products");

            migrationBuilder.DropColumn(
                name: "published_at",
                schema: "products",
                table: "products");

            migrationBuilder.DropColumn(
                name: "seo_description",
                schema: "products",
                table: "products");

            migrationBuilder.DropColumn(
                name: "seo_title",
                schema: "products",
                table: "products");

            migrationBuilder.DropColumn(
                name: "tax_category",
                schema: "products",
                table: "products");

            migrationBuilder.DropColumn(
                name: "parent",
                schema: "products",
                table: "categories");

            migrationBuilder.DropColumn(
                name: "path",
                schema: "products",
                table: "categories");

            migrationBuilder.DropColumn(
                name: "position",
                schema: "products",
                table: "categories");

            migrationBuilder.DropColumn(
                name: "version",
                schema: "products",
                table: "categories");
        }
    }
}
