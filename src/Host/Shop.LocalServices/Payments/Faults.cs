using System.Text.Json.Serialization;

namespace Shop.LocalServices.Payments;

/// <summary>How a request to the provider goes wrong.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestFault>))]
public enum RequestFault
{
    /// <summary>Nothing is done, and no answer comes.</summary>
    [JsonStringEnumMemberName("timeout-before")]
    TimeoutBefore,

    /// <summary>All is done, and no answer comes.</summary>
    [JsonStringEnumMemberName("timeout-after")]
    TimeoutAfter,

    /// <summary>Nothing is done; the 500 is kept under the Idempotency-Key and replayed for ever.</summary>
    [JsonStringEnumMemberName("500")]
    ServerError,

    /// <summary>All is done, and yet the answer is a 500, kept as above.</summary>
    [JsonStringEnumMemberName("500-after")]
    ServerErrorAfter,

    /// <summary>Nothing is done or kept.</summary>
    [JsonStringEnumMemberName("503")]
    Unavailable,

    /// <summary>Nothing is done or kept.</summary>
    [JsonStringEnumMemberName("429")]
    TooManyRequests,

    /// <summary>All is done; the answer is a page of nonsense with status 200.</summary>
    [JsonStringEnumMemberName("garbage")]
    Garbage,

    /// <summary>All goes well, after a while.</summary>
    [JsonStringEnumMemberName("slow")]
    Slow,

    /// <summary>Nothing is done; the connection breaks.</summary>
    [JsonStringEnumMemberName("reset-before")]
    ResetBefore,

    /// <summary>All is done; the connection breaks.</summary>
    [JsonStringEnumMemberName("reset-after")]
    ResetAfter,
}

/// <summary>How the telling of an event goes wrong. It concerns the first attempt; later ones are honest.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WebhookFault>))]
public enum WebhookFault
{
    [JsonStringEnumMemberName("late")]
    Late,

    [JsonStringEnumMemberName("twice")]
    Twice,

    /// <summary>Not told at all, and counted as told.</summary>
    [JsonStringEnumMemberName("never")]
    Never,

    /// <summary>Held back until the next event of the same payment was told, or the delay is over.</summary>
    [JsonStringEnumMemberName("out-of-order")]
    OutOfOrder,

    /// <summary>Signed with another secret.</summary>
    [JsonStringEnumMemberName("bad-signature")]
    BadSignature,

    /// <summary>Signed well, and says one unit of money more.</summary>
    [JsonStringEnumMemberName("wrong-amount")]
    WrongAmount,
}

/// <summary>When something goes wrong.</summary>
/// <typeparam name="TFault">What goes wrong.</typeparam>
/// <param name="On">An operation (<c>create</c>, <c>confirm</c>, <c>capture</c>, <c>cancel</c>, <c>refund</c>, <c>retrieve</c>, <c>list</c>) or an event type; <c>*</c> is any.</param>
/// <param name="Fault">What goes wrong.</param>
public sealed record FaultRule<TFault>(string On, TFault Fault)
    where TFault : struct, Enum
{
    /// <summary>How often it happens before it is over; null: for ever.</summary>
    public int? Count { get; init; }

    /// <summary>From 0 to 1; null: each time.</summary>
    public double? Probability { get; init; }

    /// <summary>How long slow, late, silent or held back is, in milliseconds; null: 30,000 for silence, 2,000 else.</summary>
    public int? DelayMs { get; init; }
}

/// <summary>All that is to go wrong.</summary>
public sealed record FaultPlan
{
    public IReadOnlyList<FaultRule<RequestFault>> Requests { get; init; } = [];

    public IReadOnlyList<FaultRule<WebhookFault>> Webhooks { get; init; } = [];
}

/// <summary>The rules in force, and how often each may still happen.</summary>
internal sealed class FaultBox(FaultPlan initial)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<object, int> _happened = new(ReferenceEqualityComparer.Instance);
    private FaultPlan _plan = initial;

    public FaultPlan Plan
    {
        get
        {
            lock (_gate)
                return _plan;
        }
        set
        {
            lock (_gate)
            {
                _plan = value;
                _happened.Clear();
            }
        }
    }

    /// <summary>The first rule that strikes this request.</summary>
    public FaultRule<RequestFault>? Strike(string operation) => Strike(plan => plan.Requests, operation);

    /// <summary>The first rule that strikes the telling of this event.</summary>
    public FaultRule<WebhookFault>? StrikeEvent(string type) => Strike(plan => plan.Webhooks, type);

    private FaultRule<TFault>? Strike<TFault>(Func<FaultPlan, IReadOnlyList<FaultRule<TFault>>> rules, string on)
        where TFault : struct, Enum
    {
        lock (_gate)
        {
            foreach (var rule in rules(_plan).Where(r => r.On == "*" || r.On == on))
            {
                var happened = _happened.GetValueOrDefault(rule);
                if (happened >= (rule.Count ?? int.MaxValue) || Random.Shared.NextDouble() >= (rule.Probability ?? 1))
                    continue;
                _happened[rule] = happened + 1;
                return rule;
            }
            return null;
        }
    }
}
