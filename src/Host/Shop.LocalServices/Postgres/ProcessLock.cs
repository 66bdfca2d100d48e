namespace Shop.LocalServices.Postgres;

/// <summary>Locks between processes. The system lets go of them when a process ends, however it ends.</summary>
internal static class ProcessLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until nobody else holds the file.</summary>
    public static async Task<FileStream> ExclusiveAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryExclusive(path) is { } held)
                return held;
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Null while anybody holds the file, shared or not.</summary>
    public static FileStream? TryExclusive(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    /// <summary>Holds the file together with everybody else who holds it so.</summary>
    public static FileStream Shared(string path) => new(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
}
