using System.Globalization;

namespace Shop.Host.Advice;

/// <summary>From figures to a verdict: a pure function, so that what it says can be had again by anybody who has the figures.</summary>
public static class Adviser
{
    /// <summary>The verdict about one module.</summary>
    /// <param name="module">Its name.</param>
    /// <param name="figures">What is known of it.</param>
    /// <param name="shop">What is known of the shop.</param>
    /// <param name="options">The thresholds.</param>
    public static ModuleAdvice Judge(string module, ModuleFigures figures, ShopFigures shop, AdviceOptions options)
    {
        if (!figures.IsHere)
            return new(module, Verdict.Out, ["It runs in a process of its own."], figures);
        string[] bonds = [.. Bonds(figures, options)];
        string[] gaps = [.. Gaps(figures, shop, options)];
        var (verdict, reasons) =
            bonds.Length > 0 ? (Verdict.NotYet, bonds)
            : gaps.Length > 0 ? (Verdict.Stay, gaps)
            : (Verdict.FirstCandidate, [.. Merits(figures, options)]);
        if (IsLargeEnough(shop, options))
            return new(module, verdict, reasons, figures);
        var otherwise = verdict switch
        {
            Verdict.FirstCandidate => (string[])["In a larger shop it would be the first candidate:"],
            Verdict.NotYet => ["In a larger shop it would not be its turn yet:"],
            _ => [],
        };
        return new(module, Verdict.Stay, [SizeOf(shop, options), .. otherwise, .. reasons], figures);
    }

    /// <summary>Whether the shop is large enough to be taken apart, as a sentence.</summary>
    public static string SizeOf(ShopFigures shop, AdviceOptions options)
    {
        var users = shop.Users is { } u ? Several(u, "user") : "an unknown number of users";
        var engineers = shop.Engineers is { } e ? Several(e, "engineer") : "an unknown number of engineers";
        var verdict = IsLargeEnough(shop, options) ? "large enough to think of it" : "not known to be large enough";
        return $"The shop has {users} and {engineers}; taking it apart begins to pay at about {Several(options.MinUsers, "user")} or {Several(options.MinEngineers, "engineer")}, so it is {verdict}.";
    }

    private static bool IsLargeEnough(ShopFigures shop, AdviceOptions options) =>
        shop.Users >= options.MinUsers || shop.Engineers >= options.MinEngineers;

    /// <summary>What ties it to others.</summary>
    private static IEnumerable<string> Bonds(ModuleFigures figures, AdviceOptions options)
    {
        if (figures.Partners.Count > options.MaxPartners)
            yield return $"It talks to {Several(figures.Partners.Count, "module")} ({string.Join(", ", figures.Partners)}); up to {options.MaxPartners} would do.";
        if (figures is not { Requests: { } requests, Messages.Dialogue: { } dialogue })
            yield break;
        if (dialogue > options.MaxMessagesPerRequest * requests.Count)
            yield return $"It exchanged {Number(dialogue)} messages with modules that answer it, for {Several(requests.Count, "request")}; up to {Number(options.MaxMessagesPerRequest)} a request would do.";
    }

    /// <summary>What it lacks to be a candidate, or what isn't known.</summary>
    private static IEnumerable<string> Gaps(ModuleFigures figures, ShopFigures shop, AdviceOptions options)
    {
        if (figures.Requests is not { } requests || shop.Requests is not { } period)
        {
            yield return "How much it is asked is not known.";
            yield break;
        }
        if (period.Count < options.MinRequests)
        {
            yield return $"The window holds {Several(period.Count, "request")}; fewer than {Number(options.MinRequests)} say nothing about who is asked most.";
            yield break;
        }
        if (requests.Share < options.MinRequestShare)
            yield return $"It answers {Percent(requests.Share)} of the requests; a candidate answers {Percent(options.MinRequestShare)}.";
        if (figures.IsStateless == true || requests.ReadShare >= options.MinReadShare)
            yield break;
        yield return requests.ReadShare is { } reads
            ? $"It keeps state of its own, and {Percent(reads)} of its requests only read; a candidate's are {Percent(options.MinReadShare)}."
            : "It keeps state of its own.";
    }

    /// <summary>What makes it a candidate.</summary>
    private static IEnumerable<string> Merits(ModuleFigures figures, AdviceOptions options)
    {
        var requests = figures.Requests!;
        yield return $"It answers {Percent(requests.Share)} of the requests; {Percent(options.MinRequestShare)} are worth a move.";
        yield return figures.IsStateless == true
            ? "It is stateless: what it keeps came in events of others."
            : $"{Percent(requests.ReadShare!.Value)} of its requests only read; {Percent(options.MinReadShare)} are enough.";
        yield return $"It talks to {Several(figures.Partners.Count, "module")}; up to {options.MaxPartners} will do.";
        if (figures.Messages?.Dialogue is null)
            yield return "How much of that is a conversation is not known.";
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    private static string Several(long count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";

    private static string Number(double value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);
}
