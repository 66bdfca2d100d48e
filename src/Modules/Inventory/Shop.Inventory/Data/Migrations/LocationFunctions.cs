namespace Shop.Inventory.Data.Migrations;

/// <summary>
/// The functions as they are since stock lies at locations. Part of that migration and therefore never edited. They keep the order of locks of
/// <see cref="InitialFunctions"/>, reservations first (by id) and then items by SKU; levels are changed under their item's lock only. What
/// a process of the version before calls keeps its name and shape.
/// </summary>
internal static class LocationFunctions
{
    /// <summary>
    /// Makes several holds, each all its lines or none, one after the other; which line is whose says p_of, counted from 1. Pieces come from
    /// the locations by priority; what is backordered waits at the main one. Returns the outcome in each row: 'reserved' with the items as they are
    /// afterwards, or a code with the lines at fault. A repetition has no version in its rows, and names of what it holds the backordered only.
    /// </summary>
    public const string HoldStock = """
        create function inventory.hold_stock(p_ids uuid[], p_seconds integer[], p_of integer[], p_skus text[], p_quantities integer[])
        returns table (hold integer, outcome text, sku text, requested integer, backordered integer,
                       sellable integer, available integer, threshold integer, version bigint)
        language plpgsql as $$
        #variable_conflict use_column
        declare
          v_new uuid[];
          v_shortages jsonb;
          v_unknown boolean;
        begin
          with made as (
            insert into inventory.reservations (id, state, expires_at, created_at)
            select distinct on (h.id) h.id, 'held', now() + make_interval(secs => h.seconds), now()
            from unnest(p_ids, p_seconds) as h (id, seconds)
            order by h.id
            on conflict (id) do nothing
            returning id
          )
          select array_agg(m.id) into v_new from made m;
          if v_new is not null then
            perform from inventory.stock_items i where i.sku = any (p_skus) order by i.sku for update;
          end if;

          for n in 1 .. cardinality(p_ids) loop
            if p_ids[n] = any (v_new) then
              v_new := array_remove(v_new, p_ids[n]);

              select jsonb_agg(jsonb_build_object('sku', w.sku, 'requested', w.quantity, 'available', greatest(coalesce(i.sellable, 0), 0))),
                     bool_or(i.sku is null)
              into v_shortages, v_unknown
              from unnest(p_of, p_skus, p_quantities) as w (hold, sku, quantity)
              left join inventory.stock_items i on i.sku = w.sku
              where w.hold = n and (i.sku is null or i.sellable < w.quantity);

              if v_shortages is null then
                with ranked as (
                  select w.sku, w.quantity, l.location_id, greatest(l.available, 0) as available,
                         coalesce(sum(greatest(l.available, 0)) over (partition by w.sku order by c.priority, c.id
                           rows between unbounded preceding and 1 preceding), 0)::integer as before
                  from unnest(p_of, p_skus, p_quantities) as w (hold, sku, quantity)
                  join inventory.stock_levels l on l.sku = w.sku
                  join inventory.locations c on c.id = l.location_id
                  where w.hold = n
                ), taken as (
                  select r.sku, r.location_id, least(r.available, r.quantity - r.before) as quantity, 0 as beyond
                  from ranked r where r.before < r.quantity and r.available > 0
                  union all
                  select r.sku, '00000000-0000-7000-8000-000000000001', r.quantity - sum(r.available)::integer,
                         r.quantity - sum(r.available)::integer
                  from ranked r group by r.sku, r.quantity having sum(r.available) < r.quantity or r.quantity <= 0
                ), held as (
                  insert into inventory.reservation_lines (reservation_id, sku, location_id, quantity, backordered)
                  select p_ids[n], t.sku, t.location_id, sum(t.quantity), sum(t.beyond) from taken t group by t.sku, t.location_id
                  returning sku, location_id, quantity
                )
                update inventory.stock_levels l set reserved = l.reserved + h.quantity
                from held h where l.sku = h.sku and l.location_id = h.location_id;

                return query
                with changed as (
                  update inventory.stock_items i
                  set reserved = i.reserved + w.quantity, version = i.version + 1
                  from unnest(p_of, p_skus, p_quantities) as w (hold, sku, quantity)
                  where w.hold = n and i.sku = w.sku
                  returning i.sku, w.quantity, i.sellable, i.available, i.low_stock_threshold, i.version
                )
                select n, 'reserved', c.sku::text, c.quantity,
                       case when c.available >= 0 then 0 else (
                         select sum(l.backordered)::integer from inventory.reservation_lines l
                         where l.reservation_id = p_ids[n] and l.sku = c.sku) end,
                       c.sellable, c.available, c.low_stock_threshold, c.version
                from changed c;
                continue;
              end if;

              update inventory.reservations r
              set state = 'rejected', shortages = v_shortages,
                  rejection_code = case when v_unknown then 'inventory.unknown_sku' else 'inventory.out_of_stock' end
              where r.id = p_ids[n];
            end if;

            return query
            select n,
                   case
                     when r.state in ('held', 'committed', 'consumed') then 'reserved'
                     when r.state = 'rejected' then r.rejection_code::text
                     else 'inventory.reservation_closed'
                   end,
                   s.sku, s.requested, s.backordered, s.available, null::integer, null::integer, null::bigint
            from inventory.reservations r
            left join lateral (
              select f.sku, f.requested, 0 as backordered, f.available
              from jsonb_to_recordset(r.shortages) as f (sku text, requested integer, available integer)
              union all
              select l.sku, sum(l.quantity)::integer, sum(l.backordered)::integer, null
              from inventory.reservation_lines l
              where l.reservation_id = r.id and r.state in ('held', 'committed', 'consumed')
              group by l.sku having sum(l.backordered) > 0
            ) s on true
            where r.id = p_ids[n]
            order by s.sku collate "C";
          end loop;
        end $$;
        """;

