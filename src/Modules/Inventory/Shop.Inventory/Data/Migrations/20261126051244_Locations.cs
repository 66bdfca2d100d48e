using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Shop.Inventory.Data.Migrations
{
    /// <inheritdoc />
    public partial class Locations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // In the order in which a shop that is selling locks them, and before anything else: what is under way ends first, what comes waits.
            migrationBuilder.Sql(
                "lock table inventory.stock_items, inventory.reservation_lines, inventory.movements in access exclusive mode;"
            );

            migrationBuilder.DropForeignKey(
                name: "fk_movements_stock_items_sku",
                schema: "inventory",
                table: "movements");

            migrationBuilder.DropCheckConstraint(
                name: "stock_items_no_oversell",
                schema: "inventory",
                table: "stock_items");

            migrationBuilder.DropPrimaryKey(
                name: "pk_reservation_lines",
                schema: "inventory",
                table: "reservation_lines");

            migrationBuilder.DropCheckConstraint(
                name: "movements_delta",
                schema: "inventory",
                table: "movements");

            migrationBuilder.AddColumn<bool>(
                name: "backorder",
                schema: "inventory",
                table: "stock_items",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "backorder_limit",
                schema: "inventory",
                table: "stock_items",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "low_stock_threshold",
                schema: "inventory",
                table: "stock_items",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "unavailable",
                schema: "inventory",
                table: "stock_items",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<Guid>(
                name: "location_id",
                schema: "inventory",
                table: "reservation_lines",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-7000-8000-000000000001"));

            migrationBuilder.AddColumn<int>(
                name: "backordered",
                schema: "inventory",
                table: "reservation_lines",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "consumed",
                schema: "inventory",
                table: "reservation_lines",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "damaged_delta",
                schema: "inventory",
                table: "movements",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<Guid>(
                name: "location_id",
                schema: "inventory",
                table: "movements",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-7000-8000-000000000001"));

            migrationBuilder.AddColumn<Guid>(
                name: "reference",
                schema: "inventory",
                table: "movements",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "safety_stock_delta",
                schema: "inventory",
                table: "movements",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "available",
                schema: "inventory",
                table: "stock_items",
                type: "integer",
                nullable: false,
                computedColumnSql: "on_hand - reserved - unavailable",
                stored: true);

            migrationBuilder.AddColumn<int>(
                name: "sellable",
                schema: "inventory",
                table: "stock_items",
                type: "integer",
                nullable: false,
                computedColumnSql: "least(on_hand::bigint - reserved - unavailable + case when backorder then backorder_limit else 0 end, 2147483647)::integer",
                stored: true);

            migrationBuilder.AddPrimaryKey(
                name: "pk_reservation_lines",
                schema: "inventory",
                table: "reservation_lines",
                columns: new[] { "reservation_id", "sku", "location_id" });

            migrationBuilder.CreateTable(
                name: "consumptions",
                schema: "inventory",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    reservation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    outcome = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_consumptions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "locations",
                schema: "inventory",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    priority = table.Column<int>(type: "integer", nullable: false),
                    active = table.Column<bool>(type: "boolean", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_locations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "setting_changes",
                schema: "inventory",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    actor = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    subject = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    before = table.Column<string>(type: "jsonb", nullable: true),
                    after = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_setting_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stock_levels",
                schema: "inventory",
                columns: table => new
                {
                    sku = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    location_id = table.Column<Guid>(type: "uuid", nullable: false),
                    on_hand = table.Column<int>(type: "integer", nullable: false),
                    reserved = table.Column<int>(type: "integer", nullable: false),
                    damaged = table.Column<int>(type: "integer", nullable: false),
                    safety_stock = table.Column<int>(type: "integer", nullable: false),
                    available = table.Column<int>(type: "integer", nullable: false, computedColumnSql: "on_hand - reserved - damaged - safety_stock", stored: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stock_levels", x => new { x.sku, x.location_id });
                    table.CheckConstraint("stock_levels_none_negative", "0 <= on_hand and 0 <= reserved and 0 <= damaged and 0 <= safety_stock and damaged <= on_hand");
                    table.ForeignKey(
                        name: "fk_stock_levels_locations_location_id",
                        column: x => x.location_id,
                        principalSchema: "inventory",
                        principalTable: "locations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_stock_levels_stock_items_sku",
                        column: x => x.sku,
                        principalSchema: "inventory",
                        principalTable: "stock_items",
                        principalColumn: "sku",
                        onDelete: ReferentialAction.Restrict);
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 50);

            migrationBuilder.InsertData(
                schema: "inventory",
                table: "locations",
                columns: new[] { "id", "active", "name", "priority", "version" },
                values: new object[] { new Guid("00000000-0000-7000-8000-000000000001"), true, "Main", 0, 1L });

            migrationBuilder.CreateIndex(
                name: "ix_stock_items_sku",
                schema: "inventory",
                table: "stock_items",
                column: "sku",
                filter: "low_stock_threshold is not null");

            migrationBuilder.AddCheckConstraint(
                name: "stock_items_no_oversell",
                schema: "inventory",
                table: "stock_items",
                sql: "0 <= reserved and 0 <= unavailable and 0 <= on_hand and reserved::bigint + unavailable <= on_hand::bigint + backorder_limit");

            migrationBuilder.AddCheckConstraint(
                name: "reservation_lines_consumed",
                schema: "inventory",
                table: "reservation_lines",
                sql: "consumed between 0 and quantity");

            migrationBuilder.CreateIndex(
                name: "ix_movements_sku_location_id",
                schema: "inventory",
                table: "movements",
                columns: new[] { "sku", "location_id" });

            migrationBuilder.CreateIndex(
                name: "ix_movements_reference",
                schema: "inventory",
                table: "movements",
                column: "reference",
                filter: "reference is not null");

            migrationBuilder.CreateIndex(
                name: "ix_reservation_lines_sku_location_id",
                schema: "inventory",
                table: "reservation_lines",
                columns: new[] { "sku", "location_id" },
                filter: "backordered > 0");

            migrationBuilder.CreateIndex(
                name: "ix_locations_name",
                schema: "inventory",
                table: "locations",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_setting_changes_subject_id",
                schema: "inventory",
                table: "setting_changes",
                columns: new[] { "subject", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_stock_levels_location_id",
                schema: "inventory",
                table: "stock_levels",
                column: "location_id");

            // What there is lies at the main location; only a process of the version before says no location from now on.
            migrationBuilder.Sql(
                """
                alter table inventory.movements alter column location_id drop default;
                insert into inventory.stock_levels (sku, location_id, on_hand, reserved, damaged, safety_stock)
                select sku, '00000000-0000-7000-8000-000000000001', on_hand, reserved, 0, 0 from inventory.stock_items;
                """
            );
            foreach (var function in LocationFunctions.All)
                migrationBuilder.Sql(function);

            // What was there is at the main location by the default above; that it has a level there is looked at last, in a statement of its own.
            migrationBuilder.Sql(
                """
                alter table inventory.movements add constraint fk_movements_stock_levels_sku_location_id
                  foreign key (sku, location_id) references inventory.stock_levels (sku, location_id) on delete restrict not valid;
                """
            );
            migrationBuilder.Sql("alter table inventory.movements validate constraint fk_movements_stock_levels_sku_location_id;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // A shop of before knows one quantity of an item and promises no more than that. Lines of one item become one again, without what was
            // shipped; what is damaged, kept back or backordered has no place there.
            migrationBuilder.Sql(
                """
                lock table inventory.stock_items, inventory.reservation_lines, inventory.movements in access exclusive mode;
                do $$ begin
                  if exists (select from inventory.stock_items where unavailable > 0 or reserved > on_hand) then
                    raise exception 'put damaged pieces and safety stock on sale or book them out, and receive or release what is backordered, first';
                  end if;
                end $$;
                delete from inventory.reservation_lines l using inventory.reservations r
                where r.id = l.reservation_id and r.state = 'committed' and l.consumed = l.quantity;
                update inventory.reservation_lines l set quantity = l.quantity - l.consumed, consumed = 0
                from inventory.reservations r where r.id = l.reservation_id and r.state = 'committed' and l.consumed > 0;
                with merged as (
                  select reservation_id, sku, min(location_id::text)::uuid as location_id, sum(quantity) as quantity
                  from inventory.reservation_lines group by reservation_id, sku having count(*) > 1
                ), dropped as (
                  delete from inventory.reservation_lines l using merged m
                  where l.reservation_id = m.reservation_id and l.sku = m.sku and l.location_id <> m.location_id
                )
                update inventory.reservation_lines l set quantity = m.quantity
                from merged m where l.reservation_id = m.reservation_id and l.sku = m.sku and l.location_id = m.location_id;

                drop trigger movements_place on inventory.movements;
                drop function inventory.place_movement(), inventory.find_drift(),
                  inventory.hold_stock(uuid[], integer[], integer[], text[], integer[]),
                  inventory.receive_stock(uuid, text[], integer[], text, text, uuid),
                  inventory.consume_stock(uuid, uuid, text[], integer[]);
                """
            );
            foreach (var function in InitialFunctions.All.Where(f => f != InitialFunctions.AppendOnlyLedger))
                migrationBuilder.Sql(function.Replace("create function", "create or replace function", StringComparison.Ordinal));

            migrationBuilder.DropForeignKey(
                name: "fk_movements_stock_levels_sku_location_id",
                schema: "inventory",
                table: "movements");

            migrationBuilder.DropTable(
                name: "consumptions",
                schema: "inventory");

            migrationBuilder.DropTable(
                name: "setting_changes",
                schema: "inventory");

            migrationBuilder.DropTable(
                name: "stock_levels",
                schema: "inventory");

            migrationBuilder.DropTable(
                name: "locations",
                schema: "inventory");

            migrationBuilder.DropIndex(
                name: "ix_stock_items_sku",
                schema: "inventory",
                table: "stock_items");

            migrationBuilder.DropCheckConstraint(
                name: "stock_items_no_oversell",
                schema: "inventory",
                table: "stock_items");

            migrationBuilder.DropPrimaryKey(
                name: "pk_reservation_lines",
                schema: "inventory",
                table: "reservation_lines");

            migrationBuilder.DropCheckConstraint(
                name: "reservation_lines_consumed",
                schema: "inventory",
                table: "reservation_lines");

            migrationBuilder.DropIndex(
                name: "ix_reservation_lines_sku_location_id",
                schema: "inventory",
                table: "reservation_lines");

            migrationBuilder.DropIndex(
                name: "ix_movements_reference",
                schema: "inventory",
                table: "movements");

            migrationBuilder.DropIndex(
                name: "ix_movements_sku_location_id",
                schema: "inventory",
                table: "movements");

            migrationBuilder.DropColumn(
                name: "available",
                schema: "inventory",
                table: "stock_items");

            migrationBuilder.DropColumn(
                name: "sellable",
                schema: "inventory",
                table: "stock_items");

            migrationBuilder.DropColumn(
                name: "backorder",
                schema: "inventory",
                table: "stock_items");

            migrationBuilder.DropColumn(
                name: "backorder_limit",
                schema: "inventory",
                table: "stock_items");

            migrationBuilder.DropColumn(
                name: "low_stock_threshold",
                schema: "inventory",
                table: "stock_items");

            migrationBuilder.DropColumn(
                name: "unavailable",
                schema: "inventory",
                table: "stock_items");

            migrationBuilder.DropColumn(
                name: "location_id",
                schema: "inventory",
                table: "reservation_lines");

            migrationBuilder.DropColumn(
                name: "backordered",
                schema: "inventory",
                table: "reservation_lines");

            migrationBuilder.DropColumn(
                name: "consumed",
                schema: "inventory",
                table: "reservation_lines");

            migrationBuilder.DropColumn(
                name: "damaged_delta",
                schema: "inventory",
                table: "movements");

            migrationBuilder.DropColumn(
                name: "location_id",
                schema: "inventory",
                table: "movements");

            migrationBuilder.DropColumn(
                name: "reference",
                schema: "inventory",
                table: "movements");

            migrationBuilder.DropColumn(
                name: "safety_stock_delta",
                schema: "inventory",
                table: "movements");

            migrationBuilder.AddPrimaryKey(
                name: "pk_reservation_lines",
                schema: "inventory",
                table: "reservation_lines",
                columns: new[] { "reservation_id", "sku" });

            migrationBuilder.AddCheckConstraint(
                name: "stock_items_no_oversell",
                schema: "inventory",
                table: "stock_items",
                sql: "0 <= reserved and reserved <= on_hand");

            // Not of what is written already: a count that found no difference stays in the ledger.
            migrationBuilder.Sql("alter table inventory.movements add constraint movements_delta check (delta <> 0) not valid;");

            migrationBuilder.AddForeignKey(
                name: "fk_movements_stock_items_sku",
                schema: "inventory",
                table: "movements",
                column: "sku",
                principalSchema: "inventory",
                principalTable: "stock_items",
                principalColumn: "sku",
                onDelete: ReferentialAction.Restrict);
        }
    }
}
