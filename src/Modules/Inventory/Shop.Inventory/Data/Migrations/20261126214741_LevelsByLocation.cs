using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Inventory.Data.Migrations
{
    /// <inheritdoc />
    public partial class LevelsByLocation : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_stock_levels_location_id",
                schema: "inventory",
                table: "stock_levels");

            migrationBuilder.CreateIndex(
                name: "ix_stock_levels_location_id_sku",
                schema: "inventory",
                table: "stock_levels",
                columns: new[] { "location_id", "sku" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_stock_levels_location_id_sku",
                schema: "inventory",
                table: "stock_levels");

            migrationBuilder.CreateIndex(
                name: "ix_stock_levels_location_id",
                schema: "inventory",
                table: "stock_levels",
                column: "location_id");
        }
    }
}
