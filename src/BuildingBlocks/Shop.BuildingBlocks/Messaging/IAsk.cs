using Shop.BuildingBlocks.Contracts;

namespace Shop.BuildingBlocks.Messaging;

/// <summary>
/// Asks a module, wherever it runs. For endpoints and background services; a message handler that waited for another module would hold its
/// transaction open.
/// </summary>
public interface IAsk
{
    /// <summary>The answer, within the deadline.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    /// <exception cref="ModuleUnavailableException">The module is in another process, which can't be reached or refuses.</exception>
    Task<TReply> AskAsync<TReply>(IQuery<TReply> query, TimeSpan deadline, CancellationToken cancellationToken);
}

/// <summary>A module in another process did not answer.</summary>
/// <param name="module">Its name.</param>
/// <param name="reason">What happened instead.</param>
/// <param name="cause">What it was learnt from.</param>
public sealed class ModuleUnavailableException(string module, string reason, Exception? cause = null)
    : Exception($"{module} is unavailable: {reason}", cause);
