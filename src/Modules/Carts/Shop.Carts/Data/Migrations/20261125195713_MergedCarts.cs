using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Carts.Data.Migrations
{
    /// <inheritdoc />
    public partial class MergedCarts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<List<Guid>>(
                name: "merged_from",
                schema: "carts",
                table: "carts",
                type: "uuid[]",
                nullable: false,
                // For the carts that are there, and for those an older host still makes while this one takes its place.
                defaultValueSql: "'{}'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "merged_from",
                schema: "carts",
                table: "carts");
        }
    }
}
