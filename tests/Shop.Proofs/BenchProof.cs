using System.Diagnostics;
using System.Globalization;
using Shop.LocalServices.Postgres;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>Reads beside a bare endpoint that returns the same bytes, checkouts beside the same rows in one transaction, start and memory.</summary>
public static class BenchProof
{
    /// <summary>
    /// <c>--products N</c> (10,000), <c>--seconds N</c> for each load (10), <c>--only start|reads|checkouts</c>, <c>--clients N</c>,
    /// <c>--binaries FOLDER</c> of a host that is published already; on the server of SHOP_TEST_POSTGRES when that is set.
    /// </summary>
    public static Task<Verdict> ShowAsync(string[] args) => OnServerAsync(args, RunAsync);

    /// <summary>Publishes the host and starts a server that writes through, unless the arguments and SHOP_TEST_POSTGRES name them.</summary>
    internal static async Task<Verdict> OnServerAsync(string[] args, Func<string[], string, Task<Verdict>> runAsync)
    {
        var folder = Directory.CreateTempSubdirectory("shop-bench-").FullName;
        try
        {
            var binaries = Option(args, "--binaries") ?? await PublishAsync(Path.Combine(folder, "host"));
            if (Environment.GetEnvironmentVariable(TestServer.Variable) is not null)
                return await runAsync(args, binaries);
            // Tests run without fsync; figures must not.
            await using var server = await LocalPostgres.StartAsync(new(Path.Combine(folder, "postgres")), CancellationToken.None);
            Environment.SetEnvironmentVariable(TestServer.Variable, server.ConnectionString);
            return await runAsync(args, binaries);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>As the Dockerfile does.</summary>
    private static async Task<string> PublishAsync(string folder)
    {
        string[] arguments = ["publish", "src/Host/Shop.Host", "-c", "Release", "--use-current-runtime", "--self-contained", "false"];
        using var publish = Process.Start(new ProcessStartInfo("dotnet", [.. arguments, "-v", "quiet", "-nologo", "-o", folder]))!;
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0
            ? folder
            : throw new InvalidOperationException("The host can't be published; run this in the repository's root.");
    }

    private static async Task<Verdict> RunAsync(string[] args, string binaries)
    {
        await using var world = await ShopWorld.StartAsync(binaries: binaries);
        var duration = TimeSpan.FromSeconds(Number(args, "--seconds") ?? 10);
        var only = Option(args, "--only");
        var (holds, figures) = (true, new List<string>());
        if (only is null or "start")
            Add(await BenchStart.RunAsync(world));
        if (only != "start")
            await BenchCatalogue.ImportAsync(world, Number(args, "--products") ?? 10_000);
        if (only is null or "reads")
            Add(await BenchReads.RunAsync(world, duration));
        if (only is null or "checkouts")
            Add(await BenchCheckouts.RunAsync(world, duration, Number(args, "--clients")));
        return new Verdict(holds, string.Join("; ", figures));

        void Add(Verdict part)
        {
            holds &= part.Holds;
            figures.Add(part.Figure);
        }
    }

    internal static int? Number(string[] args, string name) =>
        Option(args, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    internal static string? Option(string[] args, string name) => Array.IndexOf(args, name) is var at and >= 0 ? args[at + 1] : null;
}
