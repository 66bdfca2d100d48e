using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Checkout.Data.Migrations
{
    /// <inheritdoc />
    public partial class Promotions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid[]>(
                name: "limited_promotions",
                schema: "checkout",
                table: "checkouts",
                type: "uuid[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<string>(
                name: "promotions",
                schema: "checkout",
                table: "checkouts",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "promotions_open",
                schema: "checkout",
                table: "checkouts",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "promotions_redeemed",
                schema: "checkout",
                table: "checkouts",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "stock_held",
                schema: "checkout",
                table: "checkouts",
                type: "boolean",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "limited_promotions",
                schema: "checkout",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "promotions",
                schema: "checkout",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "promotions_open",
                schema: "checkout",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "promotions_redeemed",
                schema: "checkout",
                table: "checkouts");

            migrationBuilder.DropColumn(
                name: "stock_held",
                schema: "checkout",
                table: "checkouts");
        }
    }
}
