using Shop.BuildingBlocks.Contracts;

// A module that keeps the rules, for Beta to break them against.
namespace Shop.Alpha.Contracts
{
    [MessageIdentity("alpha.alpha-happened")]
    public sealed record AlphaHappened(Guid AlphaId, IReadOnlyList<AlphaLine> Lines, Money? Total) : IIntegrationEvent;

    public sealed record AlphaLine(string Name, int Count);

    [MessageIdentity("alpha.do-alpha")]
    public sealed record DoAlpha(Guid AlphaId) : ICommand;
}

namespace Shop.Alpha.Code
{
    public sealed class AlphaPrices
    {
        public static int Get() => 1;
    }
}

namespace Shop.Alpha.Data
{
    using Microsoft.EntityFrameworkCore;

    public sealed class AlphaDbContext(DbContextOptions<AlphaDbContext> options) : DbContext(options)
    {
        public static DbContextOptions<AlphaDbContext> Offline() =>
            new DbContextOptionsBuilder<AlphaDbContext>().UseNpgsql("Host=nowhere").Options;

        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<Beta.Data.BorrowedRow>().ToTable("rows", "alpha");
    }
}
