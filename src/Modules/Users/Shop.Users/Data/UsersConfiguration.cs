using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Users.Domain;

namespace Shop.Users.Data;

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.ToTable("users", table => table.HasCheckConstraint("ck_users_role", "role in ('customer', 'staff', 'admin')"));
        user.Property(u => u.Id).ValueGeneratedNever();
        user.Property(u => u.Email).HasMaxLength(EmailAddress.MaxLength);
        user.HasIndex(u => u.Email).IsUnique();
        user.Property(u => u.Name).HasMaxLength(200);
        user.Property(u => u.PasswordHash).HasMaxLength(200);
        user.Property(u => u.Role).HasMaxLength(20);
        // Few rows: who the admins are is asked when the shop starts and when a role changes.
        user.HasIndex(u => u.Role).HasFilter("role = 'admin'");
    }
}

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> session)
    {
        session.ToTable("sessions");
        session.Property(s => s.Id).ValueGeneratedNever();
        session.Property(s => s.RevokedBecause).HasMaxLength(50);
        session.HasOne<User>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
        session.HasIndex(s => s.ExpiresAt);
    }
}

internal sealed class RefreshTokenConfiguration : IEntityTypeConfiguration<RefreshToken>
{
    public void Configure(EntityTypeBuilder<RefreshToken> token)
    {
        token.ToTable("refresh_tokens");
        token.HasKey(t => t.Hash);
        token.HasOne<Session>().WithMany().HasForeignKey(t => t.SessionId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ThrottleConfiguration : IEntityTypeConfiguration<Throttle>
{
    public void Configure(EntityTypeBuilder<Throttle> throttle)
    {
        throttle.ToTable("throttles");
        throttle.HasKey(t => t.Key);
        throttle.HasIndex(t => t.LastTryAt);
    }
}
