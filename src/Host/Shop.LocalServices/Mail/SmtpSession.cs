using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Shop.LocalServices.Mail;

/// <summary>One client's conversation, as RFC 5321 has it.</summary>
internal sealed class SmtpSession(Stream stream, MailStore store, int mostBytes)
{
    private const int LongestLine = 4_096;
    private const int MostRecipients = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly PipeReader _input = PipeReader.Create(stream);
    private readonly List<string> _to = [];
    private string? _from;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await SayAsync("220 shop mail sink", cancellationToken);
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            var space = line.IndexOf(' ');
            var verb = (space < 0 ? line : line[..space]).ToUpperInvariant();
            var rest = space < 0 ? "" : line[(space + 1)..].Trim();
            if (verb == "DATA")
                await TakeMailAsync(cancellationToken);
            else
                await SayAsync(Answer(verb, rest), cancellationToken);
            if (verb == "QUIT")
                return;
        }
    }

    private string Answer(string verb, string rest)
    {
        switch (verb)
        {
            case "EHLO":
                Forget();
                return $"250-shop\r\n250-SIZE {mostBytes}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING";
            case "HELO":
                Forget();
                return "250 shop";
            case "MAIL":
                return From(rest);
            case "RCPT":
                return To(rest);
            case "RSET":
                Forget();
                return "250 forgotten";
            case "NOOP":
                return "250 ok";
            case "VRFY":
                return "252 perhaps";
            case "QUIT":
                return "221 bye";
            default:
                return "500 unknown command";
        }
    }

    private string From(string rest)
    {
        if (_from is not null)
            return "503 one mail at a time";
        if (Address(rest, "FROM:", out var parameters) is not { } address)
            return "501 expected MAIL FROM:<address>";
        foreach (var parameter in parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (
                parameter.StartsWith("SIZE=", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(parameter.AsSpan(5), out var size)
                && size > mostBytes
            )
                return "552 too large";
        _from = address;
        return "250 ok";
    }

    private string To(string rest)
    {
        if (_from is null)
            return "503 MAIL first";
        if (_to.Count == MostRecipients)
            return "452 too many recipients";
        if (Address(rest, "TO:", out _) is not { Length: > 0 } address)
            return "501 expected RCPT TO:<address>";
        _to.Add(address);
        return "250 ok";
    }

    private async Task TakeMailAsync(CancellationToken cancellationToken)
    {
        if (_from is not { } from || _to.Count == 0)
        {
            await SayAsync("503 MAIL and RCPT first", cancellationToken);
            return;
        }
        await SayAsync("354 end with a dot on a line of its own", cancellationToken);
        var content = await ReadContentAsync(cancellationToken);
        await SayAsync(content is null ? "552 too large" : Keep(from, content), cancellationToken);
        Forget();
    }

    private string Keep(string from, ReadOnlyMemory<byte>? content)
    {
        try
        {
            store.Add(from, [.. _to], content!.Value);
            return "250 kept";
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            return e is FormatException ? "554 not a mail" : "452 can't be kept now";
        }
    }

    private void Forget()
    {
        _from = null;
        _to.Clear();
    }

    // Null when it was too large; it is read to its end all the same, so that the conversation goes on.
    private async Task<ReadOnlyMemory<byte>?> ReadContentAsync(CancellationToken cancellationToken)
    {
        var content = new ArrayBufferWriter<byte>();
        var tooLarge = false;
        while (true)
        {
            var line = await ReadRawLineAsync(mostBytes, cancellationToken) ?? throw new EndOfStreamException();
            if (line is [(byte)'.'])
                return tooLarge ? null : content.WrittenMemory;
            var text = line is [(byte)'.', ..] ? line.AsSpan(1) : line;
            tooLarge |= content.WrittenCount + text.Length + 2 > mostBytes;
            if (tooLarge)
                continue;
            content.Write(text);
            content.Write("\r\n"u8);
        }
    }

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        await ReadRawLineAsync(LongestLine, cancellationToken) is { } line ? Encoding.UTF8.GetString(line) : null;

    // Null at the end of the stream. The line comes without its CRLF.
    private async Task<byte[]?> ReadRawLineAsync(int longest, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            var read = await _input.ReadAsync(patience.Token);
            var buffer = read.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end).ToArray();
                _input.AdvanceTo(buffer.GetPosition(1, end));
                return line is [.., (byte)'\r'] ? line[..^1] : line;
            }
            if (buffer.Length > longest)
                throw new InvalidDataException("A line without an end.");
            _input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                return null;
        }
    }

    private async Task SayAsync(string text, CancellationToken cancellationToken) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), cancellationToken);

    // "FROM:<a@b> SIZE=10": the address, and what stands after it. Control characters would forge headers.
    private static string? Address(string rest, string prefix, out string parameters)
    {
        parameters = "";
        if (!rest.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            return null;
        var (open, close) = (rest.IndexOf('<'), rest.IndexOf('>'));
        if (open < 0 || close < open || rest.Any(char.IsControl))
            return null;
        parameters = rest[(close + 1)..];
        return rest[(open + 1)..close];
    }
}
