using System.Globalization;

namespace Shop.Host.Advice;

/// <summary>Advice for a terminal: a table, then the reasons.</summary>
internal static class AdviceText
{
    private const string Unknown = "-";

    private static readonly (string Title, Func<ModuleAdvice, string> Value)[] Columns =
    [
        ("module", m => m.Module),
        ("req/s", m => Number(m.Figures.Requests?.PerSecond, "0.0")),
        ("p50 ms", m => Number(m.Figures.Requests?.P50Milliseconds, "0.0")),
        ("p99 ms", m => Number(m.Figures.Requests?.P99Milliseconds, "0.0")),
        ("requests", m => Percent(m.Figures.Requests?.Share)),
        ("reads", m => Percent(m.Figures.Requests?.ReadShare)),
        ("db time", m => Percent(m.Figures.DatabaseTimeShare)),
        ("db MB", m => Number(m.Figures.DatabaseBytes / 1_000_000.0, "0.0")),
        ("msg in", m => Number(m.Figures.Messages?.In, "0")),
        ("msg out", m => Number(m.Figures.Messages?.Out, "0")),
        ("dialogue", m => Number(m.Figures.Messages?.Dialogue, "0")),
        ("talks to", m => Number(m.Figures.Partners.Count, "0")),
        ("commits", m => Number(m.Figures.Commits, "0")),
        (
            "stateless",
            m =>
                m.Figures.IsStateless switch
                {
                    true => "yes",
                    false => "no",
                    null => Unknown,
                }
        ),
        ("verdict", m => WordsOf(m.Verdict)),
    ];

    public static void Write(ShopAdvice advice, TextWriter output)
    {
        output.WriteLine(WindowOf(advice));
        output.WriteLine("Messages are those of the last 7 days, dialogue those of the window; commits those of the last 90 days.");
        output.WriteLine();
        string[][] rows =
        [
            [.. Columns.Select(c => c.Title)],
            .. advice.Modules.Select(m => Columns.Select(c => c.Value(m)).ToArray()),
        ];
        var widths = Columns.Select((_, i) => rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in rows)
            output.WriteLine(
                string.Join("  ", row.Select((cell, i) => IsText(i) ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd()
            );
        output.WriteLine();
        output.WriteLine(advice.Size);
        foreach (var module in advice.Modules)
        {
            output.WriteLine();
            output.WriteLine($"{module.Module}: {WordsOf(module.Verdict)}");
            // What holds for the shop as a whole was said once.
            foreach (var reason in module.Reasons.Where(r => r != advice.Size))
                output.WriteLine($"  {reason}");
        }
        if (advice.Missing.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine("Not known:");
        foreach (var missing in advice.Missing)
            output.WriteLine($"  {missing}");
    }

    private static bool IsText(int column) => column == 0 || column == Columns.Length - 1;

    private static string WindowOf(ShopAdvice advice) =>
        advice.Shop.Requests is { } period
            ? $"{period.Count} request(s) to modules from {period.From:u} to {period.Until:u}, as one process counted them."
            : "Requests are not known.";

    private static string WordsOf(Verdict verdict) =>
        verdict switch
        {
            Verdict.FirstCandidate => "first candidate",
            Verdict.NotYet => "not yet",
            Verdict.Out => "is out",
            _ => "stay",
        };

    private static string Percent(double? share) => share is null ? Unknown : Number(share * 100, "0.0") + " %";

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? Unknown;
}
