using System.Collections.Concurrent;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;

namespace Shop.Carts.Data;

/// <summary>What is asked of outside services about a cart.</summary>
/// <param name="Country">Where it goes; empty when nobody said.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="TaxCategories">In alphabetical order.</param>
/// <param name="Methods">Codes of shipping methods.</param>
/// <param name="WeightGrams">The parcel.</param>
/// <param name="SubtotalMinor">Lines as listed.</param>
public sealed record OutsideQuestion(
    string Country,
    string Currency,
    IReadOnlyList<string> TaxCategories,
    IReadOnlyList<string> Methods,
    long WeightGrams,
    long SubtotalMinor
);

/// <summary>
/// Tax rates and shipping prices of services outside, when there are such. Nothing waits for them but who shows a cart, and that up to a
/// deadline; else what they said last counts, and where they never said anything the built-in tables.
/// </summary>
public sealed class OutsideRates
{
    /// <summary>Name of the HTTP client.</summary>
    public const string Client = "carts-outside";

    private const int MostAnswers = 5_000;

    private readonly Source<int> _tax;
    private readonly Source<long> _shipping;

    public OutsideRates(IHttpClientFactory clients, IOptions<CartsOptions> options, TimeProvider clock, ILogger<OutsideRates> logger)
    {
        var fresh = TimeSpan.FromSeconds(options.Value.OutsideFreshSeconds);
        _tax = new(
            options.Value.TaxServiceUrl,
            async (url, question, cancellationToken) =>
            {
                var asked = new TaxRatesRequest(question.Country, question.TaxCategories);
                var answer = await PostAsync<TaxRatesRequest, TaxRatesAnswer>(clients, url, "tax-rates", asked, cancellationToken);
                return answer.Rates.ToDictionary(r => r.Category, r => Within(r.BasisPoints, 0, Domain.Amounts.Whole));
            },
            question => $"{question.Country} {string.Join(' ', question.TaxCategories)}",
            fresh,
            clock,
            logger
        );
        _shipping = new(
            options.Value.RateServiceUrl,
            async (url, question, cancellationToken) =>
            {
                var asked = new ShippingRatesRequest(
                    question.Country,
                    question.Currency,
                    question.WeightGrams,
                    question.SubtotalMinor,
                    question.Methods
                );
                var answer = await PostAsync<ShippingRatesRequest, ShippingRatesAnswer>(
                    clients,
                    url,
                    "shipping-rates",
                    asked,
                    cancellationToken
                );
                return answer.Rates.ToDictionary(r => r.Method, r => Within(r.PriceMinor, 0, 100_000_000L));
            },
            question =>
                $"{question.Country} {question.Currency} {question.WeightGrams} {question.SubtotalMinor} {string.Join(' ', question.Methods)}",
            fresh,
            clock,
            logger
        );
    }

    /// <summary>There are none.</summary>
    public bool IsEmpty => _tax.IsEmpty && _shipping.IsEmpty;

    /// <summary>Basis points by category, as said last.</summary>
    public IReadOnlyDictionary<string, int> Tax(OutsideQuestion question) => _tax.Known(question);

    /// <summary>Prices as listed by method, as said last.</summary>
    public IReadOnlyDictionary<string, long> Shipping(OutsideQuestion question) => _shipping.Known(question);

    /// <summary>Asks what is not known or not fresh, and waits for it up to the deadline. Never throws.</summary>
    public Task RefreshAsync(OutsideQuestion question, CancellationToken cancellationToken) =>
        Task.WhenAll(_tax.RefreshAsync(question, cancellationToken), _shipping.RefreshAsync(question, cancellationToken));

    /// <summary>Adds the HTTP client: a deadline, no second try, a breaker that opens at low traffic too, and a bulkhead.</summary>
    public static void AddHttp(IServiceCollection services, Func<IServiceProvider, CartsOptions> options) =>
        services
            .AddHttpClient(Client, (provider, client) => client.Timeout = TimeSpan.FromMilliseconds(options(provider).OutsideMilliseconds))
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
            .AddResilienceHandler(
                Client,
                (pipeline, context) =>
                    pipeline
                        .AddConcurrencyLimiter(permitLimit: 32, queueLimit: 0)
                        .AddCircuitBreaker(
                            new HttpCircuitBreakerStrategyOptions
                            {
                                MinimumThroughput = 5,
                                SamplingDuration = TimeSpan.FromSeconds(10),
                                BreakDuration = TimeSpan.FromSeconds(15),
                                FailureRatio = 0.5,
                            }
                        )
                        // Shorter than the client's own, so that a hung service counts for the breaker.
                        .AddTimeout(TimeSpan.FromMilliseconds(options(context.ServiceProvider).OutsideMilliseconds * 0.9))
            );

    private static async Task<TAnswer> PostAsync<TRequest, TAnswer>(
        IHttpClientFactory clients,
        string url,
        string path,
        TRequest request,
        CancellationToken cancellationToken
    )
    {
        using var client = clients.CreateClient(Client);
        using var response = await client.PostAsJsonAsync($"{url.TrimEnd('/')}/v1/{path}", request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<TAnswer>(cancellationToken) ?? throw new InvalidDataException("No answer.");
    }

    private static T Within<T>(T value, T least, T most)
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw new InvalidDataException($"{value} is not between {least} and {most}.");

    private sealed class Source<T>(
        string url,
        Func<string, OutsideQuestion, CancellationToken, Task<Dictionary<string, T>>> ask,
        Func<OutsideQuestion, string> key,
        TimeSpan fresh,
        TimeProvider clock,
        ILogger logger
    )
    {
        private static readonly IReadOnlyDictionary<string, T> Nothing = new Dictionary<string, T>();
        private readonly ConcurrentDictionary<string, (IReadOnlyDictionary<string, T> Answer, DateTimeOffset At)> _answers = new();

        public bool IsEmpty => url.Length == 0;

        public IReadOnlyDictionary<string, T> Known(OutsideQuestion question) =>
            _answers.TryGetValue(key(question), out var known) ? known.Answer : Nothing;

        public async Task RefreshAsync(OutsideQuestion question, CancellationToken cancellationToken)
        {
            if (IsEmpty || (_answers.TryGetValue(key(question), out var known) && clock.GetUtcNow() - known.At < fresh))
                return;
            try
            {
                var answer = await ask(url, question, cancellationToken);
                if (_answers.Count >= MostAnswers)
                    _answers.Clear();
                _answers[key(question)] = (answer, clock.GetUtcNow());
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "{Url} did not say what it asks; what it said last counts, or the built-in table", url);
            }
        }
    }

    private sealed record TaxRatesRequest(string Country, IReadOnlyList<string> Categories);

    private sealed record TaxRatesAnswer(IReadOnlyList<TaxRateAnswer> Rates);

    private sealed record TaxRateAnswer(string Category, int BasisPoints);

    private sealed record ShippingRatesRequest(
        string Country,
        string Currency,
        long WeightGrams,
        long SubtotalMinor,
        IReadOnlyList<string> Methods
    );

    private sealed record ShippingRatesAnswer(IReadOnlyList<ShippingRateAnswer> Rates);

    private sealed record ShippingRateAnswer(string Method, long PriceMinor);
}
