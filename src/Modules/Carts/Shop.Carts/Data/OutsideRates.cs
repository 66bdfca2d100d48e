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
)
{
    /// <summary>What an answer holds for, roughly.</summary>
    internal string Place => $"{Country} {Currency}";
}

/// <summary>
/// Tax rates and shipping prices of services outside, when there are such. Nothing waits for them but who shows a cart, and that up to a
/// deadline; else what they said last counts, and where they never said anything the built-in tables.
/// </summary>
public sealed class OutsideRates
{
    private const string TaxClient = "carts-tax";
    private const string RateClient = "carts-rates";

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
                var answer = await PostAsync<TaxRatesRequest, TaxRatesAnswer>(
                    clients.CreateClient(TaxClient),
                    url,
                    "tax-rates",
                    asked,
                    cancellationToken
                );
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
                    clients.CreateClient(RateClient),
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

    /// <summary>
    /// Adds the HTTP clients, each with a deadline, no second try, a breaker that opens at low traffic too, and a bulkhead; one service's
    /// trouble is not the other's.
    /// </summary>
    public static void AddHttp(IServiceCollection services, Func<IServiceProvider, CartsOptions> options)
    {
        AddHttp(services, TaxClient, options);
        AddHttp(services, RateClient, options);
    }

    private static void AddHttp(IServiceCollection services, string name, Func<IServiceProvider, CartsOptions> options) =>
        services
            .AddHttpClient(name, (provider, client) => client.Timeout = TimeSpan.FromMilliseconds(options(provider).OutsideMilliseconds))
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
                name,
                (pipeline, context) =>
                    pipeline
                        .AddConcurrencyLimiter(permitLimit: 32, queueLimit: 0)
                        .AddCircuitBreaker(
                            new HttpCircuitBreakerStrategyOptions
                            {
                                MinimumThroughput = 5,
                                // Long enough for one shopper who waits out the deadline each time.
                                SamplingDuration = TimeSpan.FromSeconds(30),
                                BreakDuration = TimeSpan.FromSeconds(15),
                                FailureRatio = 0.5,
                            }
                        )
                        // Shorter than the client's own, so that a hung service counts for the breaker.
                        .AddTimeout(TimeSpan.FromMilliseconds(options(context.ServiceProvider).OutsideMilliseconds * 0.9))
            );

    private static async Task<TAnswer> PostAsync<TRequest, TAnswer>(
        HttpClient client,
        string url,
        string path,
        TRequest request,
        CancellationToken cancellationToken
    )
    {
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
        private readonly ConcurrentDictionary<string, Answer<T>> _answers = new();
        private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, T>> _last = new();
        private readonly ConcurrentDictionary<string, Lazy<Task>> _asking = new();
        private bool _isSilent;

        public bool IsEmpty => url.Length == 0;

        // A cart like no other before is priced by what was said last of its country.
        public IReadOnlyDictionary<string, T> Known(OutsideQuestion question) =>
            _answers.TryGetValue(key(question), out var known) ? known.Rates : _last.GetValueOrDefault(question.Place, Nothing);

        public async Task RefreshAsync(OutsideQuestion question, CancellationToken cancellationToken)
        {
            var about = key(question);
            if (IsEmpty || (_answers.TryGetValue(about, out var known) && clock.GetUtcNow() - known.At < fresh))
                return;
            // Whoever asks the same at the same time waits for the same answer, and asks for all: his leaving does not end it.
            var asking = _asking.GetOrAdd(about, _ => new(() => AskAsync(question, about)));
            await asking.Value.WaitAsync(cancellationToken);
        }

        private async Task AskAsync(OutsideQuestion question, string about)
        {
            try
            {
                var rates = await ask(url, question, CancellationToken.None);
                if (_answers.Count >= MostAnswers)
                    foreach (var old in _answers.OrderBy(a => a.Value.At).Take(MostAnswers / 10))
                        _answers.TryRemove(old);
                _answers[about] = new(rates, clock.GetUtcNow());
                _last.AddOrUpdate(question.Place, rates, (_, before) => Merge(before, rates));
                if (Interlocked.Exchange(ref _isSilent, false))
                    logger.LogInformation("{Host} answers again", new Uri(url).Host);
            }
            catch (Exception e)
            {
                if (!Interlocked.Exchange(ref _isSilent, true))
                    logger.LogWarning(e, "{Host} does not answer; what it said last counts, or the built-in table", new Uri(url).Host);
            }
            finally
            {
                _asking.TryRemove(about, out _);
            }
        }

        private static Dictionary<string, T> Merge(IReadOnlyDictionary<string, T> before, Dictionary<string, T> now)
        {
            var merged = new Dictionary<string, T>(before);
            foreach (var (name, value) in now)
                merged[name] = value;
            return merged;
        }
    }

    private sealed record Answer<T>(IReadOnlyDictionary<string, T> Rates, DateTimeOffset At);

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
