using System.Diagnostics;
using CsCheck;
using Shop.Checkout.Domain;
using Shop.Checkout.Saga;

namespace Shop.Checkout.Tests.Unit.Simulation;

public class ScheduleTests(ITestOutputHelper output)
{
    private const int Longest = 500;

    /// <summary>How many schedules to try; 100,000 take about ten seconds.</summary>
    private static readonly int Schedules = int.Parse(Environment.GetEnvironmentVariable("SHOP_SCHEDULES") ?? "20000");

    public static TheoryData<string> Bugs => [.. PlantedBugs.All.Keys];

    [Fact]
    public void No_schedule_loses_money_or_stock()
    {
        var started = Stopwatch.GetTimestamp();
        var (completed, compensated, late, help) = (0, 0, 0, 0);
        Gen.Byte.Array[0, Longest]
            .Sample(
                choices =>
                {
                    var world = new World(choices, CheckoutSaga.Decide);
                    world.Run();
                    Interlocked.Add(ref completed, world.Checkouts.Values.Count(c => c.Step is CheckoutStep.Completed));
                    Interlocked.Add(ref compensated, world.Checkouts.Values.Count(c => c.Step is CheckoutStep.Compensated));
                    Interlocked.Add(ref late, world.LateSuccesses);
                    Interlocked.Add(ref help, world.CallsForHelp);
                },
                iter: Schedules
            );
        output.WriteLine(
            $"{Schedules:N0} schedules in {Stopwatch.GetElapsedTime(started).TotalSeconds:N1} s: {completed:N0} purchases completed, "
                + $"{compensated:N0} undone, {late:N0} payments that succeeded late, {help:N0} calls for help; 0 violations"
        );
        // A simulation in which nothing happens would hold every invariant.
        // At most two of three can: there are two pieces, and one use of the code.
        completed.ShouldBeGreaterThan(Schedules / 3);
        compensated.ShouldBeGreaterThan(Schedules / 2);
        late.ShouldBeGreaterThan(Schedules / 100);
        help.ShouldBeGreaterThan(Schedules / 100);
    }

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_is_found(string bug)
    {
        var random = new Random(20_260_504);
        for (var schedule = 1; schedule <= 20_000; schedule++)
        {
            var choices = new byte[random.Next(Longest)];
            random.NextBytes(choices);
            try
            {
                new World(choices, PlantedBugs.All[bug]).Run();
            }
            catch (ViolationException found)
            {
                output.WriteLine($"schedule {schedule}: {found.Message}");
                return;
            }
        }
        Assert.Fail($"Not found in 20,000 schedules: {bug}");
    }
}
