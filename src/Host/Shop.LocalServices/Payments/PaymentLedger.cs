using System.Security.Cryptography;

namespace Shop.LocalServices.Payments;

/// <summary>All payments, refunds, events and saved responses: in memory to read, in the journal to last.</summary>
internal sealed class PaymentLedger : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PaymentJournal _journal;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, Intent> _intents = [];
    private readonly List<string> _order = [];
    private readonly List<Refund> _refunds = [];
    private readonly List<PaymentEvent> _events = [];
    private readonly HashSet<string> _unsettled = [];
    private readonly Dictionary<string, SavedResponse> _saved = [];
    private readonly HashSet<string> _inProgress = [];

    public PaymentLedger(string file, TimeProvider clock)
    {
        _clock = clock;
        _journal = new(file, Remember);
    }

    public static string NewId(string prefix) =>
        prefix + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 24);

    /// <summary>All payments, oldest first, as they are now.</summary>
    public IReadOnlyList<Intent> Intents()
    {
        lock (_gate)
            return _order.ConvertAll(id => _intents[id]);
    }

    public Intent? Find(string id)
    {
        lock (_gate)
            return _intents.GetValueOrDefault(id);
    }

    public IReadOnlyList<Refund> Refunds()
    {
        lock (_gate)
            return [.. _refunds];
    }

    public IReadOnlyList<PaymentEvent> Events()
    {
        lock (_gate)
            return [.. _events];
    }

    /// <summary>Events that nobody has been told of yet, oldest first.</summary>
    public IReadOnlyList<PaymentEvent> Unsettled()
    {
        lock (_gate)
            return _events.FindAll(e => _unsettled.Contains(e.Id));
    }

    /// <summary>The event was delivered, or is given up.</summary>
    public void Settle(string eventId)
    {
        lock (_gate)
            Write(new() { At = _clock.GetUtcNow(), Settled = eventId });
    }

    /// <summary>Claims an idempotency key for one request.</summary>
    /// <returns>A response to give at once: the saved one, or a refusal. Null: go ahead, with <see cref="Apply" />, then <see cref="Release" />.</returns>
    public (SavedResponse? Replay, StripeError? Refusal) Begin(string? key, string hash)
    {
        if (key is null)
            return default;
        lock (_gate)
        {
            if (_saved.TryGetValue(key, out var saved))
                return saved.Hash == hash ? (saved, null) : (null, Misuse(key));
            return _inProgress.Add(key)
                ? default
                : (
                    null,
                    new(
                        409,
                        "idempotency_error",
                        "idempotency_key_in_use",
                        $"There is currently another in-progress request using this Idempotent Key: {key}"
                    )
                );
        }
    }

    /// <summary>Decides and remembers in one step, and keeps the response under the key.</summary>
    /// <param name="key">The Idempotency-Key, or null.</param>
    /// <param name="hash">Of the request's parameters.</param>
    /// <param name="decide">Sees the payments as they are and says what becomes of them.</param>
    /// <returns>The change, and the events to be told.</returns>
    public (Change Change, IReadOnlyList<PaymentEvent> Events) Apply(string? key, string hash, Decision decide)
    {
        lock (_gate)
        {
            var change = decide(id => _intents.GetValueOrDefault(id));
            // As at the real provider: whatever was decided is kept under the key, errors too.
            if (key is not null || change.Error is null || change.Events.Count > 0)
                Write(
                    new()
                    {
                        At = _clock.GetUtcNow(),
                        Intent = change.Intent,
                        Refund = change.Refund,
                        Events = [.. change.Events.Select(type => new EventName(NewId("evt_"), type))],
                        Key = key is null ? null : new(key, hash, change.Error),
                    }
                );
            return (change, _events[^change.Events.Count..]);
        }
    }

    /// <summary>Ends the claim; without a saved response the key is free again.</summary>
    public void Release(string? key)
    {
        if (key is null)
            return;
        lock (_gate)
            _inProgress.Remove(key);
    }

    public void Dispose() => _journal.Dispose();

    private static StripeError Misuse(string key) =>
        new(
            400,
            "idempotency_error",
            null,
            $"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request."
        );

    private void Write(JournalLine line)
    {
        _journal.Append(line);
        Remember(line);
    }

    private void Remember(JournalLine line)
    {
        if (line.Settled is { } settled)
            _unsettled.Remove(settled);
        if (line.Intent is { } intent)
        {
            if (!_intents.ContainsKey(intent.Id))
                _order.Add(intent.Id);
            _intents[intent.Id] = intent;
            foreach (var happened in line.Events ?? [])
            {
                _events.Add(new(_events.Count, happened.Id, happened.Type, line.At.ToUnixTimeSeconds(), intent, line.Key?.Key));
                _unsettled.Add(happened.Id);
            }
        }
        if (line.Refund is { } refund)
            _refunds.Add(refund);
        if (line.Key is { } key)
            _saved[key.Key] = new(
                key.Hash,
                new()
                {
                    Intent = line.Intent,
                    Refund = line.Refund,
                    Error = key.Error,
                }
            );
    }
}
