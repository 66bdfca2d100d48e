using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Shop.Search.Rebuilds;

/// <summary>
/// Works on the active rebuild, wherever it was asked for: one process at a time, and another one goes on when that is killed. Once, and after
/// the active one, it asks for one when the shop's language isn't the index'.
/// </summary>
internal sealed partial class RebuildWorker(
    RebuildBook book,
    IOptions<SearchOptions> options,
    TimeProvider clock,
    ILogger<RebuildWorker> logger
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BeforeRetry = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _asked = new(0);
    private bool _languageSettled;

    /// <summary>Looks at once instead of at the next turn.</summary>
    public void Wake() => _asked.Release();

    /// <inheritdoc />
    public override void Dispose()
    {
        _asked.Dispose();
        base.Dispose();
    }

    /// <summary>Works until there is nothing to do.</summary>
    internal async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (await NextAsync(cancellationToken) is { } id)
        {
            try
            {
                while (await book.StepAsync(id, cancellationToken)) { }
            }
            catch (NpgsqlException e)
            {
                LogFailed(e, id);
                await book.FailAsync(id, cancellationToken);
                await Task.Delay(BeforeRetry, clock, cancellationToken);
            }
        }
    }

    private async Task<Guid?> NextAsync(CancellationToken cancellationToken)
    {
        if (!_languageSettled)
            _languageSettled = await SettleLanguageAsync(cancellationToken);
        return await book.ClaimAsync(cancellationToken);
    }

    // Nothing can be asked for while a rebuild is active, and that may be one into another language. What was asked for once isn't asked for again:
    // staff may have stopped it.
    private async Task<bool> SettleLanguageAsync(CancellationToken cancellationToken)
    {
        var language = await book.LanguageAsync(cancellationToken);
        if (language == options.Value.Language)
            return true;
        if (!await book.RequestAsync(Guid.CreateVersion7(), options.Value.Language, null, cancellationToken))
            return false;
        LogLanguage(language, options.Value.Language);
        return true;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                LogNoDatabase(e);
            }
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(_asked.WaitAsync(turn.Token), Task.Delay(Every, clock, turn.Token));
            await turn.CancelAsync();
        }
    }

    [LoggerMessage(LogLevel.Information, "The index was made for {Old} and the shop speaks {New}; it is rebuilt")]
    private partial void LogLanguage(string old, string @new);

    [LoggerMessage(LogLevel.Warning, "A step of rebuild {Id} failed and is tried again")]
    private partial void LogFailed(Exception exception, Guid id);

    [LoggerMessage(LogLevel.Warning, "It could not be seen whether there is a rebuild to work on; the next turn will do")]
    private partial void LogNoDatabase(Exception exception);
}
