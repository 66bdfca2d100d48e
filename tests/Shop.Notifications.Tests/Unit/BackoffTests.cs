using Shop.Notifications.Domain;

namespace Shop.Notifications.Tests.Unit;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 1.0, 1)]
    [InlineData(2, 1.0, 2)]
    [InlineData(4, 1.0, 8)]
    [InlineData(6, 1.0, 30)]
    [InlineData(1000, 1.0, 30)]
    [InlineData(4, 0.0, 4)]
    public void Each_failure_doubles_the_wait_up_to_half_a_minute(int attempts, double chance, double seconds) =>
        Backoff.After(attempts, chance).TotalSeconds.ShouldBe(seconds);
}
