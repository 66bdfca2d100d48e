using System.ComponentModel.DataAnnotations;

namespace Shop.Checkout;

/// <summary>How patient a purchase is; section <c>Checkout</c>.</summary>
public sealed class CheckoutOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Checkout";

    /// <summary>How long stock is held at most before it is committed to an order.</summary>
    [Range(1, 86_400)]
    public int HoldSeconds { get; set; } = 1_500;

    /// <summary>How long the payer has to authenticate.</summary>
    [Range(1, 86_400)]
    public int AuthenticationSeconds { get; set; } = 600;

    /// <summary>How long a participant has to answer before it is asked again; doubles with each try.</summary>
    [Range(1, 3_600)]
    public int StepSeconds { get; set; } = 5;

    /// <summary>Where the doubling ends.</summary>
    [Range(1, 3_600)]
    public int LongestStepSeconds { get; set; } = 30;

    /// <summary>How often a participant is asked again before the purchase is given up or needs attention.</summary>
    [Range(1, 100)]
    public int MaxTries { get; set; } = 8;

    /// <summary>How long the request that starts a purchase waits for its end.</summary>
    [Range(0, 30_000)]
    public int AnswerMilliseconds { get; set; } = 2_000;

    /// <summary>How often a waiting request looks at the row, for changes made by another process.</summary>
    [Range(10, 10_000)]
    public int PollMilliseconds { get; set; } = 1_000;

    /// <summary>Deadline of each question to Carts and Products.</summary>
    [Range(10, 30_000)]
    public int QuestionMilliseconds { get; set; } = 2_000;

    /// <summary>How long one stream of events lasts; the client connects again.</summary>
    [Range(1, 3_600)]
    public int WatchSeconds { get; set; } = 300;

    /// <summary>How often a stream without news says that it is alive.</summary>
    [Range(1, 3_600)]
    public int HeartbeatSeconds { get; set; } = 15;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (HoldSeconds < LongestHoldSeconds)
            yield return new(
                $"Checkout:HoldSeconds must be at least {LongestHoldSeconds}: so long may it take to hear of the hold, to be paid and to commit "
                    + "the stock, each with all its tries, and the payer to authenticate.",
                [nameof(HoldSeconds)]
            );
        if (LongestStepSeconds < StepSeconds)
            yield return new("The longest step can't be shorter than the first.", [nameof(LongestStepSeconds)]);
    }

    /// <summary>How long a step waits for its answer after so many tries.</summary>
    internal TimeSpan Patience(int tries) => TimeSpan.FromSeconds(Math.Min((long)StepSeconds << Math.Min(tries, 20), LongestStepSeconds));

    private double LongestHoldSeconds =>
        AuthenticationSeconds + 3 * Enumerable.Range(0, MaxTries + 1).Sum(tries => Patience(tries).TotalSeconds);
}
