using Serilog;
using Serilog.Formatting.Display;
using Shop.Host.Observability;

namespace Shop.Host.Tests.Observability;

public sealed class BackgroundConsoleTests
{
    [Fact]
    public void Nothing_logged_before_the_end_is_lost()
    {
        var lines = new List<string>();
        using (var log = new LoggerConfiguration().WriteTo.Sink(new BackgroundConsole(new Recorder(lines))).CreateLogger())
            Parallel.For(0, 30_000, i => log.Information("{Number}", i));

        lines.Distinct().Count().ShouldBe(30_000);
    }

    [Fact]
    public void A_line_that_can_not_be_written_costs_no_other()
    {
        var lines = new List<string>();
        using (var log = new LoggerConfiguration().WriteTo.Sink(new BackgroundConsole(new Recorder(lines))).CreateLogger())
        {
            log.Information(Recorder.Unspeakable);
            log.Information("after");
        }

        lines.ShouldBe(["after"]);
    }

    private sealed class Recorder(List<string> lines) : Serilog.Formatting.ITextFormatter
    {
        public const string Unspeakable = "unspeakable";
        private readonly MessageTemplateTextFormatter _text = new("{Message}");

        public void Format(Serilog.Events.LogEvent logEvent, TextWriter output)
        {
            if (logEvent.MessageTemplate.Text == Unspeakable)
                throw new NotSupportedException();
            using var line = new StringWriter();
            _text.Format(logEvent, line);
            lines.Add(line.ToString());
        }
    }
}
