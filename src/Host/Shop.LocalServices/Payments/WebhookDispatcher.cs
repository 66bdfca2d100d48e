using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Shop.LocalServices.Payments;

/// <summary>Tells the shop what happened, again and again until it listens.</summary>
internal sealed class WebhookDispatcher : IAsyncDisposable
{
    private const int AtOnce = 16;
    private const int MostAttempts = 25;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(2);

    private readonly PaymentLedger _ledger;
    private readonly FaultBox _faults;
    private readonly TimeProvider _clock;
    private readonly string _secret;
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = AtOnce }) { Timeout = Patience };
    private readonly Channel<PaymentEvent> _waiting = Channel.CreateUnbounded<PaymentEvent>();
    private readonly ConcurrentDictionary<string, int> _attempts = [];
    private readonly ConcurrentDictionary<string, HeldEvent> _heldBack = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _tellers;
    private readonly TaskCompletionSource _targetIsKnown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WebhookDispatcher(PaymentLedger ledger, FaultBox faults, TimeProvider clock, string secret)
    {
        (_ledger, _faults, _clock, _secret) = (ledger, faults, clock, secret);
        Enqueue(ledger.Unsettled());
        _tellers = [.. Enumerable.Range(0, AtOnce).Select(_ => Task.Run(TellAsync))];
    }

    /// <summary>Where events are told; null until <see cref="TellTo" /> has said so. Until then they wait.</summary>
    public Uri? Target { get; private set; }

    public void TellTo(Uri target)
    {
        Target = target;
        _targetIsKnown.TrySetResult();
    }

    public void Enqueue(IEnumerable<PaymentEvent> events)
    {
        foreach (var happened in events)
            _waiting.Writer.TryWrite(happened);
    }

    /// <summary>How often the telling of an event was tried since the simulator started.</summary>
    public int AttemptsAt(string eventId) => _attempts.GetValueOrDefault(eventId);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_tellers);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task TellAsync()
    {
        try
        {
            await foreach (var happened in _waiting.Reader.ReadAllAsync(_stop.Token))
                await BeginAsync(happened);
        }
        catch (OperationCanceledException) { }
    }

    // What has to wait does so on its own, so that the tellers never stand still for it.
    private async Task BeginAsync(PaymentEvent happened)
    {
        var rule = _faults.StrikeEvent(happened.Type);
        var delay = rule?.DelayMs is { } ms ? TimeSpan.FromMilliseconds(ms) : DefaultDelay;
        switch (rule?.Fault)
        {
            case WebhookFault.Never:
                _ledger.Settle(happened.Id);
                break;
            case WebhookFault.Late:
                Later(happened, Task.Delay(delay, _stop.Token), rule);
                break;
            // One event of a payment is held back at a time, for the next one to overtake it.
            case WebhookFault.OutOfOrder when !_heldBack.ContainsKey(happened.Intent.Id):
                var held = new HeldEvent(happened.Number, new(TaskCreationOptions.RunContinuationsAsynchronously));
                _heldBack[happened.Intent.Id] = held;
                Later(happened, Task.WhenAny(held.Overtaken.Task, Task.Delay(delay, _stop.Token)), rule);
                break;
            default:
                await TryAsync(happened, rule);
                break;
        }
    }

    private void Later(PaymentEvent happened, Task when, FaultRule<WebhookFault>? rule) =>
        _ = Task.Run(async () =>
        {
            try
            {
                await when;
                await TryAsync(happened, rule);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // The simulator stops; the event is told after its next start.
            }
        });

    private async Task TryAsync(PaymentEvent happened, FaultRule<WebhookFault>? rule)
    {
        var attempt = _attempts.AddOrUpdate(happened.Id, 1, (_, before) => before + 1);
        var heard = await SendAsync(happened, rule);
        if (heard && rule?.Fault == WebhookFault.Twice)
            await SendAsync(happened, null);
        if (heard || attempt == MostAttempts)
        {
            _ledger.Settle(happened.Id);
            if (_heldBack.TryGetValue(happened.Intent.Id, out var held) && happened.Number > held.Number)
                held.Overtaken.TrySetResult();
            return;
        }
        var pause = TimeSpan.FromSeconds(Math.Min(0.25 * Math.Pow(2, attempt - 1), LongestPause.TotalSeconds));
        Later(happened, Task.Delay(pause, _stop.Token), null);
    }

    private async Task<bool> SendAsync(PaymentEvent happened, FaultRule<WebhookFault>? rule)
    {
        await _targetIsKnown.Task.WaitAsync(_stop.Token);
        var json = StripeJson.Of(happened, pending: 1);
        if (rule?.Fault == WebhookFault.WrongAmount)
            RaiseAmounts(json["data"]!["object"]!.AsObject());
        var body = json.ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, Target) { Content = new StringContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json; charset=utf-8");
        var secret = rule?.Fault == WebhookFault.BadSignature ? "whsec_somebody_else" : _secret;
        request.Headers.TryAddWithoutValidation("Stripe-Signature", Sign(secret, _clock.GetUtcNow(), body));
        try
        {
            using var response = await _http.SendAsync(request, _stop.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || e is TaskCanceledException && !_stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private static string Sign(string secret, DateTimeOffset at, string body)
    {
        var time = at.ToUnixTimeSeconds();
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        return $"t={time},v1={Convert.ToHexStringLower(hash)}";
    }

    private static void RaiseAmounts(JsonObject subject)
    {
        foreach (var name in (string[])["amount", "amount_capturable", "amount_received", "amount_captured"])
            if (subject[name]?.GetValue<long>() is > 0 and var amount)
                subject[name] = amount + 1;
    }
}
