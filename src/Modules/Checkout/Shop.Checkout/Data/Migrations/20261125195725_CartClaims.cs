using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Checkout.Data.Migrations
{
    /// <inheritdoc />
    public partial class CartClaims : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "cart_claims",
                schema: "checkout",
                columns: table => new
                {
                    cart_id = table.Column<Guid>(type: "uuid", nullable: false),
                    checkout_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cart_claims", x => x.cart_id);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "cart_claims",
                schema: "checkout");
        }
    }
}
