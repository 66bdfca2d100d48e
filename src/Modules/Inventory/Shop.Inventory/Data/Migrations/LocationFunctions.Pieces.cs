namespace Shop.Inventory.Data.Migrations;

// What comes and goes, and what it must add up to.
internal static partial class LocationFunctions
{
    /// <summary>
    /// Books a batch once, at one location. Returns the items that are new or came into stock by it. Fails when the location is unknown or closed.
    /// Backorders wait at the main location, so a new item has a level there as well.
    /// </summary>
    public const string ReceiveStock = """
        create function inventory.receive_stock(
          p_receipt uuid, p_skus text[], p_quantities integer[], p_reason text, p_actor text, p_location uuid)
        returns table (sku text, available integer, version bigint)
        language plpgsql as $$
        #variable_conflict use_column
        declare
          v_main constant uuid := '00000000-0000-7000-8000-000000000001';
        begin
          insert into inventory.receipts (id, at) values (p_receipt, now()) on conflict (id) do nothing;
          if not found then
            return;
          end if;

          if p_location <> v_main then
            perform from inventory.locations l where l.id = p_location and l.active for share;
            if not found then
              raise exception 'no open location %', p_location using errcode = 'foreign_key_violation';
            end if;
          end if;

          return query
          with booked as (
            insert into inventory.stock_items as i (sku, on_hand, reserved, version)
            select w.sku, w.quantity, 0, 1 from unnest(p_skus, p_quantities) as w (sku, quantity) order by w.sku collate "C"
            on conflict (sku) do update
            set on_hand = i.on_hand + excluded.on_hand, version = i.version + 1
            where excluded.on_hand <> 0
            returning i.sku, i.on_hand, i.sellable, i.version
          ), levels as (
            insert into inventory.stock_levels as l (sku, location_id, on_hand, reserved, damaged, safety_stock)
            select b.sku, p_location, w.quantity, 0, 0, 0
            from booked b join unnest(p_skus, p_quantities) as w (sku, quantity) on w.sku = b.sku
            union all
            select b.sku, v_main, 0, 0, 0, 0 from booked b where b.version = 1 and p_location <> v_main
            on conflict (sku, location_id) do update set on_hand = l.on_hand + excluded.on_hand
          ), written as (
            insert into inventory.movements (sku, location_id, delta, on_hand, version, reason, actor, at, receipt_id)
            select b.sku, p_location, w.quantity, b.on_hand, b.version, p_reason, p_actor, now(), p_receipt
            from booked b join unnest(p_skus, p_quantities) as w (sku, quantity) on w.sku = b.sku
            where w.quantity <> 0
            order by b.sku
          )
          select b.sku::text, b.sellable, b.version
          from booked b join unnest(p_skus, p_quantities) as w (sku, quantity) on w.sku = b.sku
          where b.version = 1 or (b.sellable > 0 and b.sellable <= w.quantity);
        end $$;
        """;

    /// <summary>A receipt as a process of the version before books it.</summary>
    public const string ReceiveStockAtMain = """
        create or replace function inventory.receive_stock(p_receipt uuid, p_skus text[], p_quantities integer[], p_reason text, p_actor text)
        returns table (sku text, available integer, version bigint)
        language sql as $$
          select r.sku, r.available, r.version
          from inventory.receive_stock(
            p_receipt, p_skus, p_quantities, p_reason, p_actor, '00000000-0000-7000-8000-000000000001') r;
        $$;
        """;

