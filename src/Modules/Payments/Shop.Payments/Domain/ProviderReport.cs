using Shop.BuildingBlocks.Contracts;

namespace Shop.Payments.Domain;

/// <summary>What the provider says about a payment, in an answer or in a webhook.</summary>
/// <param name="State">How far it has come.</param>
/// <param name="IntentId">The provider's id of it; null when it made none.</param>
/// <param name="Amount">What is set aside, taken or given back, by <paramref name="State"/>.</param>
/// <param name="ActionUrl">Where the payer authenticates.</param>
/// <param name="FailureCode">One of <see cref="PaymentCodes"/>.</param>
/// <param name="IsHearsay">True when it came to us and was not asked for: good for states, never for amounts that differ.</param>
public sealed record ProviderReport(
    PaymentState State,
    string? IntentId,
    Money Amount,
    string? ActionUrl = null,
    string? FailureCode = null,
    bool IsHearsay = false
);

/// <summary>How a call to the provider ended.</summary>
public enum Verdict
{
    /// <summary>The provider said how things stand.</summary>
    Reported,

    /// <summary>This call changed nothing at the provider: it never got there, or was turned away at the door.</summary>
    NothingDone,

    /// <summary>The provider knows no such payment, as far as it can see now.</summary>
    NotFound,

    /// <summary>There were more payments than were looked through; in those there is no such payment.</summary>
    NotSeen,

    /// <summary>The provider will not capture; the authorisation has to be given back.</summary>
    CaptureRefused,

    /// <summary>Time-out, reset, garbage, conflict: it may have worked.</summary>
    NoAnswer,

    /// <summary>
    /// A server error, which the provider may replay for ever under its key, or a key that was used with other parameters, by an older
    /// build. What the key stands for may have worked; asking again under it tells no more.
    /// </summary>
    KeySpent,
}

/// <summary>The end of a call.</summary>
/// <param name="Verdict">How it ended.</param>
/// <param name="Report">With <see cref="Verdict.Reported"/> only.</param>
public sealed record ProviderAnswer(Verdict Verdict, ProviderReport? Report = null);
