using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Products.Domain;

namespace Shop.Products.Data;

/// <summary>What is kept as JSON beside the columns: small lists that are read and written whole.</summary>
internal static class Json
{
    public static string Of(IReadOnlyList<ProductImage> images) => JsonSerializer.Serialize(images, JsonSerializerOptions.Web);

    public static IReadOnlyList<ProductImage> Images(string json) =>
        JsonSerializer.Deserialize<List<ProductImage>>(json, JsonSerializerOptions.Web)!;

    public static string Of(IReadOnlyDictionary<string, string> attributes) => JsonSerializer.Serialize(attributes);

    public static IReadOnlyDictionary<string, string> Attributes(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;

    /// <summary>An object with a member for each currency, so that SQL finds a price by its name.</summary>
    public static string Of(IReadOnlyList<OtherPrice> prices) =>
        JsonSerializer.Serialize(
            prices.ToDictionary(p => p.Currency, p => new Amount(p.Minor, p.CompareAtMinor)),
            JsonSerializerOptions.Web
        );

    public static IReadOnlyList<OtherPrice> Prices(string json) =>
        [
            .. JsonSerializer
                .Deserialize<Dictionary<string, Amount>>(json, JsonSerializerOptions.Web)!
                .Select(p => new OtherPrice(p.Key, p.Value.Minor, p.Value.CompareAt))
                .OrderBy(p => p.Currency, StringComparer.Ordinal),
        ];

    public static void HasImages(this PropertyBuilder<IReadOnlyList<ProductImage>> property) =>
        property.HasColumnType("jsonb").HasConversion(images => Of(images), json => Images(json), ListComparer<ProductImage>());

    public static void HasAttributes(this PropertyBuilder<IReadOnlyDictionary<string, string>> property) =>
        property
            .HasColumnType("jsonb")
            .HasConversion(
                values => Of(values),
                json => Attributes(json),
                new ValueComparer<IReadOnlyDictionary<string, string>>(
                    (a, b) => AttributeValues.Same(a!, b!),
                    values => values.Aggregate(0, (hash, value) => hash ^ HashCode.Combine(value.Key, value.Value)),
                    values => values
                )
            );

    public static void HasPrices(this PropertyBuilder<IReadOnlyList<OtherPrice>> property) =>
        property.HasColumnType("jsonb").HasConversion(prices => Of(prices), json => Prices(json), ListComparer<OtherPrice>());

    private static ValueComparer<IReadOnlyList<T>> ListComparer<T>() =>
        new((a, b) => a!.SequenceEqual(b!), list => list.Aggregate(0, (hash, item) => HashCode.Combine(hash, item)), list => list);

    private sealed record Amount(long Minor, long? CompareAt);
}
