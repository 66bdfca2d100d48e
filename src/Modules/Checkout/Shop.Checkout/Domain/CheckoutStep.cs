namespace Shop.Checkout.Domain;

/// <summary>Where a purchase stands.</summary>
public enum CheckoutStep
{
    /// <summary>Asked Inventory to hold the stock and, where promotions are limited, Carts to redeem them.</summary>
    Started,

    /// <summary>Stock is held; asked Payments to set the money aside.</summary>
    StockHeld,

    /// <summary>The payer has to authenticate first.</summary>
    PaymentPending,

    /// <summary>Money is set aside; asked Orders to write the order down and Inventory to keep the stock for it.</summary>
    PaymentAuthorized,

    /// <summary>Order and stock are safe; asked Payments to take the money.</summary>
    OrderPlaced,

    /// <summary>The money is taken; asked Orders to confirm.</summary>
    Captured,

    /// <summary>The order stands. The end.</summary>
    Completed,

    /// <summary>Given up; what may have been done is being undone.</summary>
    Compensating,

    /// <summary>Money and stock are back where they were. The end.</summary>
    Compensated,

    /// <summary>Somebody does not answer for too long. It is still asked, and a person should look.</summary>
    NeedsAttention,
}

/// <summary>The steps' names in the database, on the wire and in metrics.</summary>
public static class CheckoutStepNames
{
    private static readonly Dictionary<CheckoutStep, string> Names = new()
    {
        [CheckoutStep.Started] = "started",
        [CheckoutStep.StockHeld] = "stock_held",
        [CheckoutStep.PaymentPending] = "payment_pending",
        [CheckoutStep.PaymentAuthorized] = "payment_authorized",
        [CheckoutStep.OrderPlaced] = "order_placed",
        [CheckoutStep.Captured] = "captured",
        [CheckoutStep.Completed] = "completed",
        [CheckoutStep.Compensating] = "compensating",
        [CheckoutStep.Compensated] = "compensated",
        [CheckoutStep.NeedsAttention] = "needs_attention",
    };

    private static readonly Dictionary<string, CheckoutStep> Steps = Names.ToDictionary(n => n.Value, n => n.Key);

    /// <summary>The step's name, such as <c>stock_held</c>.</summary>
    public static string Name(this CheckoutStep step) => Names[step];

    /// <summary>The step of a name.</summary>
    public static CheckoutStep Parse(string name) => Steps[name];
}
