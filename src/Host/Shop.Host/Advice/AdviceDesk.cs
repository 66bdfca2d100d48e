using Microsoft.Extensions.Options;
using Shop.Host.Topology;

namespace Shop.Host.Advice;

/// <summary>Puts the figures of all sources together and has them judged.</summary>
internal sealed class AdviceDesk(
    RequestMeter meter,
    AdviceDatabase database,
    Placement placement,
    IOptions<AdviceOptions> options,
    TimeProvider clock
) : IDisposable
{
    private const string HistoryElsewhere = "Commits and engineers: `Shop.Host advise` reads them where a checkout is at hand.";

    // Counting a week of messages may be the dearest query of a shop, and people press reload.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1);
    private (DateTimeOffset At, DatabaseFigures Figures)? _last;

    /// <summary>Advice by the figures of this process, as one that serves gives it.</summary>
    public async Task<ShopAdvice> AdviseAsync(IEnumerable<Endpoint> endpoints, CancellationToken cancellationToken)
    {
        var (period, requests) = meter.Read();
        var figures = await ReadAsync(period.From, cancellationToken);
        return Advise(endpoints, period, requests, figures, new(null, null, HistoryElsewhere), []);
    }

    /// <summary>Advice by the figures of another process, if it gave any.</summary>
    /// <param name="endpoints">The routes of this process.</param>
    /// <param name="period">Which requests were counted elsewhere; null when that isn't known.</param>
    /// <param name="requests">Those requests, by module.</param>
    /// <param name="missing">Why there are none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ShopAdvice> AdviseAsync(
        IEnumerable<Endpoint> endpoints,
        RequestPeriod? period,
        IReadOnlyDictionary<string, ModuleRequests> requests,
        IEnumerable<string> missing,
        CancellationToken cancellationToken
    )
    {
        var history = SourceHistory.ReadAsync(cancellationToken);
        var figures = await database.ReadAsync(period?.From, cancellationToken);
        return Advise(endpoints, period, requests, figures, await history, missing);
    }

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    private ShopAdvice Advise(
        IEnumerable<Endpoint> endpoints,
        RequestPeriod? period,
        IReadOnlyDictionary<string, ModuleRequests> requests,
        DatabaseFigures figures,
        SourceHistory history,
        IEnumerable<string> missing
    )
    {
        var routes = endpoints.ToArray();
        var shop = new ShopFigures(figures.Users, history.Engineers, period);
        var modules = placement.Modules.Select(m =>
            Adviser.Judge(
                m.Name,
                new(
                    m.IsHere,
                    requests.GetValueOrDefault(m.Name),
                    figures.TimeShares?[m.Name],
                    figures.Bytes?[m.Name],
                    figures.Flows is null ? null : MessageFlow.Sum(m.Name, figures.Flows, period is not null),
                    ModuleTies.PartnersOf(m.Module),
                    m.IsHere ? ModuleTies.IsStateless(m.Module, routes) : null,
                    history.Commits?[m.Name]
                ),
                shop,
                options.Value
            )
        );
        return new(
            clock.GetUtcNow(),
            shop,
            Adviser.SizeOf(shop, options.Value),
            [.. modules],
            options.Value,
            [.. missing, .. figures.Missing, .. history.Missing is { } why ? (string[])[why] : []]
        );
    }

    private async Task<DatabaseFigures> ReadAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_last is not { } last || clock.GetUtcNow() - last.At > Freshness)
                _last = last = (clock.GetUtcNow(), await database.ReadAsync(from, cancellationToken));
            return last.Figures;
        }
        finally
        {
            _gate.Release();
        }
    }
}
