using Shop.LocalServices.Postgres;

namespace Shop.LocalServices;

/// <summary>
/// How the services of a folder are reached, written down in it while they run: a command of the shop finds those of the shop, on
/// whichever ports. The note of a process that was killed stays, but not its lock.
/// </summary>
internal sealed class Whereabouts : IAsyncDisposable
{
    private readonly string _folder;
    private readonly FileStream _held;

    private Whereabouts(string folder, FileStream held) => (_folder, _held) = (folder, held);

    /// <summary>Settings that point a host at them; null when none run.</summary>
    public static Dictionary<string, string>? Find(string folder)
    {
        try
        {
            var lines = File.ReadAllLines(NoteIn(folder));
            using var alone = ProcessLock.TryExclusive(LockIn(folder));
            return alone is null ? lines.Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1]) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes them down until it is disposed; null when another process has done so.</summary>
    public static Whereabouts? Write(string folder, IReadOnlyDictionary<string, string> settings)
    {
        if (ProcessLock.TryExclusive(LockIn(folder)) is not { } held)
            return null;
        var whole = NoteIn(folder) + ".new";
        File.WriteAllLines(whole, settings.Select(s => $"{s.Key}={s.Value}"));
        File.Move(whole, NoteIn(folder), overwrite: true);
        return new(folder, held);
    }

    public ValueTask DisposeAsync()
    {
        File.Delete(NoteIn(_folder));
        return _held.DisposeAsync();
    }

    private static string NoteIn(string folder) => Path.Combine(folder, "running");

    private static string LockIn(string folder) => Path.Combine(folder, "running.lock");
}
