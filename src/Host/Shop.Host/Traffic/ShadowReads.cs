using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Threading.Channels;
using Shop.BuildingBlocks;
using Shop.Host.Topology;
using Yarp.ReverseProxy.Forwarder;

namespace Shop.Host.Traffic;

/// <summary>
/// Asks the other side what was just answered here and compares. The caller gets the answer from here and waits for nothing; when more is
/// read than can be compared, some reads aren't.
/// </summary>
public sealed class ShadowReads(
    ModuleLinks links,
    ServiceKey key,
    TrafficStore store,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<ShadowReads> log
) : BackgroundService
{
    private const int MaxWaiting = 100;
    private const int Comparers = 2;
    private const int MaxBytes = 256 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(1);
    private static readonly string[] Carried =
    [
        "Authorization",
        "Cart-Token",
        "Accept",
        "Accept-Language",
        "If-None-Match",
        "If-Modified-Since",
        "Range",
    ];

    private static readonly Counter<long> Compared = Telemetry.Meter.CreateCounter<long>(
        "shop.traffic.shadow_reads",
        description: "Reads that both sides answered, by module and by whether the answers were the same."
    );

    private readonly Channel<Read> _reads = Channel.CreateBounded<Read>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private long _sampledAt;

    private sealed record Read(
        string Module,
        PathString Path,
        QueryString Query,
        string Route,
        (string Name, string Value)[] Headers,
        int Status,
        byte[] Body
    );

    /// <summary>Answers here, keeps a copy, and has it compared.</summary>
    public async Task ServeAsync(HttpContext context, PlacedModule module, RequestDelegate next)
    {
        var body = context.Response.Body;
        await using var copy = new CopyingStream(body, MaxBytes);
        context.Response.Body = copy;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }
        // What no endpoint answered is nobody's read.
        if (copy.Copy is not { } bytes || context.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } route })
            return;
        var headers = Carried.Where(h => context.Request.Headers.ContainsKey(h)).Select(h => (h, context.Request.Headers[h].ToString()));
        _reads.Writer.TryWrite(
            new(module.Name, context.Request.Path, context.Request.QueryString, route, [.. headers], context.Response.StatusCode, bytes)
        );
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Comparers).Select(_ => CompareAllAsync(stoppingToken)));

    private async Task CompareAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var read in _reads.Reader.ReadAllAsync(cancellationToken))
                await CompareAsync(read);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task CompareAsync(Read read)
    {
        var result = "failed";
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
            limit.CancelAfter(Limit);
            var link = links.To(read.Module);
            using var request = new HttpRequestMessage(
                HttpMethod.Get,
                RequestUtilities.MakeDestinationAddress(link.Address.ToString(), read.Path, read.Query)
            );
            foreach (var (name, value) in read.Headers)
                request.Headers.TryAddWithoutValidation(name, value);
            request.Headers.Add(ServiceKey.Header, key.Value);
            using var answer = await link.Calls.SendAsync(request, limit.Token);
            var fields = Differences(read.Body, await answer.Content.ReadAsByteArrayAsync(limit.Token));
            result = read.Status == (int)answer.StatusCode && fields.Count == 0 ? "same" : "different";
            if (result == "different" && IsTimeToSample())
                await store.SampleAsync(
                    read.Module,
                    read.Route,
                    read.Status,
                    (int)answer.StatusCode,
                    string.Join(", ", fields),
                    limit.Token
                );
        }
        catch (Exception e)
        {
            log.LogDebug(e, "A read of {Module} was not compared", read.Module);
        }
        Compared.Add(1, new("module", read.Module), new("result", result));
    }

    private bool IsTimeToSample()
    {
        var last = Interlocked.Read(ref _sampledAt);
        var now = clock.GetTimestamp();
        return (last == 0 || clock.GetElapsedTime(last, now) > SampleEvery)
            && Interlocked.CompareExchange(ref _sampledAt, now, last) == last;
    }

    /// <summary>The fields in which two answers differ, ten at most; their names alone, for what is in them may be somebody's.</summary>
    public static IReadOnlyList<string> Differences(byte[] here, byte[] there)
    {
        if (here.AsSpan().SequenceEqual(there))
            return [];
        try
        {
            using var left = JsonDocument.Parse(here);
            using var right = JsonDocument.Parse(there);
            var found = new SortedSet<string>(StringComparer.Ordinal);
            Walk(left.RootElement, right.RootElement, "", found);
            return [.. found.Take(10)];
        }
        catch (JsonException)
        {
            return ["(body)"];
        }
    }

    private static void Walk(JsonElement left, JsonElement right, string path, SortedSet<string> found)
    {
        if (left.ValueKind == JsonValueKind.Object && right.ValueKind == JsonValueKind.Object)
        {
            var names = left.EnumerateObject().Select(p => p.Name).Union(right.EnumerateObject().Select(p => p.Name));
            // Each answer has a trace of its own.
            foreach (var name in names.Where(n => n != "traceId"))
                if (left.TryGetProperty(name, out var l) && right.TryGetProperty(name, out var r))
                    Walk(l, r, $"{path}/{name}", found);
                else
                    found.Add($"{path}/{name}");
        }
        else if (
            left.ValueKind == JsonValueKind.Array
            && right.ValueKind == JsonValueKind.Array
            && left.GetArrayLength() == right.GetArrayLength()
        )
            foreach (var (l, r) in left.EnumerateArray().Zip(right.EnumerateArray()))
                Walk(l, r, $"{path}/[]", found);
        else if (!JsonElement.DeepEquals(left, right))
            found.Add(path.Length == 0 ? "(body)" : path);
    }
}
