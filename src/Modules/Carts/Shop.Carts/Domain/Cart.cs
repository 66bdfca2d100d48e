namespace Shop.Carts.Domain;

/// <summary>
/// What somebody wants to buy. Whoever changes it holds its row locked, or writes only if it has the version that was read, so no change is
/// lost.
/// </summary>
public sealed class Cart
{
    /// <summary>Most different SKUs; Products is asked for as many at a time.</summary>
    public const int MaxLines = 200;

    /// <summary>Most codes of promotions.</summary>
    public const int MaxCoupons = 5;

    /// <summary>Chosen by the shop.</summary>
    public Guid Id { get; init; }

    /// <summary>The customer it belongs to; null for a guest's.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>SHA-256 of the guest's token; null for a customer's.</summary>
    public byte[]? TokenHash { get; init; }

    /// <summary>ISO 4217 code of all its amounts.</summary>
    public string Currency { get; init; } = "";

    /// <summary>Only an open cart changes.</summary>
    public CartStatus Status { get; private set; }

    /// <summary>Rises with each change; the ETag.</summary>
    public long Version { get; private set; } = 1;

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its first line came, UTC; null before.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>The order it became.</summary>
    public Guid? OrderId { get; private set; }

    /// <summary>Where what was left of it went: the customer's cart after a merge, or the cart that follows a bought one.</summary>
    public Guid? NextCartId { get; private set; }

    /// <summary>
    /// Guests' carts whose lines came into this one, or into one that this one follows, and of which no order is known: they may be at a
    /// checkout that was begun before.
    /// </summary>
    public List<Guid> MergedFrom { get; private set; } = [];

    /// <summary>In the order in which they were added.</summary>
    public List<CartLine> Lines { get; } = [];

    /// <summary>Codes of promotions, in capitals, in the order in which they were entered.</summary>
    public List<string> Coupons { get; private set; } = [];

    /// <summary>Where the parcel goes, ISO 3166; null while the shopper has not said.</summary>
    public string? Country { get; private set; }

    /// <summary>The method the shopper chose; null for the cheapest.</summary>
    public string? ShippingMethod { get; private set; }

    /// <summary>The total that the shopper was shown last; null in a cart that was shown before there was such a thing.</summary>
    public long? ShownTotalMinor { get; private set; }

    /// <summary>Who was about to buy it, see <see cref="Holders"/>; null until a checkout asks what it costs.</summary>
    public string? Buyer { get; set; }

    /// <summary>The parcel, as far as weights are known.</summary>
    public long WeightGrams => Lines.Sum(l => (long)(l.WeightGrams ?? 0) * l.Quantity);

    /// <summary>Lines as listed.</summary>
    public long SubtotalMinor => Lines.Sum(l => checked(l.UnitPriceMinor * l.Quantity));

    /// <summary>A cart that was written down, without its lines.</summary>
    internal static Cart Restore(
        Guid id,
        Guid? customerId,
        string currency,
        CartStatus status,
        long version,
        DateTimeOffset? startedAt,
        Guid? nextCartId,
        IEnumerable<string> coupons,
        string? country,
        string? shippingMethod,
        string? buyer
    ) =>
        new()
        {
            Id = id,
            CustomerId = customerId,
            Currency = currency,
            Status = status,
            Version = version,
            StartedAt = startedAt,
            NextCartId = nextCartId,
            Coupons = [.. coupons],
            Country = country,
            ShippingMethod = shippingMethod,
            Buyer = buyer,
        };

    /// <summary>The shopper is shown this total.</summary>
    /// <returns>True when another was shown before.</returns>
    public bool Show(long totalMinor)
    {
        var isNews = ShownTotalMinor is { } shown && shown != totalMinor;
        ShownTotalMinor = totalMinor;
        return isNews;
    }

    /// <summary>A total changed that nobody touched.</summary>
    public void Renew() => Version++;

