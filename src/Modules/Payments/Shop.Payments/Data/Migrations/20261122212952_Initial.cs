using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Shop.Payments.Data.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "payments");

            migrationBuilder.CreateTable(
                name: "attempts",
                schema: "payments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    reference = table.Column<Guid>(type: "uuid", nullable: true),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false),
                    payment_method = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    goal = table.Column<string>(type: "text", nullable: false),
                    intent_id = table.Column<string>(type: "text", nullable: true),
                    action_url = table.Column<string>(type: "text", nullable: true),
                    failure_code = table.Column<string>(type: "text", nullable: true),
                    captured_minor = table.Column<long>(type: "bigint", nullable: true),
                    quarantined = table.Column<bool>(type: "boolean", nullable: false),
                    uncertain = table.Column<bool>(type: "boolean", nullable: false),
                    calls = table.Column<int>(type: "integer", nullable: false),
                    spent_keys = table.Column<int>(type: "integer", nullable: false),
                    called_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    resolve_after = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true, defaultValueSql: "now() + interval '30 seconds'"),
                    resolve_tries = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    closed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_attempts", x => x.id);
                    table.CheckConstraint("ck_attempts_amount", "amount_minor >= 0");
                });

            migrationBuilder.CreateTable(
                name: "webhook_events",
                schema: "payments",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    payload = table.Column<string>(type: "text", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    processed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    payment_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhook_events", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "ledger_entries",
                schema: "payments",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    payment_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    account = table.Column<string>(type: "text", nullable: false),
                    debit_minor = table.Column<long>(type: "bigint", nullable: false),
                    credit_minor = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false),
                    posted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_entries", x => x.id);
                    table.CheckConstraint("ck_ledger_entries_kind", "kind in ('capture', 'refund')");
                    table.CheckConstraint("ck_ledger_entries_one_side", "least(debit_minor, credit_minor) = 0 and debit_minor + credit_minor > 0");
                    table.ForeignKey(
                        name: "fk_ledger_entries_attempts_payment_id",
                        column: x => x.payment_id,
                        principalSchema: "payments",
                        principalTable: "attempts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_attempts_intent_id",
                schema: "payments",
                table: "attempts",
                column: "intent_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_attempts_reference",
                schema: "payments",
                table: "attempts",
                column: "reference",
                unique: true,
                filter: "closed_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_attempts_resolve_after",
                schema: "payments",
                table: "attempts",
                column: "resolve_after",
                filter: "resolve_after is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_entries_payment_id_kind_account",
                schema: "payments",
                table: "ledger_entries",
                columns: new[] { "payment_id", "kind", "account" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_webhook_events_payment_id",
                schema: "payments",
                table: "webhook_events",
                column: "payment_id");

            migrationBuilder.Sql(LedgerGuard.Create);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(LedgerGuard.Drop);

            migrationBuilder.DropTable(
                name: "ledger_entries",
                schema: "payments");

            migrationBuilder.DropTable(
                name: "webhook_events",
                schema: "payments");

            migrationBuilder.DropTable(
                name: "attempts",
                schema: "payments");
        }
    }
}
