using System.Globalization;
using Shop.LocalServices.Postgres;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>Reads beside a bare endpoint that returns the same bytes, checkouts beside the same rows in one transaction, start and memory.</summary>
public static class BenchProof
{
    /// <summary><c>--products N</c> (10,000), <c>--seconds N</c> for each load (10), <c>--only start|reads|checkouts</c>, <c>--clients N</c>.</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        // Tests run without fsync; figures must not.
        var folder = Directory.CreateTempSubdirectory("shop-bench-").FullName;
        await using var server = await LocalPostgres.StartAsync(new(Path.Combine(folder, "postgres")), CancellationToken.None);
        if (Environment.GetEnvironmentVariable(TestServer.Variable) is null)
            Environment.SetEnvironmentVariable(TestServer.Variable, server.ConnectionString);
        await using var world = await ShopWorld.StartAsync(binaries: args is ["--binaries", var binaries, ..] ? binaries : null);
        var duration = TimeSpan.FromSeconds(Option(args, "--seconds") ?? 10);
        var only = Array.IndexOf(args, "--only") is var at and >= 0 ? args[at + 1] : null;
        var (holds, figures) = (true, new List<string>());
        if (only is null or "start")
            Add(await BenchStart.RunAsync(world));
        if (only != "start")
            await BenchCatalogue.ImportAsync(world, Option(args, "--products") ?? 10_000);
        if (only is null or "reads")
            Add(await BenchReads.RunAsync(world, duration));
        if (only is null or "checkouts")
            Add(await BenchCheckouts.RunAsync(world, duration, Option(args, "--clients")));
        return new Verdict(holds, string.Join("; ", figures));

        void Add(Verdict part)
        {
            holds &= part.Holds;
            figures.Add(part.Figure);
        }
    }

    private static int? Option(string[] args, string name) =>
        Array.IndexOf(args, name) is var at and >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : null;
}
