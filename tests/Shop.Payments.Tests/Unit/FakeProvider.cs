using Shop.Payments.Domain;

namespace Shop.Payments.Tests.Unit;

/// <summary>
/// The rules of the provider in memory: a key replays what was saved under it or refuses other parameters, an intent is captured,
/// cancelled and refunded at most once. And its faults, by dice: calls that never leave, that are carried out without an answer, now or
/// later, errors that are saved for ever, and looks that are cut short.
/// </summary>
internal sealed class FakeProvider(Random dice, bool declines)
{
    private readonly Dictionary<string, (string Parameters, ProviderAnswer Answer)> _saved = [];
    private readonly List<Func<ProviderAnswer>> _late = [];

    public List<FakeIntent> Intents { get; } = [];

    /// <summary>How often of a hundred a call goes wrong.</summary>
    public int Faults { get; set; } = 40;

    /// <summary>True while an unanswered call may still take effect.</summary>
    public bool IsAtWork => _late.Count > 0;

    public void WorkOffOneLateCall()
    {
        if (_late.Count == 0)
            return;
        var call = _late[dice.Next(_late.Count)];
        _late.Remove(call);
        call();
    }

    public ProviderAnswer Ask(ProviderStep step, PaymentAttempt attempt)
    {
        var call = Call(step, attempt);
        if (dice.Next(100) >= Faults)
            return call();
        switch (dice.Next(6))
        {
            case 0:
                return new(step.Acts() ? Verdict.NothingDone : Verdict.NoAnswer);
            case 1:
                return new(Verdict.NoAnswer);
            case 2 when step.Acts():
                _late.Add(call);
                return new(Verdict.NoAnswer);
            case 3 when step == ProviderStep.Find:
                return new(Verdict.NotSeen);
            case 3 when step.Acts():
                return Save(KeyOf(step, attempt), ParametersOf(attempt), new(Verdict.KeySpent));
            case 4:
                call();
                return new(step.Acts() ? Verdict.KeySpent : Verdict.NoAnswer);
            default:
                call();
                return new(Verdict.NoAnswer);
        }
    }

    private static string KeyOf(ProviderStep step, PaymentAttempt attempt) => PaymentPlan.KeyOf(step, attempt);

    private static string ParametersOf(PaymentAttempt attempt) => attempt.MustUndo ? "unconfirmed" : "confirmed";

    private Func<ProviderAnswer> Call(ProviderStep step, PaymentAttempt attempt)
    {
        // Everything is read now: the attempt may change before a late call is carried out.
        var (key, parameters, id) = (step.Acts() ? KeyOf(step, attempt) : "", ParametersOf(attempt), attempt.IntentId);
        return step switch
        {
            ProviderStep.Create => () => Keyed(key, parameters, () => Create(confirmed: parameters == "confirmed")),
            ProviderStep.Capture => () => Keyed(key, "", () => Move(id!, PaymentState.Authorized, PaymentState.Captured, "capture")),
            ProviderStep.Cancel => () => Keyed(key, "", () => Cancel(id!)),
            ProviderStep.Refund => () => Keyed(key, "", () => Move(id!, PaymentState.Captured, PaymentState.Refunded, "refund")),
            ProviderStep.Retrieve => () => Intents.Single(i => i.Id == id).Report(),
            ProviderStep.Find => () => Intents.Count == 0 ? new(Verdict.NotFound) : Intents[^1].Report(),
            _ => throw new ArgumentOutOfRangeException(nameof(step)),
        };
    }

    private ProviderAnswer Keyed(string key, string parameters, Func<ProviderAnswer> work)
    {
        if (_saved.TryGetValue(key, out var saved))
            return saved.Parameters == parameters ? saved.Answer : new(Verdict.KeySpent);
        return Save(key, parameters, work());
    }

    private ProviderAnswer Save(string key, string parameters, ProviderAnswer answer)
    {
        if (_saved.TryGetValue(key, out var saved))
            return saved.Parameters == parameters ? saved.Answer : new(Verdict.KeySpent);
        _saved[key] = (parameters, answer);
        return answer;
    }

    private ProviderAnswer Create(bool confirmed)
    {
        var intent = new FakeIntent($"pi_{Intents.Count + 1}");
        Intents.Add(intent);
        intent.State =
            !confirmed ? PaymentState.Processing
            : declines ? PaymentState.Failed
            : PaymentState.Authorized;
        if (intent.State == PaymentState.Authorized)
            intent.Operations.Add("authorize");
        return intent.Report();
    }

    private ProviderAnswer Cancel(string id)
    {
        var intent = Intents.Single(i => i.Id == id);
        if (intent.State is PaymentState.Processing or PaymentState.Authorized)
        {
            intent.State = PaymentState.Voided;
            intent.Operations.Add("cancel");
        }
        return intent.Report();
    }

    // In another state than expected: the error says in which it is.
    private ProviderAnswer Move(string id, PaymentState from, PaymentState to, string operation)
    {
        var intent = Intents.Single(i => i.Id == id);
        if (intent.State == from)
        {
            intent.State = to;
            intent.Operations.Add(operation);
        }
        return intent.Report();
    }
}

/// <summary>A payment at the provider.</summary>
internal sealed class FakeIntent(string id)
{
    public string Id => id;

    public PaymentState State { get; set; }

    public List<string> Operations { get; } = [];

    public ProviderAnswer Report() => new(Verdict.Reported, new(State, id, Some.Price));
}
