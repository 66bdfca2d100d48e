namespace Shop.Payments.Data;

/// <summary>What EF Core can't express of the ledger: rows are only added, and every posting balances when its transaction commits.</summary>
internal static class LedgerGuard
{
    public const string Create = """
        create function payments.refuse_change() returns trigger language plpgsql as $$
        begin
          raise exception 'the ledger is append-only' using errcode = 'restrict_violation';
        end $$;
        create trigger ledger_append_only before update or delete or truncate on payments.ledger_entries
          for each statement execute function payments.refuse_change();

        create function payments.check_posting() returns trigger language plpgsql as $$
        begin
          if exists (
            select 1 from payments.ledger_entries
            where payment_id = new.payment_id and kind = new.kind
            group by currency having sum(debit_minor) <> sum(credit_minor)
          ) then
            raise exception 'posting % of payment % does not balance', new.kind, new.payment_id using errcode = 'check_violation';
          end if;
          return null;
        end $$;
        create constraint trigger ledger_balances after insert on payments.ledger_entries
          deferrable initially deferred for each row execute function payments.check_posting();
        """;

    public const string Drop = """
        drop trigger ledger_balances on payments.ledger_entries;
        drop function payments.check_posting();
        drop trigger ledger_append_only on payments.ledger_entries;
        drop function payments.refuse_change();
        """;
}