    /// <summary>Puts a code on the cart; whether it counts is decided whenever the cart is priced. The same code twice changes nothing.</summary>
    /// <returns>Why not, and the cart is as it was.</returns>
    public Refusal AddCoupon(string code)
    {
        if (Coupons.Contains(code))
            return Refusal.None;
        if (Coupons.Count == MaxCoupons)
            return Refusal.CouponLimit;
        Coupons = [.. Coupons, code];
        Version++;
        return Refusal.None;
    }

    /// <summary>Takes a code off.</summary>
    /// <returns>Why not, and the cart is as it was.</returns>
    public Refusal RemoveCoupon(string code)
    {
        if (!Coupons.Contains(code))
            return Refusal.UnknownCoupon;
        Coupons = [.. Coupons.Where(c => c != code)];
        Version++;
        return Refusal.None;
    }

    /// <summary>Where the parcel goes, and how.</summary>
    public void ShipTo(string? country, string? method)
    {
        (Country, ShippingMethod) = (country, method);
        Version++;
    }

    /// <summary>Puts pieces in; pieces of a SKU that is in already are added to its line.</summary>
    /// <returns>Why not, and the cart is as it was.</returns>
    public Refusal Add(Offer offer, int quantity, DateTimeOffset now)
    {
        var line = Find(offer.Sku);
        if ((line?.Quantity ?? 0) + quantity > CartLine.MaxQuantity)
            return Refusal.QuantityLimit;
        if (line is null && Lines.Count == MaxLines)
            return Refusal.LineLimit;
        if (line is null)
        {
            line = new CartLine
            {
                CartId = Id,
                Sku = offer.Sku,
                ProductId = offer.ProductId,
                Position = NextPosition(),
            };
            Lines.Add(line);
        }
        line.Quantity += quantity;
        line.Accept(offer);
        StartedAt ??= now;
        Version++;
        return Refusal.None;
    }

    /// <summary>Sets the number of pieces of a line, at today's price if the SKU is still offered.</summary>
    /// <returns>Why not, and the cart is as it was.</returns>
    public Refusal Change(string sku, int quantity, Offer? offer)
    {
        if (Find(sku) is not { } line)
            return Refusal.UnknownLine;
        line.Quantity = quantity;
        if (offer is null)
            line.Accept();
        else
            line.Accept(offer);
        Version++;
        return Refusal.None;
    }

    /// <summary>Takes a line out.</summary>
    /// <returns>Why not, and the cart is as it was.</returns>
    public Refusal Remove(string sku)
    {
        if (Find(sku) is not { } line)
            return Refusal.UnknownLine;
        Lines.Remove(line);
        Version++;
        return Refusal.None;
    }

    /// <summary>Brings an open cart to today's prices before it is shown; what changed is noted on the lines.</summary>
    /// <returns>True when something changed.</returns>
    public bool Show(IReadOnlyDictionary<string, Offer> offers)
    {
        if (Status != CartStatus.Open)
            return false;
        var changed = Lines.Count(line => line.Show(offers.GetValueOrDefault(line.Sku))) > 0;
        if (changed)
            Version++;
        return changed;
    }

    /// <summary>
    /// Takes over the lines of a guest's cart and closes it. Pieces of equal SKUs are added up to the limit of a line; this cart's price
    /// stands. Merging the same cart again changes nothing.
    /// </summary>
    /// <returns>Why not, and both carts are as they were.</returns>
    public Refusal Merge(Cart guest, MergeStrategy strategy = MergeStrategy.Merge)
    {
        if (guest.Status == CartStatus.Merged && guest.NextCartId == Id)
            return Refusal.None;
        if (strategy is MergeStrategy.KeepCustomer)
            return Close(guest);
        // A guest's empty cart is nothing to keep.
        if (strategy is MergeStrategy.KeepGuest && guest.Lines.Count > 0)
        {
            Lines.RemoveAll(mine => !guest.Lines.Exists(theirs => theirs.Sku == mine.Sku));
            Lines.ForEach(mine => mine.Quantity = 0);
            Coupons = [];
            // What came in by earlier merges is dropped too; when it turns out to be bought, nothing is to be taken out here.
            MergedFrom.Clear();
        }
        if (Lines.Select(l => l.Sku).Union(guest.Lines.Select(l => l.Sku)).Count() > MaxLines)
            return Refusal.LineLimit;
        foreach (var theirs in guest.Lines.OrderBy(l => l.Position))
        {
            if (Find(theirs.Sku) is { } mine)
                mine.Quantity = Math.Min(CartLine.MaxQuantity, mine.Quantity + theirs.Quantity);
            else
                Lines.Add(theirs.CopyTo(Id, theirs.Quantity, NextPosition()));
        }
        StartedAt ??= guest.StartedAt;
        if (guest.Lines.Count > 0)
            MergedFrom.Add(guest.Id);
        Coupons = [.. Coupons.Union(guest.Coupons).Take(MaxCoupons)];
        (Country, ShippingMethod) = (Country ?? guest.Country, ShippingMethod ?? guest.ShippingMethod);
        return Close(guest);
    }

