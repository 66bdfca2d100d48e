using Shop.BuildingBlocks.Contracts;
using Shop.Payments.Domain;

namespace Shop.Payments.Tests.Unit;

/// <summary>Attempts and reports for tests of decisions.</summary>
internal static class Some
{
    public const string Intent = "pi_1";

    public static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    public static readonly Money Price = new(1999, "EUR");

    public static PaymentAttempt Attempt(PaymentState state = PaymentState.Created, PaymentGoal goal = PaymentGoal.Authorize)
    {
        var attempt = PaymentAttempt.Open(Guid.CreateVersion7(), Guid.CreateVersion7(), Price, "pm_card_visa", Now);
        attempt.Goal = goal;
        if (state > PaymentState.Created)
            PaymentReducer.Reduce(attempt, Report(state), Now);
        return attempt;
    }

    public static ProviderReport Report(PaymentState state, Money? amount = null) =>
        new(
            state,
            state == PaymentState.Unknown ? null : Intent,
            amount ?? Price,
            state == PaymentState.RequiresAction ? "https://bank.example/3ds" : null
        );

    public static ProviderReport Heard(this ProviderReport report) => report with { IsHearsay = true };
}
