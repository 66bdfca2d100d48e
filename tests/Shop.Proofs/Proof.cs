using System.Diagnostics;

namespace Shop.Proofs;

/// <summary>What a proof found.</summary>
/// <param name="Holds">The claim holds.</param>
/// <param name="Figure">The last line: the one figure that stands for the claim.</param>
public sealed record Verdict(bool Holds, string Figure);

/// <summary>A claim of the shop and the code that shows it.</summary>
/// <param name="Name">What to type.</param>
/// <param name="Claim">What is shown.</param>
/// <param name="ShowAsync">Shows it; arguments are those after the name.</param>
public sealed record Proof(string Name, string Claim, Func<string[], Task<Verdict>> ShowAsync)
{
    private static readonly Proof[] All =
    [
        new("purchase", "One purchase over HTTP: paid once, stock down, one mail, the books agree.", PurchaseProof.ShowAsync),
        new("double-submit", "The same key twice and two tabs with one cart: one order.", DoubleSubmitProof.ShowAsync),
        new("contention", "200 buyers at once for 50 units: exactly 50 orders.", ContentionProof.ShowAsync),
        new(
            "flash-sale",
            "500 clients for 100 units of one SKU over HTTP: exactly 100 sold. Inventory's coalescer alone, without queue and inbox: exactly 100 held, 300 holds/s, others' p99 at most twice as long.",
            FlashSaleProof.ShowAsync
        ),
        new("crash", "kill -9 at every fault point: each purchase ends, the books agree.", CrashProof.ShowAsync),
        new("topologies", "The same purchases wherever the modules run.", TopologiesProof.ShowAsync),
        new("move", "Modules go out and come back under load: no request fails, no message is lost or handled twice.", MoveProof.ShowAsync),
        new("step-back", "Traffic comes back by itself from a side that is slow or failing.", StepBackProof.ShowAsync),
        new(
            "twins",
            "Two whole shops on one database: every purchase works, and when one is killed nothing is lost.",
            TwinsProof.ShowAsync
        ),
        new("distance", "What it costs to have modules in other processes.", DistanceProof.ShowAsync),
        new("question", "A question to another process is answered within 10 ms.", QuestionProof.ShowAsync),
        new(
            "import",
            "100,000 products come in beside a shop that serves, also after kill -9, and bad rows stop nothing.",
            ImportProof.ShowAsync
        ),
        new("bench", "Reads next to a bare endpoint, checkouts next to pgbench.", BenchProof.ShowAsync),
        new(
            "bench-catalogue",
            "With 100,000 products pages, searches by facets, suggestions and carts answer in time, and the index is rebuilt meanwhile.",
            CatalogueProof.ShowAsync
        ),
    ];

    /// <summary>Runs the proof that the first argument names; exit code 0 only when its claim holds.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["bare-endpoint", var port, var file])
            return await BareEndpoint.ServeAsync(port, file);
        if (All.FirstOrDefault(p => p.Name == args.FirstOrDefault()) is not { } proof)
        {
            foreach (var known in All)
                Console.WriteLine($"{known.Name, -16}{known.Claim}");
            return 2;
        }
        Console.WriteLine(proof.Claim);
        var started = Stopwatch.GetTimestamp();
        var verdict = await proof.ShowAsync(args[1..]);
        Console.WriteLine($"{(verdict.Holds ? "holds" : "DOES NOT HOLD")} after {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s");
        Console.WriteLine(verdict.Figure);
        return verdict.Holds ? 0 : 1;
    }
}
