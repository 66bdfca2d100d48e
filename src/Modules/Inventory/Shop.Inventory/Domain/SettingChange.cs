namespace Shop.Inventory.Domain;

/// <summary>What a member of staff changed other than pieces. Never changed, never removed; the database refuses both.</summary>
public sealed class SettingChange
{
    /// <summary>Rises in the order of writing.</summary>
    public long Id { get; private set; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The staff member's user id.</summary>
    public required string Actor { get; init; }

    /// <summary>What it is about: <c>location:</c> and its id, or <c>sku:</c> and the SKU.</summary>
    public required string Subject { get; init; }

    /// <summary>What it was, as JSON; null for something new.</summary>
    public string? Before { get; init; }

    /// <summary>What it is, as JSON.</summary>
    public required string After { get; init; }
}
