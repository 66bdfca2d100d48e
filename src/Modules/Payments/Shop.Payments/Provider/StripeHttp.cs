using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Shop.Payments.Provider;

/// <summary>
/// The HTTP client under the provider's library. The standard resilience handler fits neither way: it repeats POSTs that must not be
/// repeated, and its breaker needs a hundred calls to notice.
/// </summary>
internal static class StripeHttp
{
    /// <summary>Name of the client.</summary>
    public const string Name = "stripe";

    /// <summary>Calls at the same time; a hung provider holds no more than these.</summary>
    public const int AtOnce = 32;

    /// <summary>All of a call, retry and reading of the answer included.</summary>
    public static readonly TimeSpan Total = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(1.5);

    public static IServiceCollection AddStripeHttp(this IServiceCollection services)
    {
        services
            .AddTransient<NothingSentHandler>()
            .AddHttpClient(Name, client => client.Timeout = Total)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler
                {
                    ConnectTimeout = TimeSpan.FromSeconds(1),
                    PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                    AllowAutoRedirect = false,
                    UseCookies = false,
                }
            )
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddHttpMessageHandler<NothingSentHandler>()
            .AddResilienceHandler(
                Name,
                pipeline =>
                    pipeline
                        .AddConcurrencyLimiter(permitLimit: AtOnce, queueLimit: 64)
                        .AddRetry(
                            new HttpRetryStrategyOptions
                            {
                                MaxRetryAttempts = 1,
                                Delay = TimeSpan.FromMilliseconds(100),
                                UseJitter = true,
                                ShouldRetryAfterHeader = false,
                                ShouldHandle = args => new(MayRepeat(args.Context) && IsTransient(args.Outcome)),
                            }
                        )
                        .AddCircuitBreaker(
                            new HttpCircuitBreakerStrategyOptions
                            {
                                MinimumThroughput = 10,
                                SamplingDuration = TimeSpan.FromSeconds(10),
                                BreakDuration = TimeSpan.FromSeconds(15),
                                FailureRatio = 0.5,
                            }
                        )
                        .AddTimeout(Attempt)
            );
        return services;
    }

    /// <summary>Only what carries an idempotency key, or changes nothing, may be sent twice.</summary>
    private static bool MayRepeat(ResilienceContext context) =>
        context.GetRequestMessage() is { } request && (request.Method == HttpMethod.Get || request.Headers.Contains("Idempotency-Key"));

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) =>
        HttpClientResiliencePredicates.IsTransient(outcome) || outcome.Result?.StatusCode == HttpStatusCode.Conflict;
}
