namespace Shop.Inventory.Data.Migrations;

/// <summary>
/// The functions that decide about stock, one round trip each. They are part of the first migration and therefore never edited: a change is a
/// later migration with <c>create or replace</c>. All of them take locks in one order, the reservation first and then the items by SKU, so
/// that no two can wait for each other. Being functions, each of their statements sees what was committed while an earlier one waited;
/// in one statement with CTEs a second delivery would look at the state before the first.
/// </summary>
internal static class InitialFunctions
{
    /// <summary>
    /// Holds all lines or none. The row of the reservation comes first: whoever inserts it decides, everyone else gets the same answer again.
    /// Returns the outcome in each row: 'reserved' with the items as they are afterwards, or a code with the lines at fault.
    /// </summary>
    public const string ReserveStock = """
        create function inventory.reserve_stock(p_id uuid, p_skus text[], p_quantities integer[], p_hold_seconds integer)
        returns table (outcome text, sku text, requested integer, available integer, version bigint)
        language plpgsql as $$
        #variable_conflict use_column
        declare
          v_shortages jsonb;
          v_unknown boolean;
        begin
          insert into inventory.reservations (id, state, expires_at, created_at)
          values (p_id, 'held', now() + make_interval(secs => p_hold_seconds), now())
          on conflict (id) do nothing;
          if found then
            perform from inventory.stock_items i where i.sku = any (p_skus) order by i.sku for update;

            select jsonb_agg(jsonb_build_object('sku', w.sku, 'requested', w.quantity, 'available', coalesce(i.on_hand - i.reserved, 0))),
                   bool_or(i.sku is null)
            into v_shortages, v_unknown
            from unnest(p_skus, p_quantities) as w (sku, quantity)
            left join inventory.stock_items i on i.sku = w.sku
            where i.sku is null or i.on_hand - i.reserved < w.quantity;

            if v_shortages is null then
              insert into inventory.reservation_lines (reservation_id, sku, quantity)
              select p_id, w.sku, w.quantity from unnest(p_skus, p_quantities) as w (sku, quantity);

              return query
              with changed as (
                update inventory.stock_items i
                set reserved = i.reserved + w.quantity, version = i.version + 1
                from unnest(p_skus, p_quantities) as w (sku, quantity)
                where i.sku = w.sku
                returning i.sku, w.quantity, i.on_hand - i.reserved as available, i.version
              )
              select 'reserved', c.sku::text, c.quantity, c.available, c.version from changed c;
              return;
            end if;

            update inventory.reservations r
            set state = 'rejected', shortages = v_shortages,
                rejection_code = case when v_unknown then 'inventory.unknown_sku' else 'inventory.out_of_stock' end
            where r.id = p_id;
          end if;

          return query
          select case
                   when r.state in ('held', 'committed', 'consumed') then 'reserved'
                   when r.state = 'rejected' then r.rejection_code::text
                   else 'inventory.reservation_closed'
                 end,
                 s.sku, s.requested, s.available, null::bigint
          from inventory.reservations r
          left join lateral jsonb_to_recordset(r.shortages) as s (sku text, requested integer, available integer) on true
          where r.id = p_id
          order by s.sku collate "C";
        end $$;
        """;

    /// <summary>
    /// 'committed', also when it was before; else the code of the loss. A hold that was alive when the transaction began counts as alive: the
    /// sweep leaves it alone for a while longer (<see cref="ExpireHolds"/>), and this statement has its row locked.
    /// </summary>
    public const string CommitReservation = """
        create function inventory.commit_reservation(p_id uuid) returns text
        language plpgsql as $$
        declare
          v_state text;
          v_alive boolean;
        begin
          select r.state, r.expires_at > now() into v_state, v_alive from inventory.reservations r where r.id = p_id for update;
          if v_state = 'held' and v_alive then
            update inventory.reservations r set state = 'committed' where r.id = p_id;
            return 'committed';
          end if;
          return case
            when v_state in ('committed', 'consumed') then 'committed'
            when v_state in ('held', 'expired') then 'inventory.hold_expired'
            else 'inventory.reservation_closed'
          end;
        end $$;
        """;

