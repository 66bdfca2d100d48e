using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Analytics.Data.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "analytics");

            migrationBuilder.CreateTable(
                name: "funnel_facts",
                schema: "analytics",
                columns: table => new
                {
                    stage = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    subject_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_funnel_facts", x => new { x.stage, x.subject_id });
                });

            migrationBuilder.CreateTable(
                name: "order_facts",
                schema: "analytics",
                columns: table => new
                {
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false),
                    total_minor = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_order_facts", x => x.order_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_funnel_facts_day_stage",
                schema: "analytics",
                table: "funnel_facts",
                columns: new[] { "day", "stage" });

            migrationBuilder.CreateIndex(
                name: "ix_order_facts_day_currency",
                schema: "analytics",
                table: "order_facts",
                columns: new[] { "day", "currency" })
                .Annotation("Npgsql:IndexInclude", new[] { "total_minor" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "funnel_facts",
                schema: "analytics");

            migrationBuilder.DropTable(
                name: "order_facts",
                schema: "analytics");
        }
    }
}
