using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// Things that are wrong because of where they stand.
namespace Shop.Beta.Domain
{
    public sealed class SavesItself(DbContext context)
    {
        public Task<int> SaveAsync() => context.SaveChangesAsync();
    }

    public sealed class JustCounts
    {
        public int Count { get; private set; }

        public void Add() => Count++;
    }
}

namespace Shop.Beta.Features
{
    public sealed class TakesAProvider(IServiceProvider services)
    {
        public object? Get() => services.GetService(typeof(object));
    }

    public static class ReachesIntoTheRequest
    {
        public static TimeProvider Get(HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>();
    }

    public sealed class OpensItsOwnScope(IServiceScopeFactory scopes) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var scope = scopes.CreateScope();
            _ = scope.ServiceProvider.GetRequiredService<TimeProvider>();
            return Task.CompletedTask;
        }
    }
}

namespace Shop.Beta.Data
{
    public sealed class BetaRow
    {
        public int Id { get; set; }

        public BorrowedRow? Borrowed { get; set; }
    }

    public sealed class BorrowedRow
    {
        public int Id { get; set; }
    }

    public sealed class BetaDbContext(DbContextOptions<BetaDbContext> options) : DbContext(options)
    {
        public static DbContextOptions<BetaDbContext> Offline(string historySchema) =>
            new DbContextOptionsBuilder<BetaDbContext>()
                .UseNpgsql("Host=nowhere", npgsql => npgsql.MigrationsHistoryTable("__migrations", historySchema))
                .Options;

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<BetaRow>().ToTable("rows", "beta");
            modelBuilder.Entity<BorrowedRow>().ToTable("rows", "alpha");
            modelBuilder.HasSequence("stray_numbers");
        }
    }
}

namespace Shop.Beta.Blocks
{
    public static class OrderHelper
    {
        public static int Count => 1;
    }

    public static class Helper
    {
        public static string Name(Guid cartId) => "inventory.stock-" + cartId;
    }

    public static class BorderedStockings
    {
        public static string Name => "reordered";
    }
}

namespace Shop.Beta.Settings
{
    public sealed class BoundOptions
    {
        public InnerOptions Inner { get; set; } = new();

        public static void Add(IServiceCollection services) => services.AddOptions<BoundOptions>().BindConfiguration("Beta:Bound");
    }

    public sealed class InnerOptions
    {
        public string Name { get; set; } = "";
    }

    public sealed class LostOptions
    {
        public string Name { get; set; } = "";
    }
}
