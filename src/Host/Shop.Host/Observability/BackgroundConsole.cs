using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Shop.BuildingBlocks;

namespace Shop.Host.Observability;

/// <summary>
/// Writes the log to standard output from a thread of its own, many lines at a time, so that no request waits for a terminal or a pipe.
/// When ten thousand lines wait, those who log wait too: nothing is dropped. What can't be written, because the disk is full or an event
/// can't be put into words, is counted, and the shop goes on.
/// </summary>
public sealed class BackgroundConsole : ILogEventSink, IDisposable
{
    private const int Capacity = 10_000;
    private const int BatchSize = 64 * 1024;

    private static readonly Counter<long> Lost = Telemetry.Meter.CreateCounter<long>(
        "shop.log.lost",
        "{write}",
        "Writes to the log that failed."
    );

    private readonly BlockingCollection<LogEvent> _waiting = new(Capacity);
    private readonly ITextFormatter _format;
    private readonly Thread _writer;

    /// <summary>Starts the thread.</summary>
    /// <param name="format">Writes one event.</param>
    public BackgroundConsole(ITextFormatter format)
    {
        _format = format;
        _writer = new Thread(Write) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    /// <inheritdoc />
    public void Emit(LogEvent logEvent)
    {
        try
        {
            _waiting.Add(logEvent);
        }
        catch (InvalidOperationException)
        {
            // The host has stopped and this line came after it.
        }
    }

    /// <summary>Writes what still waits.</summary>
    public void Dispose()
    {
        _waiting.CompleteAdding();
        _writer.Join(TimeSpan.FromSeconds(5));
    }

    private void Write()
    {
        using var text = new StringWriter(new StringBuilder(BatchSize));
        foreach (var logEvent in _waiting.GetConsumingEnumerable())
        {
            var batch = text.GetStringBuilder();
            var before = batch.Length;
            if (!Try(() => _format.Format(logEvent, text)))
                batch.Length = before;
            if (_waiting.Count > 0 && batch.Length < BatchSize)
                continue;
            Try(() => Console.Out.Write(batch));
            batch.Clear();
        }
    }

    // An exception on a thread of one's own ends the process, and a log is not worth a shop.
    private static bool Try(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception)
        {
            Lost.Add(1);
            return false;
        }
    }
}
