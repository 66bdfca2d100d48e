using Npgsql;

namespace Shop.LocalServices.Postgres;

/// <summary>Which private server to run, and how careful it is with its data.</summary>
/// <param name="Folder">Holds the cluster, its log and its lock files; made when missing. One server per folder.</param>
public sealed record LocalPostgresOptions(string Folder)
{
    /// <summary>True: what is committed survives a power cut. False is for tests: many times faster, and worthless after a crash of the machine.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Where downloaded binaries are kept; null: <c>postgres-bin</c> beside <see cref="Folder" />, shared by neighbours.</summary>
    public string? BinariesFolder { get; init; }

    /// <summary>Runs once each time the server was started, before anybody else can attach to it.</summary>
    public Func<NpgsqlConnection, CancellationToken, Task>? Started { get; init; }
}
