using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Shop.Carts.Data.Migrations
{
    /// <inheritdoc />
    public partial class Promotions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string[]>(
                name: "categories",
                schema: "carts",
                table: "offers",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<string>(
                name: "tax_category",
                schema: "carts",
                table: "offers",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "weight_grams",
                schema: "carts",
                table: "offers",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string[]>(
                name: "categories",
                schema: "carts",
                table: "lines",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<string>(
                name: "tax_category",
                schema: "carts",
                table: "lines",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "weight_grams",
                schema: "carts",
                table: "lines",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "abandoned_at",
                schema: "carts",
                table: "carts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "country",
                schema: "carts",
                table: "carts",
                type: "character(2)",
                fixedLength: true,
                maxLength: 2,
                nullable: true);

            migrationBuilder.AddColumn<List<string>>(
                name: "coupons",
                schema: "carts",
                table: "carts",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<string>(
                name: "shipping_method",
                schema: "carts",
                table: "carts",
                type: "character varying(50)",
                maxLength: 50,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "shown_total_minor",
                schema: "carts",
                table: "carts",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "touched_at",
                schema: "carts",
                table: "carts",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<string>(
                name: "buyer",
                schema: "carts",
                table: "carts",
                type: "character varying(70)",
                maxLength: 70,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "group_members",
                schema: "carts",
                columns: table => new
                {
                    customer_group = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_group_members", x => new { x.customer_group, x.customer_id });
                });

            migrationBuilder.CreateTable(
                name: "promotion_uses",
                schema: "carts",
                columns: table => new
                {
                    promotion_id = table.Column<Guid>(type: "uuid", nullable: false),
                    holder = table.Column<string>(type: "character varying(70)", maxLength: 70, nullable: false),
                    used = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_promotion_uses", x => new { x.promotion_id, x.holder });
                    table.CheckConstraint("ck_promotion_uses_used", "used >= 0");
                });

            migrationBuilder.CreateTable(
                name: "promotions",
                schema: "carts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    code = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    basis_points = table.Column<int>(type: "integer", nullable: false),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    buy_quantity = table.Column<int>(type: "integer", nullable: false),
                    get_quantity = table.Column<int>(type: "integer", nullable: false),
                    skus = table.Column<string[]>(type: "text[]", nullable: false),
                    categories = table.Column<string[]>(type: "text[]", nullable: false),
                    min_subtotal_minor = table.Column<long>(type: "bigint", nullable: false),
                    starts_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ends_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    customer_group = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    priority = table.Column<int>(type: "integer", nullable: false),
                    stacks = table.Column<bool>(type: "boolean", nullable: false),
                    usage_limit = table.Column<int>(type: "integer", nullable: true),
                    customer_limit = table.Column<int>(type: "integer", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_promotions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "redemptions",
                schema: "carts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    promotion_ids = table.Column<Guid[]>(type: "uuid[]", nullable: false),
                    holders = table.Column<string[]>(type: "text[]", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_redemptions", x => x.id);
                    table.CheckConstraint("ck_redemptions_state", "state in ('redeemed', 'rejected', 'returned')");
                });

            migrationBuilder.CreateTable(
                name: "rules_version",
                schema: "carts",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rules_version", x => x.id);
                    table.CheckConstraint("ck_rules_version_one_row", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "shipping_methods",
                schema: "carts",
                columns: table => new
                {
                    code = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    rates = table.Column<string>(type: "jsonb", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_shipping_methods", x => x.code);
                });

            migrationBuilder.CreateTable(
                name: "staff_changes",
                schema: "carts",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    actor = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    action = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    subject = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    detail = table.Column<string>(type: "jsonb", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_staff_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "tax_rates",
                schema: "carts",
                columns: table => new
                {
                    country = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: false),
                    category = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    basis_points = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tax_rates", x => new { x.country, x.category });
                });

            migrationBuilder.InsertData(
                schema: "carts",
                table: "rules_version",
                columns: new[] { "id", "version" },
                values: new object[] { 1, 1L });

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

            migrationBuilder.CreateIndex(
                name: "ux_promotions_code",
                schema: "carts",
                table: "promotions",
                column: "code",
                unique: true);

            // By the database's clock, whichever host changes a cart, an older one too. The sweep's own mark is no change.
            migrationBuilder.Sql(
                """
                -- Nobody knows when carts that were there before were touched; to tell of them all at once would mail a shop's whole past.
                update carts.carts set abandoned_at = now() where status = 'open';

                create function carts.touch() returns trigger language plpgsql as $$
                begin
                  new.touched_at := now();
                  new.abandoned_at := null;
                  return new;
                end $$;
                create trigger touch before update on carts.carts for each row
                when (old.version is distinct from new.version) execute function carts.touch();

                create function carts.refuse_rewrite() returns trigger language plpgsql as $$
                begin
                  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
                end $$;
                create trigger staff_changes_append_only before update or delete on carts.staff_changes
                for each row execute function carts.refuse_rewrite();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop trigger touch on carts.carts; drop function carts.touch(); drop function carts.refuse_rewrite() cascade;");

            migrationBuilder.DropTable(
                name: "group_members",
                schema: "carts");

            migrationBuilder.DropTable(
                name: "promotion_uses",
                schema: "carts");

            migrationBuilder.DropTable(
                name: "promotions",
                schema: "carts");

            migrationBuilder.DropTable(
                name: "redemptions",
                schema: "carts");

            migrationBuilder.DropTable(
                name: "rules_version",
                schema: "carts");

            migrationBuilder.DropTable(
                name: "shipping_methods",
                schema: "carts");

            migrationBuilder.DropTable(
                name: "staff_changes",
                schema: "carts");

            migrationBuilder.DropTable(
                name: "tax_rates",
                schema: "carts");

            migrationBuilder.DropIndex(
                name: "ix_carts_touched_at",
                schema: "carts",
                table: "carts");

            migrationBuilder.DropIndex(
                name: "ix_carts_untold",
                schema: "carts",
                table: "carts");

            migrationBuilder.DropColumn(
                name: "buyer",
                schema: "carts",
                table: "carts");

            migrationBuilder.DropColumn(
                name: "categories",
                schema: "carts",
                table: "offers");

            migrationBuilder.DropColumn(
                name: "tax_category",
                schema: "carts",
                table: "offers");

            migrationBuilder.DropColumn(
                name: "weight_grams",
                schema: "carts",
                table: "offers");

            migrationBuilder.DropColumn(
                name: "categories",
                schema: "carts",
                table: "lines");

            migrationBuilder.DropColumn(
                name: "tax_category",
                schema: "carts",
                table: "lines");

            migrationBuilder.DropColumn(
                name: "weight_grams",
                schema: "carts",
                table: "lines");

            migrationBuilder.DropColumn(
                name: "abandoned_at",
                schema: "carts",
                table: "carts");

            migrationBuilder.DropColumn(
                name: "country",
                schema: "carts",
                table: "carts");

            migrationBuilder.DropColumn(
                name: "coupons",
                schema: "carts",
                table: "carts");

            migrationBuilder.DropColumn(
                name: "shipping_method",
                schema: "carts",
                table: "carts");

            migrationBuilder.DropColumn(
                name: "shown_total_minor",
                schema: "carts",
                table: "carts");

            migrationBuilder.DropColumn(
                name: "touched_at",
                schema: "carts",
                table: "carts");
        }
    }
}
