using System.Collections.Concurrent;
using System.Text;
using MimeKit;

namespace Shop.LocalServices.Mail;

/// <summary>A mail in the list.</summary>
/// <param name="Id">Its file's name; sorts by arrival.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="From">The envelope's sender.</param>
/// <param name="To">The envelope's recipients.</param>
/// <param name="Subject">As the mail says.</param>
/// <param name="Size">Bytes.</param>
internal sealed record StoredMail(string Id, DateTimeOffset ReceivedAt, string From, IReadOnlyList<string> To, string Subject, long Size);

/// <summary>The last mails, each an .eml file; the envelope stands in headers before the mail's own.</summary>
internal sealed class MailStore
{
    private const string Sender = "Return-Path";
    private const string Recipient = "Delivered-To";
    private const string Extension = ".eml";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly int _most;
    private readonly TimeProvider _clock;
    private readonly SortedList<string, StoredMail> _mails = new(StringComparer.Ordinal);

    private DateTimeOffset _last;

    public MailStore(string folder, int most, TimeProvider clock)
    {
        (_folder, _most, _clock) = (folder, most, clock);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(folder, "*.tmp"))
            File.Delete(file);
        var found = new ConcurrentBag<StoredMail>();
        Parallel.ForEach(Directory.EnumerateFiles(folder, "*" + Extension), file => found.Add(Describe(file)));
        foreach (var mail in found)
            _mails.Add(mail.Id, mail);
        DropOldest();
    }

    /// <summary>Newest first.</summary>
    /// <param name="to">Only mails to this address, or null for all.</param>
    public IReadOnlyList<StoredMail> List(string? to)
    {
        lock (_gate)
            return [.. _mails.Values.Reverse().Where(m => to is null || m.To.Contains(to, StringComparer.OrdinalIgnoreCase))];
    }

    public StoredMail? Find(string id)
    {
        lock (_gate)
            return _mails.GetValueOrDefault(id);
    }

    /// <summary>The mail itself; null when it is gone.</summary>
    public MimeMessage? Read(string id)
    {
        if (Find(id) is null)
            return null;
        try
        {
            using var file = File.OpenRead(FileOf(id));
            return MimeMessage.Load(file);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public string FileOf(string id) => Path.Combine(_folder, id + Extension);

    /// <summary>Keeps a mail; when this returns it survives the end of the process.</summary>
    /// <exception cref="FormatException">It isn't a mail.</exception>
    public void Add(string from, IReadOnlyList<string> to, ReadOnlyMemory<byte> content)
    {
        var id = NextId();
        var unfinished = Path.Combine(_folder, id + ".tmp");
        using (var file = File.Create(unfinished))
        {
            file.Write(Encoding.UTF8.GetBytes(Envelope(from, to)));
            file.Write(content.Span);
        }
        File.Move(unfinished, FileOf(id));
        var mail = Describe(FileOf(id));
        lock (_gate)
        {
            _mails.Add(id, mail);
            DropOldest();
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            foreach (var id in _mails.Keys)
                File.Delete(FileOf(id));
            _mails.Clear();
        }
    }

    // Later mails sort later, even those of the same millisecond.
    private string NextId()
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            _last = now > _last + Tick ? now : _last + Tick;
            return Guid.CreateVersion7(_last).ToString("N");
        }
    }

    private static string Envelope(string from, IReadOnlyList<string> to)
    {
        var headers = new StringBuilder($"{Sender}: <{from}>\r\n");
        foreach (var recipient in to)
            headers.Append($"{Recipient}: {recipient}\r\n");
        return headers.ToString();
    }

    private static StoredMail Describe(string path)
    {
        using var file = File.OpenRead(path);
        var headers = HeaderList.Load(file);
        var id = Path.GetFileNameWithoutExtension(path);
        return new(
            id,
            Arrival(id, path),
            (headers[Sender] ?? "").Trim('<', '>'),
            [.. headers.Where(h => h.Field == Recipient).Select(h => h.Value)],
            headers[HeaderId.Subject] ?? "",
            file.Length
        );
    }

    // A version 7 id begins with its time.
    private static DateTimeOffset Arrival(string id, string path) =>
        id.Length == 32 && long.TryParse(id.AsSpan(0, 12), System.Globalization.NumberStyles.HexNumber, null, out var milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : File.GetLastWriteTimeUtc(path);

    private void DropOldest()
    {
        while (_mails.Count > _most)
        {
            File.Delete(FileOf(_mails.GetKeyAtIndex(0)));
            _mails.RemoveAt(0);
        }
    }
}
