namespace Shop.Carts.Domain;

/// <summary>How far a cart has come.</summary>
public enum CartStatus
{
    /// <summary>It can be changed and bought.</summary>
    Open,

    /// <summary>It was bought.</summary>
    Converted,

    /// <summary>Its lines went into a customer's cart.</summary>
    Merged,

    /// <summary>Nobody came back to it.</summary>
    Expired,
}

/// <summary>What becomes of two carts when a guest signs in.</summary>
public enum MergeStrategy
{
    /// <summary>Pieces of equal SKUs are added up.</summary>
    Merge,

    /// <summary>The customer's cart stays as it is.</summary>
    KeepCustomer,

    /// <summary>The guest's lines take the place of the customer's.</summary>
    KeepGuest,
}

/// <summary>Why a cart does not take a line.</summary>
public enum Refusal
{
    /// <summary>It takes it.</summary>
    None,

    /// <summary>Too many pieces of one SKU.</summary>
    QuantityLimit,

    /// <summary>Too many different SKUs.</summary>
    LineLimit,

    /// <summary>There is no such line.</summary>
    UnknownLine,

    /// <summary>Too many codes.</summary>
    CouponLimit,

    /// <summary>There is no such code on it.</summary>
    UnknownCoupon,
}
