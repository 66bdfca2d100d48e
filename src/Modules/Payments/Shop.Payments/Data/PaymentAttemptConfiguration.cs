using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Payments.Domain;

namespace Shop.Payments.Data;

internal sealed class PaymentAttemptConfiguration : IEntityTypeConfiguration<PaymentAttempt>
{
    public void Configure(EntityTypeBuilder<PaymentAttempt> attempt)
    {
        attempt.ToTable("attempts", t => t.HasCheckConstraint("ck_attempts_amount", "amount_minor >= 0"));
        attempt.Property(a => a.Id).ValueGeneratedNever();
        attempt.Property(a => a.Currency).HasMaxLength(3);
        attempt.Property(a => a.State).HasConversion(s => s.ToText(), s => PaymentNames.Parse<PaymentState>(s));
        attempt.Property(a => a.Goal).HasConversion(g => g.ToText(), g => PaymentNames.Parse<PaymentGoal>(g));
        // An attempt whose process died before it could say more is picked up by the resolver, even if its message is gone.
        attempt.Property(a => a.ResolveAfter).HasDefaultValueSql("now() + interval '30 seconds'");
        // Never a new attempt for the same thing until the old one is proven to keep no money.
        attempt.HasIndex(a => a.Reference).IsUnique().HasFilter("closed_at is null");
        attempt.HasIndex(a => a.IntentId).IsUnique();
        attempt.HasIndex(a => a.ResolveAfter).HasFilter("resolve_after is not null");
        attempt.Ignore(a => a.Amount).Ignore(a => a.MustUndo);
    }
}

internal sealed class LedgerEntryConfiguration : IEntityTypeConfiguration<LedgerEntry>
{
    public void Configure(EntityTypeBuilder<LedgerEntry> entry)
    {
        entry.ToTable(
            "ledger_entries",
            t =>
            {
                t.HasCheckConstraint(
                    "ck_ledger_entries_one_side",
                    "least(debit_minor, credit_minor) = 0 and debit_minor + credit_minor > 0"
                );
                t.HasCheckConstraint("ck_ledger_entries_kind", "kind in ('capture', 'refund')");
            }
        );
        entry.Property(e => e.Currency).HasMaxLength(3);
        entry
            .HasIndex(e => new
            {
                e.PaymentId,
                e.Kind,
                e.Account,
            })
            .IsUnique();
        entry.HasOne<PaymentAttempt>().WithMany().HasForeignKey(e => e.PaymentId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class WebhookEventConfiguration : IEntityTypeConfiguration<WebhookEvent>
{
    public void Configure(EntityTypeBuilder<WebhookEvent> received)
    {
        received.ToTable("webhook_events");
        received.HasIndex(e => e.PaymentId);
    }
}
