using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Products.Data.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "products");

            migrationBuilder.CreateTable(
                name: "availability",
                schema: "products",
                columns: table => new
                {
                    sku = table.Column<string>(type: "text", nullable: false),
                    in_stock = table.Column<bool>(type: "boolean", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_availability", x => x.sku);
                });

            migrationBuilder.CreateTable(
                name: "catalogue",
                schema: "products",
                columns: table => new
                {
                    id = table.Column<short>(type: "smallint", nullable: false),
                    revision = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_catalogue", x => x.id);
                    table.CheckConstraint("ck_catalogue_one_row", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "categories",
                schema: "products",
                columns: table => new
                {
                    slug = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_categories", x => x.slug);
                });

            migrationBuilder.CreateTable(
                name: "products",
                schema: "products",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    slug = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    description = table.Column<string>(type: "text", nullable: false),
                    vendor = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    category = table.Column<string>(type: "character varying(200)", nullable: true),
                    status = table.Column<int>(type: "integer", nullable: false),
                    option_names = table.Column<string[]>(type: "text[]", nullable: false),
                    images = table.Column<string>(type: "jsonb", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    revision = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_products", x => x.id);
                    table.ForeignKey(
                        name: "fk_products_categories_category",
                        column: x => x.category,
                        principalSchema: "products",
                        principalTable: "categories",
                        principalColumn: "slug",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "variants",
                schema: "products",
                columns: table => new
                {
                    sku = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    option_values = table.Column<string[]>(type: "text[]", nullable: false),
                    compare_at_minor = table.Column<long>(type: "bigint", nullable: true),
                    barcode = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    price_currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    price_minor = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_variants", x => x.sku);
                    table.CheckConstraint("ck_variants_prices", "price_minor >= 0 and (compare_at_minor is null or compare_at_minor >= 0)");
                    table.ForeignKey(
                        name: "fk_variants_products_product_id",
                        column: x => x.product_id,
                        principalSchema: "products",
                        principalTable: "products",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.InsertData(
                schema: "products",
                table: "catalogue",
                columns: new[] { "id", "revision" },
                values: new object[] { (short)1, 0L });

            migrationBuilder.CreateIndex(
                name: "ix_products_published",
                schema: "products",
                table: "products",
                column: "id",
                filter: "status = 1");

            migrationBuilder.CreateIndex(
                name: "ix_products_published_by_category",
                schema: "products",
                table: "products",
                columns: new[] { "category", "id" },
                filter: "status = 1");

            migrationBuilder.CreateIndex(
                name: "ix_products_revision",
                schema: "products",
                table: "products",
                column: "revision");

            migrationBuilder.CreateIndex(
                name: "ix_products_slug",
                schema: "products",
                table: "products",
                column: "slug",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_variants_product_id",
                schema: "products",
                table: "variants",
                column: "product_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "availability",
                schema: "products");

            migrationBuilder.DropTable(
                name: "catalogue",
                schema: "products");

            migrationBuilder.DropTable(
                name: "variants",
                schema: "products");

            migrationBuilder.DropTable(
                name: "products",
                schema: "products");

            migrationBuilder.DropTable(
                name: "categories",
                schema: "products");
        }
    }
}
