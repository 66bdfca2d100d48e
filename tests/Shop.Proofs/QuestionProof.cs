using System.Net.Http.Json;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>
/// How long a question to another process takes: over HTTP, and, in a Debug build, where the bus can compile its handler, over
/// PostgreSQL's queues in the same run.
/// </summary>
public static class QuestionProof
{
    private const string Sku = "BOOT-42";
    private const double MaxP99 = 10;
    private const int Askers = 1;
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    /// <summary>One asker, who asks again as soon as it has the answer.</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        var table = new Table(("a question to another process", 30), ("per second", 10), ("p50 ms", 8), ("p95 ms", 8), ("p99 ms", 8));
        var http = await OverHttpAsync();
        table.Load("over HTTP", http);
#if DEBUG
        table.Load("over PostgreSQL's queues", await BusQuestion.MeasureAsync(Askers, Duration));
#endif
        return new(http.Failed == 0 && http.P99 < MaxP99, $"p99 {http.P99:F1} ms (bound {MaxP99:F0} ms), {http.Failed} failed");
    }

    // As Checkout asks Products what it charges, with Products outside.
    private static async Task<LoadResult> OverHttpAsync()
    {
        await using var world = await ShopWorld.StartAsync(topology: Topology.Without("Products"));
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync((Sku, 4_900, 10));
        using var client = new HttpClient { BaseAddress = world.AddressOf("Products") };
        client.DefaultRequestHeaders.Add("Shop-Service-Key", Topology.Key);
        await Load.RunAsync(Askers, Warm, _ => AskAsync());
        return await Load.RunAsync(Askers, Duration, _ => AskAsync());

        async Task<bool> AskAsync()
        {
            using var answer = await client.PostAsJsonAsync("/internal/queries/products.get-offers.v1", new { skus = new[] { Sku } });
            return answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync()).Contains(Sku, StringComparison.Ordinal);
        }
    }
}
