using Microsoft.EntityFrameworkCore;
using Shop.Users.Domain;

namespace Shop.Users.Data;

/// <summary>The Users module's own schema.</summary>
public sealed class UsersDbContext(DbContextOptions<UsersDbContext> options) : DbContext(options)
{
    /// <summary>Everybody who can sign in.</summary>
    public DbSet<User> Users => Set<User>();

    /// <summary>Sign-ins; written by <see cref="SessionStore"/> only.</summary>
    public DbSet<Session> Sessions => Set<Session>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(UsersModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(UsersDbContext).Assembly);
    }
}