    private Refusal Close(Cart guest)
    {
        Version++;
        (guest.Status, guest.NextCartId) = (CartStatus.Merged, Id);
        guest.Version++;
        return Refusal.None;
    }

    /// <summary>
    /// The cart was bought. What was put in after the checkout had read it was not bought: it goes into a cart that follows, of the same
    /// owner. The second time nothing happens.
    /// </summary>
    /// <param name="orderId">The order.</param>
    /// <param name="bought">Pieces by SKU.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cart that follows, when something is left.</returns>
    public Cart? Convert(Guid orderId, IReadOnlyDictionary<string, int> bought, DateTimeOffset now)
    {
        if (Status is not (CartStatus.Open or CartStatus.Expired))
            return null;
        var isForgotten = Status is CartStatus.Expired;
        (Status, OrderId) = (CartStatus.Converted, orderId);
        Version++;
        // Its customer may have another open cart by now.
        if (isForgotten)
            return null;
        var next = new Cart
        {
            Id = Guid.CreateVersion7(now),
            CustomerId = CustomerId,
            TokenHash = TokenHash,
            Currency = Currency,
            CreatedAt = now,
            StartedAt = now,
            MergedFrom = [.. MergedFrom],
            Country = Country,
        };
        foreach (var line in Lines.OrderBy(l => l.Position).ToArray())
        {
            var left = line.Quantity - bought.GetValueOrDefault(line.Sku);
            if (left <= 0)
                continue;
            next.Lines.Add(line.CopyTo(next.Id, left, next.NextPosition()));
            line.Quantity -= left;
            if (line.Quantity == 0)
                Lines.Remove(line);
        }
        if (next.Lines.Count == 0)
            return null;
        NextCartId = next.Id;
        return next;
    }

    /// <summary>
    /// A guest bought this cart although its lines had gone into a customer's cart meanwhile: what was bought is taken out there. The second
    /// time nothing happens.
    /// </summary>
    /// <param name="orderId">The order.</param>
    /// <param name="bought">Pieces by SKU.</param>
    /// <param name="mergedInto">The customer's cart, or the one that followed it.</param>
    public void ConvertAfterMerge(Guid orderId, IReadOnlyDictionary<string, int> bought, Cart mergedInto)
    {
        if (Status != CartStatus.Merged || OrderId is not null)
            return;
        OrderId = orderId;
        Version++;
        // Its lines may have been dropped when it was merged.
        if (mergedInto.Status != CartStatus.Open || !mergedInto.MergedFrom.Contains(Id))
            return;
        foreach (var line in mergedInto.Lines.ToArray())
        {
            line.Quantity -= bought.GetValueOrDefault(line.Sku);
            if (line.Quantity <= 0)
                mergedInto.Lines.Remove(line);
        }
        mergedInto.MergedFrom.Remove(Id);
        mergedInto.Version++;
    }

    private CartLine? Find(string sku) => Lines.Find(l => l.Sku == sku);

    private int NextPosition() => Lines.Count == 0 ? 1 : Lines.Max(l => l.Position) + 1;
}
