using Shop.BuildingBlocks.Contracts;
using Shop.Checkout.Contracts;
using Shop.Orders.Contracts;

namespace Shop.Notifications.Tests;

/// <summary>Events as other modules publish them.</summary>
public static class Events
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An order of two tents.</summary>
    public static OrderConfirmed Confirmed(string email, string title = "Tent, green", string currency = "EUR") =>
        new(
            Guid.CreateVersion7(),
            "1000042",
            Guid.CreateVersion7(),
            Guid.CreateVersion7(),
            null,
            email,
            [new("TENT-G", Guid.CreateVersion7(), title, 2, new(9999, currency), new(3800, currency), new(23798, currency))],
            new(new(19998, currency), new(490, currency), new(3893, currency), new(24381, currency)),
            Noon
        );

    /// <summary>A purchase that came to nothing.</summary>
    public static CheckoutFailed Failed(string email, string code, bool toldAtOnce = false) =>
        new(Guid.CreateVersion7(), Guid.CreateVersion7(), email, code, Noon, toldAtOnce);

    /// <summary>An address that no other test uses.</summary>
    public static string Address(string prefix = "jane") => $"{prefix}-{Guid.CreateVersion7():N}@example.com";
}
