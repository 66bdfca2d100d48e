using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Notifications.Domain;

namespace Shop.Notifications.Data;

/// <summary>The table of mails.</summary>
internal sealed class NotificationConfiguration : IEntityTypeConfiguration<Notification>
{
    public void Configure(EntityTypeBuilder<Notification> builder)
    {
        builder.ToTable(
            "notifications",
            table => table.HasCheckConstraint("ck_notifications_status", "status in ('queued', 'sending', 'sent', 'failed')")
        );
        builder.Property(n => n.Id).ValueGeneratedNever();
        builder.Property(n => n.Kind).HasMaxLength(40);
        builder.Property(n => n.Recipient).HasMaxLength(320);
        builder.Property(n => n.Content).HasColumnType("jsonb");
        builder.Property(n => n.LastErrorCode).HasMaxLength(40);
        builder.Property(n => n.Status).HasMaxLength(10).HasConversion(s => Text(s), s => Parse(s));
        // At most one mail of a kind about a thing, however often its event arrives.
        builder.HasIndex(n => new { n.Kind, n.SubjectId }).IsUnique();
        // What the sweep asks for every second.
        builder.HasIndex(n => n.NextAttemptAt).HasFilter("status in ('queued', 'sending')");
        builder.HasIndex(n => new { n.Status, n.Id }).IsDescending(false, true);
    }

    private static string Text(NotificationStatus status) => status.ToString().ToLowerInvariant();

    private static NotificationStatus Parse(string text) => Enum.Parse<NotificationStatus>(text, ignoreCase: true);
}
