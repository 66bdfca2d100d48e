using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Shop.Checkout.Data;

namespace Shop.Checkout.Tests.Unit;

public class AfterCommitTests
{
    [Fact]
    public async Task What_a_purchase_tells_after_its_commit_is_not_told_after_that_of_another()
    {
        var options = new DbContextOptionsBuilder<CheckoutDbContext>().UseNpgsql("Host=nowhere").Options;
        var contexts = new PooledDbContextFactory<CheckoutDbContext>(options);
        var told = false;
        var first = contexts.CreateDbContext();
        await using (first)
            first.AfterCommit(() => told = true);

        await using var next = contexts.CreateDbContext();
        next.Committed();

        next.ShouldBeSameAs(first);
        told.ShouldBeFalse();
    }
}
