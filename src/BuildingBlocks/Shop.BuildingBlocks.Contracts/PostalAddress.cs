namespace Shop.BuildingBlocks.Contracts;

/// <summary>Where a parcel or an invoice goes.</summary>
/// <param name="Name">Recipient.</param>
/// <param name="Line1">Street and number.</param>
/// <param name="Line2">Flat, floor, company; may be missing.</param>
/// <param name="PostalCode">As the country writes it.</param>
/// <param name="City">Town.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code in upper case.</param>
public sealed record PostalAddress(string Name, string Line1, string? Line2, string PostalCode, string City, string Country);
