using System.ComponentModel.DataAnnotations;

namespace Shop.Host.Advice;

/// <summary>
/// What a shop and a module must show before moving is advised. The defaults are rules of thumb, not laws: a process of its own costs a
/// deployment, a network between questions and answers, and people who watch it.
/// </summary>
public sealed class AdviceOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Advice";

    /// <summary>
    /// From so many registered users on, parts of a shop are likely to need machines in different proportions. With fewer, more copies of
    /// the whole are cheaper.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long MinUsers { get; set; } = 500_000;

    /// <summary>From so many engineers on, they wait for each other's releases. Fewer have more to run than to gain.</summary>
    [Range(1, 10_000)]
    public int MinEngineers { get; set; } = 15;

    /// <summary>Fewer requests than this in the window, to all modules together, say nothing about shares.</summary>
    [Range(1, long.MaxValue)]
    public long MinRequests { get; set; } = 1_000;

    /// <summary>A first candidate answers at least this share of the requests: moving a module nobody asks relieves nothing.</summary>
    [Range(0.0, 1.0)]
    public double MinRequestShare { get; set; } = 0.2;

    /// <summary>A module with state of its own is a candidate only when this share of its requests reads: reads can be asked again anywhere.</summary>
    [Range(0.0, 1.0)]
    public double MinReadShare { get; set; } = 0.9;

    /// <summary>A module with more partners than this is in the middle of things: each is a wire that can break once it is out.</summary>
    [Range(0, 100)]
    public int MaxPartners { get; set; } = 4;

    /// <summary>
    /// A module that exchanges more messages than this for each request, with modules that answer it, is half of a conversation. Apart, each
    /// message crosses a network and the other half waits.
    /// </summary>
    [Range(0.0, 1_000.0)]
    public double MaxMessagesPerRequest { get; set; } = 1;
}