    /// <summary>
    /// Takes shipped pieces of a committed reservation out of the house, all that are left of it when no SKUs are given. Returns 'consumed', or
    /// the code of the refusal. Either stays the answer under this id, but for 'not_on_hand', which the next receipt may change: what is not
    /// there, or there for somebody else. A piece that was backordered is nobody's until it is shipped; all others of a location's reserved
    /// pieces are somebody's.
    /// </summary>
    public const string ConsumeStock = """
        create function inventory.consume_stock(p_id uuid, p_reservation uuid, p_skus text[], p_quantities integer[]) returns text
        language plpgsql as $$
        declare
          v_outcome text;
          v_state text;
          v_skus text[];
          v_locations uuid[];
          v_pieces integer[];
        begin
          insert into inventory.consumptions (id, reservation_id, outcome, at) values (p_id, p_reservation, 'consumed', now())
          on conflict (id) do nothing;
          if not found then
            return (select c.outcome from inventory.consumptions c where c.id = p_id);
          end if;

          select r.state into v_state from inventory.reservations r where r.id = p_reservation for update;
          if v_state is distinct from 'committed' then
            v_outcome := case when v_state = 'consumed' then 'inventory.already_shipped' else 'inventory.not_committed' end;
          else
            perform from inventory.stock_items i
            where i.sku in (select l.sku from inventory.reservation_lines l where l.reservation_id = p_reservation)
            order by i.sku
            for update;

            with want as (
              select w.sku, sum(w.quantity)::integer as quantity from unnest(p_skus, p_quantities) as w (sku, quantity) group by w.sku
            ), rest as (
              select l.sku, l.location_id, l.quantity - l.consumed as quantity,
                     coalesce(sum(l.quantity - l.consumed) over (partition by l.sku order by c.priority, c.id
                       rows between unbounded preceding and 1 preceding), 0)::integer as before
              from inventory.reservation_lines l join inventory.locations c on c.id = l.location_id
              where l.reservation_id = p_reservation
            ), taken as (
              select r.sku, r.location_id, r.quantity as mine,
                     case when p_skus is null then r.quantity else least(r.quantity, w.quantity - r.before) end as pieces
              from rest r left join want w on w.sku = r.sku
              where r.quantity > 0 and (p_skus is null or r.before < w.quantity)
            )
            select array_agg(t.sku order by t.sku), array_agg(t.location_id order by t.sku), array_agg(t.pieces order by t.sku),
                   case
                     when count(*) = 0 or sum(t.pieces) <> coalesce((select sum(w.quantity) from want w), sum(t.pieces))
                       then 'inventory.more_than_reserved'
                     when bool_or(l.on_hand - l.damaged - (l.reserved - t.mine - coalesce(a.pieces, 0)) < t.pieces) then 'inventory.not_on_hand'
                   end
            into v_skus, v_locations, v_pieces, v_outcome
            from taken t
            join inventory.stock_levels l on l.sku = t.sku and l.location_id = t.location_id
            left join lateral (
              select sum(least(o.backordered, o.quantity - o.consumed)) as pieces
              from inventory.reservation_lines o join inventory.reservations r on r.id = o.reservation_id
              where o.sku = t.sku and o.location_id = t.location_id and o.backordered > 0
                and o.reservation_id <> p_reservation and r.state in ('held', 'committed')
            ) a on true;
          end if;
          if v_outcome = 'inventory.not_on_hand' then
            delete from inventory.consumptions c where c.id = p_id;
            return v_outcome;
          end if;
          if v_outcome is not null then
            update inventory.consumptions c set outcome = v_outcome where c.id = p_id;
            return v_outcome;
          end if;

          with gone as (
            select g.sku, g.location_id, g.pieces from unnest(v_skus, v_locations, v_pieces) as g (sku, location_id, pieces)
          ), lines as (
            update inventory.reservation_lines l set consumed = l.consumed + g.pieces
            from gone g where l.reservation_id = p_reservation and l.sku = g.sku and l.location_id = g.location_id
          ), levels as (
            update inventory.stock_levels l set on_hand = l.on_hand - g.pieces, reserved = l.reserved - g.pieces
            from gone g where l.sku = g.sku and l.location_id = g.location_id
          ), items as (
            update inventory.stock_items i
            set on_hand = i.on_hand - g.pieces, reserved = i.reserved - g.pieces, version = i.version + 1
            from (select g.sku, sum(g.pieces)::integer as pieces from gone g group by g.sku) g where i.sku = g.sku
            returning i.sku, i.on_hand, i.version
          )
          insert into inventory.movements (sku, location_id, delta, on_hand, version, reason, actor, at, reference)
          select g.sku, g.location_id, -g.pieces, i.on_hand, i.version, 'shipped', 'system', now(), p_reservation
          from gone g join items i on i.sku = g.sku
          order by g.sku;

          update inventory.reservations r set state = 'consumed'
          where r.id = p_reservation
            and not exists (select from inventory.reservation_lines l where l.reservation_id = r.id and l.consumed < l.quantity);
          return 'consumed';
        end $$;
        """;

