using Shop.LocalServices.Postgres;
using Shop.TestKit.World;

namespace Shop.Host.Tests.Start;

/// <summary>A machine on which nothing is configured: a folder that passes for a fresh clone, and the program started in it.</summary>
internal sealed class Laptop : IAsyncDisposable
{
    /// <summary>How long a start may take on a busy machine, database and all.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("shop-laptop-").FullName;
    private readonly Dictionary<string, string?> _environment;

    public Laptop()
    {
        File.WriteAllText(At("Shop.sln"), "");
        Directory.CreateDirectory(At("tmp"));
        _environment = new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["TMPDIR"] = At("tmp"),
            // What this machine may have set for its own shop.
            ["ConnectionStrings__Shop"] = null,
        };
    }

    /// <summary>True from the moment the private PostgreSQL starts until it has stopped.</summary>
    public bool DatabaseRuns => File.Exists(At(".local/postgres/data/postmaster.pid"));

    public string At(string name) => Path.Combine(_folder, name);

    public ChildProcess Start(params string[] arguments) =>
        ChildProcess.Start("Shop.Host", At($"{Guid.CreateVersion7():N}.log"), arguments, _environment, workingDirectory: _folder);

    public async Task<(int Code, string Output)> RunAsync(params string[] command)
    {
        await using var process = Start(command);
        await process.WaitForExitAsync(Limit);
        return (process.ExitCode, process.Tail(int.MaxValue));
    }

    /// <summary>Waits until the shop in this process takes requests.</summary>
    public static Task IsReadyAsync(ChildProcess shop, HttpClient http) =>
        Eventually.IsTrueAsync(
            "the shop is ready",
            async () =>
            {
                if (shop.HasExited)
                    throw new InvalidOperationException(shop.Tail());
                try
                {
                    using var answer = await http.GetAsync("/health/ready");
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            Limit
        );

    public async ValueTask DisposeAsync()
    {
        // A test that failed may have left its database running.
        if (DatabaseRuns)
            await (await LocalPostgres.StartAsync(new(At(".local/postgres")), CancellationToken.None)).DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
