using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Carts.Data.Migrations
{
    /// <inheritdoc />
    public partial class TouchedPeriods : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Room on each page for the next version of what is on it.
            migrationBuilder.Sql(
                """
                alter table carts.carts set (fillfactor = 70);
                alter table carts.lines set (fillfactor = 70);
                """);

            migrationBuilder.DropIndex(
                name: "ix_carts_touched_at",
                schema: "carts",
                table: "carts");

            migrationBuilder.DropIndex(
                name: "ix_carts_untold",
                schema: "carts",
                table: "carts");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "touched_period",
                schema: "carts",
                table: "carts",
                type: "timestamp with time zone",
                nullable: false,
                computedColumnSql: "date_bin('10 minutes', touched_at, '2026-01-01 00:00+00'::timestamptz)",
                stored: true);

            migrationBuilder.CreateIndex(
                name: "ix_carts_touched_period",
                schema: "carts",
                table: "carts",
                column: "touched_period",
                filter: "status = 'open'");

            migrationBuilder.CreateIndex(
                name: "ix_carts_untold",
                schema: "carts",
                table: "carts",
                columns: new[] { "touched_period", "id" },
                filter: "status = 'open' and abandoned_at is null and started_at is not null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("alter table carts.carts reset (fillfactor); alter table carts.lines reset (fillfactor);");

            migrationBuilder.DropIndex(
                name: "ix_carts_touched_period",
                schema: "carts",
                table: "carts");

            migrationBuilder.DropIndex(
                name: "ix_carts_untold",
                schema: "carts",
                table: "carts");

            migrationBuilder.DropColumn(
                name: "touched_period",
                schema: "carts",
                table: "carts");

            migrationBuilder.CreateIndex(
                name: "ix_carts_touched_at",
                schema: "carts",
                table: "carts",
                column: "touched_at",
                filter: "status = 'open'");

            migrationBuilder.CreateIndex(
                name: "ix_carts_untold",
                schema: "carts",
                table: "carts",
                columns: new[] { "touched_at", "id" },
                filter: "status = 'open' and abandoned_at is null and started_at is not null");
        }
    }
}
