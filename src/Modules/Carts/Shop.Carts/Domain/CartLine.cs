namespace Shop.Carts.Domain;

/// <summary>Pieces of one SKU in a cart.</summary>
public sealed class CartLine
{
    /// <summary>Most pieces of one SKU.</summary>
    public const int MaxQuantity = 99;

    /// <summary>The cart.</summary>
    public Guid CartId { get; init; }

    /// <summary>Stock keeping unit; one line for each.</summary>
    public string Sku { get; init; } = "";

    /// <summary>The product.</summary>
    public Guid ProductId { get; init; }

    /// <summary>Product and variant as shown.</summary>
    public string Title { get; set; } = "";

    /// <summary>1 to <see cref="MaxQuantity"/>.</summary>
    public int Quantity { get; set; }

    /// <summary>The price of one piece that the shopper was shown last, before tax, in minor units.</summary>
    public long UnitPriceMinor { get; private set; }

    /// <summary>The price before it changed under the shopper's eyes; null once the shopper has touched the line.</summary>
    public long? PreviousPriceMinor { get; private set; }

    /// <summary>False when the SKU was no longer offered when the cart was shown last.</summary>
    public bool Available { get; private set; } = true;

    /// <summary>Lines stand in the order in which they were added.</summary>
    public int Position { get; init; }

    /// <summary>How it is taxed; null for the standard way.</summary>
    public string? TaxCategory { get; private set; }

    /// <summary>Slugs of its category and those above it.</summary>
    public string[] Categories { get; private set; } = [];

    /// <summary>Weight of one piece; null when nobody said.</summary>
    public int? WeightGrams { get; private set; }

    /// <summary>A line that was written down.</summary>
    internal static CartLine Restore(
        Guid cartId,
        string sku,
        Guid productId,
        string title,
        int quantity,
        long unitPriceMinor,
        long? previousPriceMinor,
        bool available,
        int position,
        string? taxCategory,
        string[] categories,
        int? weightGrams
    ) =>
        new()
        {
            CartId = cartId,
            Sku = sku,
            ProductId = productId,
            Title = title,
            Quantity = quantity,
            UnitPriceMinor = unitPriceMinor,
            PreviousPriceMinor = previousPriceMinor,
            Available = available,
            Position = position,
            TaxCategory = taxCategory,
            Categories = categories,
            WeightGrams = weightGrams,
        };

    /// <summary>The shopper puts it into the cart, or changes it, at this price: there is nothing to tell any more.</summary>
    public void Accept(Offer offer)
    {
        (Title, UnitPriceMinor, PreviousPriceMinor, Available) = (offer.Title, offer.PriceMinor, null, true);
        Describe(offer);
    }

    /// <summary>The shopper changes the line although it is not offered now: the price stays the one shown.</summary>
    public void Accept() => PreviousPriceMinor = null;

    /// <summary>The cart is shown while the offer is this, or gone.</summary>
    /// <returns>True when the line is not as it was shown before.</returns>
    public bool Show(Offer? offer)
    {
        if (offer is null)
            return Available && !(Available = false);
        var described = Describe(offer);
        if (Available && offer.PriceMinor == UnitPriceMinor)
            return described;
        var before = PreviousPriceMinor ?? UnitPriceMinor;
        PreviousPriceMinor = before == offer.PriceMinor ? null : before;
        (UnitPriceMinor, Available) = (offer.PriceMinor, true);
        return true;
    }

    /// <summary>The same line in another cart.</summary>
    public CartLine CopyTo(Guid cartId, int quantity, int position) =>
        Restore(
            cartId,
            Sku,
            ProductId,
            Title,
            quantity,
            UnitPriceMinor,
            PreviousPriceMinor,
            Available,
            position,
            TaxCategory,
            Categories,
            WeightGrams
        );

    private bool Describe(Offer offer)
    {
        if (TaxCategory == offer.TaxCategory && WeightGrams == offer.WeightGrams && Categories.AsSpan().SequenceEqual(offer.Categories))
            return false;
        (TaxCategory, WeightGrams, Categories) = (offer.TaxCategory, offer.WeightGrams, offer.Categories);
        return true;
    }
}
