using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.Payments.Contracts;
using Shop.Payments.Domain;
using Stripe;

namespace Shop.Payments.Provider;

/// <summary>
/// Asks the provider, and says of each call what it proves. Whatever is not proven is "no answer": the call may have worked.
/// </summary>
public sealed class StripeProvider
{
    private const int PageSize = 100;
    private const int PagesPerTry = 20;

    /// <summary>How far the provider's clock and ours may be apart.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private readonly PaymentIntentService _intents;
    private readonly RefundService _refunds;
    private readonly StripeOptions _options;
    private readonly TimeSpan _delay;
    private readonly ILogger<StripeProvider> _logger;

    /// <summary>One client for the life of the process; its connections are renewed below it.</summary>
    public StripeProvider(IHttpClientFactory http, IOptions<PaymentsOptions> options, ILogger<StripeProvider> logger)
    {
        (_options, _delay, _logger) = (options.Value.Stripe, options.Value.ProviderDelay, logger);
        var client = new StripeClient(
            _options.SecretKey,
            httpClient: new SystemNetHttpClient(http.CreateClient(StripeHttp.Name), maxNetworkRetries: 0, enableTelemetry: false),
            apiBase: _options.ApiBase.TrimEnd('/')
        );
        (_intents, _refunds) = (new(client), new(client));
    }

    /// <summary>Takes a step for an attempt.</summary>
    /// <param name="step">Anything but <see cref="ProviderStep.None"/>.</param>
    /// <param name="attempt">Committed as it is given, so that the same step after a crash sends the same bytes.</param>
    /// <param name="cancellationToken">When it fires, what became of the call is not known, and the exception goes through.</param>
    public async Task<ProviderAnswer> AskAsync(ProviderStep step, PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        Hit(step, "before-call");
        var answer = await AnswerAsync(step, attempt, cancellationToken);
        Hit(step, "after-call");
        PaymentMetrics.Called(step, answer.Verdict, Stopwatch.GetElapsedTime(started));
        return answer;
    }

