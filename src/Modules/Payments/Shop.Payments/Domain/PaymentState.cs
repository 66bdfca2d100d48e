using System.Text.Json;

namespace Shop.Payments.Domain;

/// <summary>
/// How far a payment has come at the provider, declared in order of rank: a report only ever moves a payment down this list, whatever
/// order reports arrive in. Money that was set aside or taken outranks a refusal, because it has to be given back.
/// </summary>
public enum PaymentState
{
    /// <summary>Written down; the provider has not answered, or was not asked yet.</summary>
    Created,

    /// <summary>The provider was asked and gave no verdict. Left only by what the provider says, never by a second attempt.</summary>
    Unknown,

    /// <summary>The payer has to authenticate.</summary>
    RequiresAction,

    /// <summary>The provider is still at work.</summary>
    Processing,

    /// <summary>Proven to have set aside nothing.</summary>
    Failed,

    /// <summary>The amount is set aside.</summary>
    Authorized,

    /// <summary>The authorisation was given back, or the payment closed before it began.</summary>
    Voided,

    /// <summary>The amount is taken.</summary>
    Captured,

    /// <summary>The amount was taken and given back.</summary>
    Refunded,
}

/// <summary>What the shop wants of a payment: the furthest of the commands it got.</summary>
public enum PaymentGoal
{
    /// <summary>Set the amount aside.</summary>
    Authorize,

    /// <summary>Take it.</summary>
    Capture,

    /// <summary>Keep no money, whatever happened before.</summary>
    Void,
}

/// <summary>Names of states and goals in rows, answers and metrics.</summary>
public static class PaymentNames
{
    /// <summary>Snake case: <c>requires_action</c>.</summary>
    public static string ToText<T>(this T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The state or goal of that name.</summary>
    public static T Parse<T>(string text)
        where T : struct, Enum => Enum.Parse<T>(text.Replace("_", ""), ignoreCase: true);
}
