using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Orders.Data.Migrations
{
    /// <inheritdoc />
    public partial class Discounts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "discount",
                schema: "orders",
                table: "orders",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "prices_include_tax",
                schema: "orders",
                table: "orders",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "promotions",
                schema: "orders",
                table: "orders",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "shipping_tax",
                schema: "orders",
                table: "orders",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "discount",
                schema: "orders",
                table: "order_lines",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "tax_basis_points",
                schema: "orders",
                table: "order_lines",
                type: "integer",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "discount",
                schema: "orders",
                table: "orders");

            migrationBuilder.DropColumn(
                name: "prices_include_tax",
                schema: "orders",
                table: "orders");

            migrationBuilder.DropColumn(
                name: "promotions",
                schema: "orders",
                table: "orders");

            migrationBuilder.DropColumn(
                name: "shipping_tax",
                schema: "orders",
                table: "orders");

            migrationBuilder.DropColumn(
                name: "discount",
                schema: "orders",
                table: "order_lines");

            migrationBuilder.DropColumn(
                name: "tax_basis_points",
                schema: "orders",
                table: "order_lines");
        }
    }
}