    /// <summary>
    /// Gives the lines of reservations back that the caller has just ended. Returns the items that came into stock by it.
    /// </summary>
    public const string GiveBack = """
        create function inventory.give_back(p_ids uuid[])
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
            select l.sku, sum(l.quantity)::integer as quantity
            from inventory.reservation_lines l where l.reservation_id = any (p_ids) group by l.sku
          ), changed as (
            update inventory.stock_items i
            set reserved = i.reserved - b.quantity, version = i.version + 1
            from back b where i.sku = b.sku
            returning i.sku, b.quantity, i.on_hand - i.reserved as available, i.version
          )
          select c.sku::text, c.available, c.version from changed c where c.available > 0 and c.available <= c.quantity;
        end $$;
        """;

    /// <summary>
    /// Ends a reservation once, held or committed. An id never seen is written down as released, so that a command to reserve it that was
    /// overtaken finds the door closed. Returns the items that came into stock by it.
    /// </summary>
    public const string ReleaseReservation = """
        create function inventory.release_reservation(p_id uuid)
        returns table (sku text, available integer, version bigint)
        language plpgsql as $$
        begin
          insert into inventory.reservations (id, state, expires_at, created_at)
          values (p_id, 'released', now(), now())
          on conflict (id) do nothing;
          if found then
            return;
          end if;
          update inventory.reservations r set state = 'released' where r.id = p_id and r.state in ('held', 'committed');
          if found then
            return query select * from inventory.give_back(array[p_id]);
          end if;
        end $$;
        """;

    /// <summary>
    /// Ends at most p_limit holds that have been over for longer than the grace. Returns how many in each row, with the items that
    /// came into stock by it.
    /// </summary>
    public const string ExpireHolds = """
        create function inventory.expire_holds(p_limit integer, p_grace interval)
        returns table (expired integer, sku text, available integer, version bigint)
        language plpgsql as $$
        declare
          v_ids uuid[];
        begin
          with due as (
            select r.id from inventory.reservations r
            where r.state = 'held' and r.expires_at < now() - p_grace
            order by r.expires_at
            limit p_limit
            for update skip locked
          ), ended as (
            update inventory.reservations r set state = 'expired' from due where r.id = due.id and r.state = 'held' returning r.id
          )
          select coalesce(array_agg(e.id), '{}') into v_ids from ended e;
          return query
          select cardinality(v_ids), b.sku, b.available, b.version
          from (values (1)) as one left join inventory.give_back(v_ids) b on true;
        end $$;
        """;

    /// <summary>
    /// Books a batch once. Returns the items that are new or came into stock by it.
    /// </summary>
    public const string ReceiveStock = """
        create function inventory.receive_stock(p_receipt uuid, p_skus text[], p_quantities integer[], p_reason text, p_actor text)
        returns table (sku text, available integer, version bigint)
        language plpgsql as $$
        #variable_conflict use_column
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
            returning i.sku, i.on_hand, i.reserved, i.version
          ), written as (
            insert into inventory.movements (sku, delta, on_hand, version, reason, actor, at, receipt_id)
            select b.sku, w.quantity, b.on_hand, b.version, p_reason, p_actor, now(), p_receipt
            from booked b join unnest(p_skus, p_quantities) as w (sku, quantity) on w.sku = b.sku
            where w.quantity <> 0
            order by b.sku
          )
          select b.sku::text, b.on_hand - b.reserved, b.version
          from booked b join unnest(p_skus, p_quantities) as w (sku, quantity) on w.sku = b.sku
          where b.version = 1 or (b.on_hand - b.reserved > 0 and b.on_hand - b.reserved <= w.quantity);
        end $$;
        """;

    /// <summary>What was written in the ledger stays written.</summary>
    public const string AppendOnlyLedger = """
        create function inventory.refuse_rewrite() returns trigger
        language plpgsql as $$
        begin
          raise exception 'inventory.movements is append-only: write a movement that corrects' using errcode = 'restrict_violation';
        end $$;

        create trigger movements_append_only before update or delete on inventory.movements
        for each row execute function inventory.refuse_rewrite();
        """;

    /// <summary>All of them, callees first.</summary>
    public static readonly string[] All =
    [
        ReserveStock,
        CommitReservation,
        GiveBack,
        ReleaseReservation,
        ExpireHolds,
        ReceiveStock,
        AppendOnlyLedger,
    ];
}