    /// <summary>One hold, as a process of the version before asks for it.</summary>
    public const string ReserveStock = """
        create or replace function inventory.reserve_stock(p_id uuid, p_skus text[], p_quantities integer[], p_hold_seconds integer)
        returns table (outcome text, sku text, requested integer, available integer, version bigint)
        language sql as $$
          select h.outcome, h.sku, h.requested, h.sellable, h.version
          from inventory.hold_stock(
            array[p_id], array[p_hold_seconds], array_fill(1, array[cardinality(p_skus)]), p_skus, p_quantities) h;
        $$;
        """;

    /// <summary>
    /// Gives the lines of reservations back that the caller has just ended, but for what was shipped. Returns the items that came into stock by it.
    /// </summary>
    public const string GiveBack = """
        create or replace function inventory.give_back(p_ids uuid[])
        returns table (sku text, available integer, version bigint)
        language plpgsql as $$
        #variable_conflict use_column
        begin
          perform from inventory.stock_items i
          where i.sku in (select l.sku from inventory.reservation_lines l where l.reservation_id = any (p_ids))
          order by i.sku
          for update;

          return query
          with back as (
            select l.sku, l.location_id, sum(l.quantity - l.consumed)::integer as quantity
            from inventory.reservation_lines l
            where l.reservation_id = any (p_ids) and l.consumed < l.quantity
            group by l.sku, l.location_id
          ), levels as (
            update inventory.stock_levels l set reserved = l.reserved - b.quantity
            from back b where l.sku = b.sku and l.location_id = b.location_id
          ), changed as (
            update inventory.stock_items i
            set reserved = i.reserved - b.quantity, version = i.version + 1
            from (select b.sku, sum(b.quantity)::integer as quantity from back b group by b.sku) b where i.sku = b.sku
            returning i.sku, b.quantity, i.sellable, i.version
          )
          select c.sku::text, c.sellable, c.version from changed c where c.sellable > 0 and c.sellable <= c.quantity;
        end $$;
        """;

    /// <summary>Books a batch once, at the main location. Returns the items that are new or came into stock by it.</summary>
    public const string ReceiveStock = """
        create or replace function inventory.receive_stock(p_receipt uuid, p_skus text[], p_quantities integer[], p_reason text, p_actor text)
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
            select b.sku, v_main, w.quantity, 0, 0, 0
            from booked b join unnest(p_skus, p_quantities) as w (sku, quantity) on w.sku = b.sku
            on conflict (sku, location_id) do update set on_hand = l.on_hand + excluded.on_hand
          ), written as (
            insert into inventory.movements (sku, location_id, delta, on_hand, version, reason, actor, at, receipt_id)
            select b.sku, v_main, w.quantity, b.on_hand, b.version, p_reason, p_actor, now(), p_receipt
            from booked b join unnest(p_skus, p_quantities) as w (sku, quantity) on w.sku = b.sku
            where w.quantity <> 0
            order by b.sku
          )
          select b.sku::text, b.sellable, b.version
          from booked b join unnest(p_skus, p_quantities) as w (sku, quantity) on w.sku = b.sku
          where b.version = 1 or (b.sellable > 0 and b.sellable <= w.quantity);
        end $$;
        """;

    /// <summary>
    /// Takes shipped pieces of a committed reservation out of the house, all that are left of it when no SKUs are given. Returns 'consumed', or
    /// the code of the refusal; either stays the answer under this id.
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
              select r.sku, r.location_id, case when p_skus is null then r.quantity else least(r.quantity, w.quantity - r.before) end as pieces
              from rest r left join want w on w.sku = r.sku
              where r.quantity > 0 and (p_skus is null or r.before < w.quantity)
            )
            select array_agg(t.sku order by t.sku), array_agg(t.location_id order by t.sku), array_agg(t.pieces order by t.sku),
                   case
                     when count(*) = 0 or sum(t.pieces) <> coalesce((select sum(w.quantity) from want w), sum(t.pieces))
                       then 'inventory.more_than_reserved'
                     when bool_or(l.on_hand - l.damaged < t.pieces) then 'inventory.not_on_hand'
                   end
            into v_skus, v_locations, v_pieces, v_outcome
            from taken t join inventory.stock_levels l on l.sku = t.sku and l.location_id = t.location_id;
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

    /// <summary>All of them, callees first.</summary>
    public static readonly string[] All =
    [
        HoldStock,
        ReserveStock,
        GiveBack,
        ReceiveStock,
        ConsumeStock,
        FindDrift,
        PlaceMovement,
        AppendOnly,
    ];
}
