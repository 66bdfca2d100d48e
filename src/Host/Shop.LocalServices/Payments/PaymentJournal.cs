using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shop.LocalServices.Payments;

/// <summary>One request's effect, or the news that an event needs no more telling.</summary>
internal sealed record JournalLine
{
    public required DateTimeOffset At { get; init; }

    public Intent? Intent { get; init; }

    public Refund? Refund { get; init; }

    public IReadOnlyList<EventName>? Events { get; init; }

    public SavedKey? Key { get; init; }

    /// <summary>The event that was delivered or given up.</summary>
    public string? Settled { get; init; }
}

internal sealed record EventName(string Id, string Type);

internal sealed record SavedKey(string Key, string Hash, StripeError? Error);

/// <summary>
/// The provider's memory: a file of JSON lines, only ever appended to. Each line is one write to the operating system before the request is
/// answered, so a killed simulator forgets nothing it has answered for.
/// </summary>
internal sealed class PaymentJournal : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly FileStream _file;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file; nobody else may have it open for writing.</param>
    /// <param name="replay">Gets every line of an earlier life.</param>
    /// <exception cref="IOException">Another simulator uses the file.</exception>
    /// <exception cref="InvalidDataException">A line in the middle isn't one of ours.</exception>
    public PaymentJournal(string path, Action<JournalLine> replay)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = Open(path);
        try
        {
            _file.SetLength(Replay(replay));
            _file.Seek(0, SeekOrigin.End);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public void Append(JournalLine line)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(line, Json);
        Array.Resize(ref bytes, bytes.Length + 1);
        bytes[^1] = (byte)'\n';
        _file.Write(bytes);
    }

    public void Dispose() => _file.Dispose();

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e)
        {
            throw new IOException($"Another payment simulator uses {path}. Is the shop running already?", e);
        }
    }

    // Length of the whole lines: a torn last one was never answered for.
    private long Replay(Action<JournalLine> replay)
    {
        var whole = 0L;
        using var reader = new StreamReader(_file, Encoding.UTF8, bufferSize: 1 << 16, leaveOpen: true);
        for (var number = 1; reader.ReadLine() is { } text; number++)
        {
            var end = whole + Encoding.UTF8.GetByteCount(text) + 1;
            if (end > _file.Length)
                break;
            replay(Parse(text) ?? throw new InvalidDataException($"{_file.Name} line {number} isn't a payment record."));
            whole = end;
        }
        return whole;
    }

    private static JournalLine? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JournalLine>(text, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
