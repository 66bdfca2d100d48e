using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Checkout.Data.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "checkout");

            migrationBuilder.CreateTable(
                name: "checkouts",
                schema: "checkout",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    scope = table.Column<string>(type: "text", nullable: false),
                    idempotency_key = table.Column<string>(type: "text", nullable: false),
                    request_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: true),
                    cart_token_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    cart_id = table.Column<Guid>(type: "uuid", nullable: false),
                    cart_version = table.Column<long>(type: "bigint", nullable: false),
                    email = table.Column<string>(type: "text", nullable: false),
                    shipping_address = table.Column<string>(type: "jsonb", nullable: false),
                    billing_address = table.Column<string>(type: "jsonb", nullable: false),
                    lines = table.Column<string>(type: "jsonb", nullable: false),
                    totals = table.Column<string>(type: "jsonb", nullable: false),
                    shipping_method = table.Column<string>(type: "text", nullable: false),
                    payment_method = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    stuck_at = table.Column<string>(type: "text", nullable: true),
                    stock_open = table.Column<bool>(type: "boolean", nullable: false),
                    stock_committed = table.Column<bool>(type: "boolean", nullable: false),
                    payment_open = table.Column<bool>(type: "boolean", nullable: false),
                    order_open = table.Column<bool>(type: "boolean", nullable: false),
                    order_number = table.Column<string>(type: "text", nullable: true),
                    action_url = table.Column<string>(type: "text", nullable: true),
                    failure_code = table.Column<string>(type: "text", nullable: true),
                    tries = table.Column<int>(type: "integer", nullable: false),
                    wake_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_checkouts", x => x.id);
                    table.CheckConstraint("ck_checkouts_timer", "wake_at is not null or state in ('completed', 'compensated')");
                });

            migrationBuilder.CreateIndex(
                name: "ix_checkouts_attention",
                schema: "checkout",
                table: "checkouts",
                column: "id",
                filter: "state = 'needs_attention'");

            migrationBuilder.CreateIndex(
                name: "ix_checkouts_wake_at",
                schema: "checkout",
                table: "checkouts",
                column: "wake_at",
                filter: "wake_at is not null");

            migrationBuilder.CreateIndex(
                name: "ux_checkouts_cart_id",
                schema: "checkout",
                table: "checkouts",
                column: "cart_id",
                unique: true,
                filter: "state <> 'compensated'");

            migrationBuilder.CreateIndex(
                name: "ux_checkouts_scope_idempotency_key",
                schema: "checkout",
                table: "checkouts",
                columns: new[] { "scope", "idempotency_key" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "checkouts",
                schema: "checkout");
        }
    }
}
