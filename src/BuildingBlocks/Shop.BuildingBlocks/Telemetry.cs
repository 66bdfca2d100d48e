using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Shop.BuildingBlocks;

/// <summary>Names under which the shop is traced and counted.</summary>
public static class Telemetry
{
    /// <summary>Name of the source and the meter.</summary>
    public const string Name = "Shop";

    /// <summary>Spans that a module opens itself.</summary>
    public static readonly ActivitySource Source = new(Name);

    /// <summary>Figures that a module keeps itself; names are <c>shop.&lt;module&gt;.&lt;what&gt;</c>.</summary>
    public static readonly Meter Meter = new(Name);
}
