using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Shop.Products.Domain;

namespace Shop.Products.Features.Export;

/// <summary>A JSON document a line, with all that is known of a product.</summary>
internal sealed class NdjsonExport : IExportFormat
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <inheritdoc />
    public byte[] Header() => [];

    /// <inheritdoc />
    public byte[] Write(IReadOnlyList<ExportedProduct> products)
    {
        using var lines = new MemoryStream();
        using var json = new Utf8JsonWriter(lines, Options);
        foreach (var product in products)
        {
            Write(json, product);
            json.Flush();
            json.Reset();
            lines.WriteByte((byte)'\n');
        }
        return lines.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ExportedProduct exported)
    {
        var product = exported.Product;
        json.WriteStartObject();
        json.WriteString("slug", product.Slug);
        json.WriteString("title", product.Title);
        json.WriteString("description", product.Description);
        json.WriteString("vendor", product.Vendor);
        json.WriteString("category", product.Category);
        json.WriteString("categoryName", exported.CategoryName);
        json.WriteString(
            "status",
            product.Status == ProductStatus.Published ? "published"
                : product.PublishedAt is null ? "draft"
                : "scheduled"
        );
        if (product.ShownSince is { } since)
            json.WriteString("publishedAt", since);
        json.WriteString("taxCategory", product.TaxCategory);
        json.WriteString("seoTitle", product.SeoTitle);
        json.WriteString("seoDescription", product.SeoDescription);
        Strings(json, "options", product.OptionNames);
        Strings(json, "collections", exported.Collections);
        json.WriteStartObject("attributes");
        foreach (var (code, value) in product.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
            json.WriteString(code, value);
        json.WriteEndObject();
        json.WriteStartArray("images");
        foreach (var image in product.Images)
        {
            json.WriteStartObject();
            json.WriteString("url", image.Url);
            json.WriteString("alt", image.Alt);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("variants");
        foreach (var variant in product.Variants)
            Write(json, variant);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Variant variant)
    {
        json.WriteStartObject();
        json.WriteString("sku", variant.Sku);
        Strings(json, "options", variant.OptionValues);
        Price(json, variant.Price.Currency, variant.Price.Minor, variant.CompareAtMinor);
        json.WriteString("barcode", variant.Barcode);
        if (variant.WeightGrams is { } weight)
            json.WriteNumber("weightGrams", weight);
        else
            json.WriteNull("weightGrams");
        json.WriteStartObject("prices");
        foreach (var other in variant.OtherPrices)
        {
            json.WriteStartObject(other.Currency);
            Price(json, other.Currency, other.Minor, other.CompareAtMinor);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Price(Utf8JsonWriter json, string currency, long minor, long? compareAt)
    {
        json.WriteString("price", Prices.Text(minor, currency));
        json.WriteString("compareAtPrice", compareAt is { } before ? Prices.Text(before, currency) : null);
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