    /// <summary>
    /// Levels that differ from what they are the sums of, in one snapshot: the ledger, the reservations, and for the item its locations. Where
    /// no location is named the row is about all of them.
    /// </summary>
    public const string FindDrift = """
        create function inventory.find_drift()
        returns table (sku text, location_id uuid, quantity text, level bigint, sum bigint)
        language sql stable as $$
          with moved as (
            select m.sku, m.location_id, sum(m.delta) as on_hand, sum(m.damaged_delta) as damaged, sum(m.safety_stock_delta) as safety_stock
            from inventory.movements m group by m.sku, m.location_id
          ), held as (
            select l.sku, l.location_id, sum(l.quantity - l.consumed) as reserved
            from inventory.reservation_lines l join inventory.reservations r on r.id = l.reservation_id
            where r.state in ('held', 'committed')
            group by l.sku, l.location_id
          ), places as (
            select sku, location_id from inventory.stock_levels union select sku, location_id from moved union select sku, location_id from held
          ), whole as (
            select l.sku, sum(l.on_hand) as on_hand, sum(l.reserved) as reserved, sum(l.damaged + l.safety_stock) as unavailable
            from inventory.stock_levels l group by l.sku
          ), compared as (
            select p.sku, p.location_id, v.quantity, coalesce(v.level, 0)::bigint as level, coalesce(v.sum, 0)::bigint as sum
            from places p
            left join inventory.stock_levels l on l.sku = p.sku and l.location_id = p.location_id
            left join moved m on m.sku = p.sku and m.location_id = p.location_id
            left join held h on h.sku = p.sku and h.location_id = p.location_id
            cross join lateral (values
              ('on_hand', l.on_hand, m.on_hand), ('reserved', l.reserved, h.reserved),
              ('damaged', l.damaged, m.damaged), ('safety_stock', l.safety_stock, m.safety_stock)) as v (quantity, level, sum)
            union all
            select i.sku, null, v.quantity, v.level, coalesce(v.sum, 0)::bigint
            from inventory.stock_items i left join whole w on w.sku = i.sku
            cross join lateral (values
              ('on_hand', i.on_hand, w.on_hand), ('reserved', i.reserved, w.reserved),
              ('unavailable', i.unavailable, w.unavailable)) as v (quantity, level, sum)
          )
          select c.sku::text, c.location_id, c.quantity, c.level, c.sum from compared c where c.level <> c.sum
          order by c.sku, c.location_id nulls first, c.quantity;
        $$;
        """;

    /// <summary>
    /// A process of the version before knows no locations: what it adjusts, it adjusts at the main one.
    /// </summary>
    public const string PlaceMovement = """
        create function inventory.place_movement() returns trigger
        language plpgsql as $$
        begin
          new.location_id := '00000000-0000-7000-8000-000000000001';
          update inventory.stock_levels l set on_hand = l.on_hand + new.delta
          where l.sku = new.sku and l.location_id = new.location_id;
          return new;
        end $$;

        create trigger movements_place before insert on inventory.movements
        for each row when (new.location_id is null) execute function inventory.place_movement();
        """;

    /// <summary>What was written down stays written.</summary>
    public const string AppendOnly = """
        create or replace function inventory.refuse_rewrite() returns trigger
        language plpgsql as $$
        begin
          raise exception 'inventory.% is append-only: write a row that corrects', tg_table_name using errcode = 'restrict_violation';
        end $$;

        create trigger setting_changes_append_only before update or delete on inventory.setting_changes
        for each row execute function inventory.refuse_rewrite();
        """;
}