    private async Task<ProviderAnswer> AnswerAsync(ProviderStep step, PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            return step switch
            {
                ProviderStep.Create => Reported(await CreateAsync(attempt, cancellationToken)),
                ProviderStep.Capture => Reported(await CaptureAsync(attempt, cancellationToken)),
                ProviderStep.Cancel => Reported(await _intents.CancelAsync(attempt.IntentId, null, Key(step, attempt), cancellationToken)),
                ProviderStep.Retrieve => Reported(await _intents.GetAsync(attempt.IntentId, cancellationToken: cancellationToken)),
                ProviderStep.Refund => await RefundAsync(attempt, cancellationToken),
                ProviderStep.Find => await FindAsync(attempt, cancellationToken),
                _ => throw new ArgumentOutOfRangeException(nameof(step), step, null),
            };
        }
        catch (NothingSentException e)
        {
            _logger.LogWarning(e.InnerException, "Payment {PaymentId}: {Step} did not reach the provider", attempt.Id, step);
            return new(Verdict.NothingDone);
        }
        catch (StripeException e)
        {
            var answer = Judge(step, attempt, e);
            if (answer.Verdict != Verdict.Reported)
                _logger.LogWarning(
                    "Payment {PaymentId}: {Step} ended with {Status} {Code}",
                    attempt.Id,
                    step,
                    (int)e.HttpStatusCode,
                    e.StripeError?.Code
                );
            return answer;
        }
        // Time-out, reset, an answer that can't be read, or a fault of ours while reading it: after sending, every surprise is no answer.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _logger.LogWarning(e, "Payment {PaymentId}: {Step} got no answer", attempt.Id, step);
            return new(Verdict.NoAnswer);
        }
    }

    private Task<PaymentIntent> CreateAsync(PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        var options = new PaymentIntentCreateOptions
        {
            Amount = StripeMoney.ToStripe(attempt.Amount),
            Currency = attempt.Currency.ToLowerInvariant(),
            PaymentMethod = attempt.PaymentMethod,
            AllowedPaymentMethodTypes = ["card"],
            CaptureMethod = "manual",
            // Unwanted by now: an unconfirmed payment takes the key without setting anything aside, so that the real one, should it still
            // be on its way, is refused for its other parameters. If the real one was first, this one is, and the look-up finds it.
            Confirm = !attempt.MustUndo,
            Metadata = new()
            {
                [StripeMetadata.PaymentId] = attempt.Id.ToString(),
                [StripeMetadata.Reference] = attempt.Reference.ToString()!,
            },
        };
        if (options.Confirm == true && _options.ReturnUrl.Length > 0)
            options.ReturnUrl = _options.ReturnUrl;
        return _intents.CreateAsync(options, Key(ProviderStep.Create, attempt), cancellationToken);
    }

    private Task<PaymentIntent> CaptureAsync(PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        var options = new PaymentIntentCaptureOptions { AmountToCapture = StripeMoney.ToStripe(attempt.Amount) };
        return _intents.CaptureAsync(attempt.IntentId, options, Key(ProviderStep.Capture, attempt), cancellationToken);
    }

    private async Task<ProviderAnswer> RefundAsync(PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        var options = new RefundCreateOptions
        {
            PaymentIntent = attempt.IntentId,
            Metadata = new() { [StripeMetadata.PaymentId] = attempt.Id.ToString() },
        };
        var refund = await _refunds.CreateAsync(options, Key(ProviderStep.Refund, attempt), cancellationToken);
        // "pending" too: the provider owes the payer the money from here on, not the shop.
        if (refund.Status is not ("succeeded" or "pending"))
            return new(Verdict.NoAnswer);
        return Refunded(attempt, StripeMoney.FromStripe(refund.Amount, refund.Currency));
    }

    /// <summary>
    /// Looks through the provider's list, which shows what was just made; its search runs up to a minute behind. Only through the time in
    /// which a call of ours can have made it, and each time further than the time before, until that is all of it.
    /// </summary>
    private async Task<ProviderAnswer> FindAsync(PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        var options = new PaymentIntentListOptions
        {
            Limit = PageSize,
            Created = new DateRangeOptions
            {
                GreaterThanOrEqual = (attempt.CreatedAt - ClockSkew).UtcDateTime,
                LessThanOrEqual = (attempt.CalledAt + StripeHttp.Total + _delay + ClockSkew)?.UtcDateTime,
            },
        };
        var most = PageSize * PagesPerTry * Math.Max(attempt.ResolveTries, 1);
        var seen = 0;
        await foreach (var intent in _intents.ListAutoPagingAsync(options, cancellationToken: cancellationToken))
        {
            if (intent.Metadata?.GetValueOrDefault(StripeMetadata.PaymentId) == attempt.Id.ToString())
                return Reported(intent);
            if (++seen == most)
                return new(Verdict.NotSeen);
        }
        return new(Verdict.NotFound);
    }

    /// <summary>All payments that are this shop's, newest first, as the provider has them; for reconciliation.</summary>
    public async IAsyncEnumerable<ProviderPayment> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new PaymentIntentListOptions { Limit = PageSize, Expand = ["data.latest_charge"] };
        await foreach (var intent in _intents.ListAutoPagingAsync(options, cancellationToken: cancellationToken))
            if (Guid.TryParse(intent.Metadata?.GetValueOrDefault(StripeMetadata.PaymentId), out var payment))
                yield return new(
                    payment,
                    StripeMoney.FromStripe(intent.AmountReceived, intent.Currency),
                    StripeMoney.FromStripe(intent.LatestCharge?.AmountRefunded ?? 0, intent.Currency)
                );
    }

    private static ProviderAnswer Judge(ProviderStep step, PaymentAttempt attempt, StripeException exception)
    {
        var (status, error) = (exception.HttpStatusCode, exception.StripeError);
        // It is not in the state we believed, and the error says in which it is.
        if (step.Acts() && error is { Code: "payment_intent_unexpected_state", PaymentIntent.Status: not null })
            return Reported(error.PaymentIntent);
        return (step, (int)status, error?.Type) switch
        {
            (_, >= 500, _) => new(Verdict.KeySpent),
            (_, (int)HttpStatusCode.Unauthorized or (int)HttpStatusCode.Forbidden, _) => new(Verdict.NothingDone),
            // In use by a call that is still at work; or turned away.
            (_, (int)HttpStatusCode.Conflict or (int)HttpStatusCode.TooManyRequests, _) => new(Verdict.NoAnswer),
            (_, _, "idempotency_error") => new(Verdict.KeySpent),
            (ProviderStep.Create, (int)HttpStatusCode.PaymentRequired, "card_error") => Failed(
                attempt,
                error!.PaymentIntent?.Id,
                StripeReports.CodeOf(error)
            ),
            (ProviderStep.Create, (int)HttpStatusCode.BadRequest or (int)HttpStatusCode.NotFound, "invalid_request_error") => Failed(
                attempt,
                null,
                error!.Param == "payment_method" ? PaymentCodes.InvalidMethod : PaymentCodes.Declined
            ),
            (ProviderStep.Refund, _, _) when error?.Code == "charge_already_refunded" => Refunded(
                attempt,
                new(attempt.CapturedMinor ?? attempt.AmountMinor, attempt.Currency)
            ),
            (ProviderStep.Capture, _, _) when error?.Code == "charge_expired_for_capture" => new(
                Verdict.Reported,
                new(PaymentState.Voided, attempt.IntentId, attempt.Amount)
            ),
            (ProviderStep.Capture, (int)HttpStatusCode.PaymentRequired, "card_error") => new(Verdict.CaptureRefused),
            _ => new(Verdict.NoAnswer),
        };
    }

    private static ProviderAnswer Reported(PaymentIntent intent) => new(Verdict.Reported, StripeReports.Read(intent));

    private static ProviderAnswer Refunded(PaymentAttempt attempt, BuildingBlocks.Contracts.Money amount) =>
        new(Verdict.Reported, new(PaymentState.Refunded, attempt.IntentId, amount));

    private static ProviderAnswer Failed(PaymentAttempt attempt, string? intentId, string code) =>
        new(Verdict.Reported, new(PaymentState.Failed, intentId, attempt.Amount, FailureCode: code));

    private static RequestOptions Key(ProviderStep step, PaymentAttempt attempt) =>
        new() { IdempotencyKey = PaymentPlan.KeyOf(step, attempt) };

    private static void Hit(ProviderStep step, string moment)
    {
        var name = step switch
        {
            ProviderStep.Create => "authorize",
            ProviderStep.Cancel => "void",
            ProviderStep.Capture => "capture",
            ProviderStep.Refund => "refund",
            _ => null,
        };
        if (name is not null)
            FaultPoint.Hit($"payments.{name}:{moment}");
    }
}

/// <summary>Names of what we write into the provider's objects.</summary>
internal static class StripeMetadata
{
    public const string PaymentId = "payment_id";
    public const string Reference = "reference";
}
