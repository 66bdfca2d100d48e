using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Carts.Data.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "carts");

            migrationBuilder.CreateTable(
                name: "carts",
                schema: "carts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: true),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    status = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    order_id = table.Column<Guid>(type: "uuid", nullable: true),
                    next_cart_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_carts", x => x.id);
                    table.CheckConstraint("ck_carts_owner", "num_nonnulls(customer_id, token_hash) = 1");
                });

            migrationBuilder.CreateTable(
                name: "offers",
                schema: "carts",
                columns: table => new
                {
                    sku = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    price_minor = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_offers", x => x.sku);
                });

            migrationBuilder.CreateTable(
                name: "product_versions",
                schema: "carts",
                columns: table => new
                {
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_product_versions", x => x.product_id);
                });

            migrationBuilder.CreateTable(
                name: "lines",
                schema: "carts",
                columns: table => new
                {
                    cart_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sku = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    quantity = table.Column<int>(type: "integer", nullable: false),
                    unit_price_minor = table.Column<long>(type: "bigint", nullable: false),
                    previous_price_minor = table.Column<long>(type: "bigint", nullable: true),
                    available = table.Column<bool>(type: "boolean", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_lines", x => new { x.cart_id, x.sku });
                    table.CheckConstraint("ck_lines_quantity", "quantity between 1 and 99");
                    table.CheckConstraint("ck_lines_unit_price_minor", "unit_price_minor >= 0");
                    table.ForeignKey(
                        name: "fk_lines_carts_cart_id",
                        column: x => x.cart_id,
                        principalSchema: "carts",
                        principalTable: "carts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_carts_customer_id",
                schema: "carts",
                table: "carts",
                column: "customer_id",
                unique: true,
                filter: "status = 'open'");

            migrationBuilder.CreateIndex(
                name: "ix_offers_product_id",
                schema: "carts",
                table: "offers",
                column: "product_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "lines",
                schema: "carts");

            migrationBuilder.DropTable(
                name: "offers",
                schema: "carts");

            migrationBuilder.DropTable(
                name: "product_versions",
                schema: "carts");

            migrationBuilder.DropTable(
                name: "carts",
                schema: "carts");
        }
    }
}
