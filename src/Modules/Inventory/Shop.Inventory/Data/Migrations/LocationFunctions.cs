namespace Shop.Inventory.Data.Migrations;

/// <summary>
/// The functions as they are since stock lies at locations. Part of that migration and therefore never edited. They keep the order of locks of
/// <see cref="InitialFunctions"/>, reservations first (by id) and then items by SKU; levels are changed under their item's lock only. What
/// a process of the version before calls keeps its name and shape.
/// </summary>
internal static partial class LocationFunctions
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

    /// <summary>All of them, callees first.</summary>
    public static readonly string[] All =
    [
        HoldStock,
        ReserveStock,
        GiveBack,
        ReceiveStock,
        ReceiveStockAtMain,
        ConsumeStock,
        FindDrift,
        PlaceMovement,
        AppendOnly,
    ];
}
