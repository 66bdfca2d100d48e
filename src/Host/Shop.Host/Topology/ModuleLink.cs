using System.Net.Sockets;
using Polly;
using Polly.CircuitBreaker;
using Shop.BuildingBlocks.Messaging;

namespace Shop.Host.Topology;

/// <summary>
/// The way by HTTP to a module in another process, for its queries and for the requests that the gateway forwards. When every other call
/// fails, it is closed for some seconds, so that nobody waits for what is not there.
/// </summary>
public sealed class ModuleLink : IDisposable
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(1);

    private readonly PlacedModule _module;
    private readonly ResiliencePipeline _breaker = new ResiliencePipelineBuilder()
        .AddCircuitBreaker(
            new()
            {
                ShouldHandle = new PredicateBuilder().Handle<ModuleUnavailableException>().Handle<TimeoutException>(),
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(2),
            }
        )
        .Build();

    /// <summary>Opens no connection yet.</summary>
    public ModuleLink(PlacedModule module)
    {
        _module = module;
        Address = module.Address ?? throw new InvalidOperationException($"{module.Name} has no address.");
        Calls = new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = System.Net.DecompressionMethods.None,
                ConnectTimeout = ConnectLimit,
                // As many as the public listener takes: streams stay open, and others must get past them.
                MaxConnectionsPerServer = 1_000,
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
                // A module's address may be a name that stands for other machines tomorrow.
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                ActivityHeadersPropagator = System.Diagnostics.DistributedContextPropagator.Current,
            }
        );
    }

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    /// <summary>Sends requests.</summary>
    public HttpMessageInvoker Calls { get; }

    /// <summary>Runs a call. It says by exception when the module can't be reached; that counts for the breaker.</summary>
    /// <exception cref="ModuleUnavailableException">It couldn't be reached, or couldn't a moment ago.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await _breaker.ExecuteAsync(
                async token =>
                {
                    try
                    {
                        return await call(token);
                    }
                    catch (HttpRequestException e)
                    {
                        throw new ModuleUnavailableException(
                            _module.Name,
                            (e.InnerException as SocketException)?.SocketErrorCode.ToString() ?? e.HttpRequestError.ToString(),
                            e
                        );
                    }
                },
                cancellationToken
            );
        }
        catch (BrokenCircuitException e)
        {
            throw new ModuleUnavailableException(_module.Name, "it didn't answer a moment ago", e);
        }
    }

    /// <inheritdoc />
    public void Dispose() => Calls.Dispose();
}

/// <summary>The links to all modules that are, or also are, in another process.</summary>
public sealed class ModuleLinks(Placement placement) : IDisposable
{
    private readonly Dictionary<string, ModuleLink> _links = placement
        .Modules.Where(m => m.Address is not null)
        .ToDictionary(m => m.Name, m => new ModuleLink(m));

    /// <summary>The link to a module that is somewhere else.</summary>
    public ModuleLink To(string module) => _links[module];

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var link in _links.Values)
            link.Dispose();
    }
}
