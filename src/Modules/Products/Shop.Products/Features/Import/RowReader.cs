using System.Globalization;
using CsvHelper;
using Shop.BuildingBlocks.Contracts;
using Shop.Products.Domain;

namespace Shop.Products.Features.Import;

/// <summary>Makes sense of the row the parser stands on, or reports what is wrong with it.</summary>
internal sealed class RowReader(
    CsvParser parser,
    ImportColumns columns,
    ImportReport report,
    string currency,
    IReadOnlyDictionary<string, AttributeDefinition> attributes
)
{
    private static readonly Column[] OptionNames = [Column.Option1Name, Column.Option2Name, Column.Option3Name];
    private static readonly Column[] OptionValues = [Column.Option1Value, Column.Option2Value, Column.Option3Value];

    /// <summary>A cell without blanks around it; empty when the column or the cell isn't there.</summary>
    public string Text(Column column) => TextAt(columns.IndexOf(column));

    private string TextAt(int index) => index >= 0 && index < parser.Count ? Cells.Plain(parser[index].Trim()) : "";

    /// <summary>What a product's first row says about the product; null, and reported, when that can't be taken.</summary>
    public ImportedProduct? ReadProduct(int line, string slug)
    {
        var product = new ImportedProduct(line, slug, columns.Said)
        {
            Title = PlainText.Tidy(Text(Column.Title)),
            Description = PlainText.FromHtml(Text(Column.Description)),
            Vendor = OrNull(PlainText.Tidy(Text(Column.Vendor))),
            CategoryName = OrNull(CategoryName()),
            CategorySlug = OrNull(Slugs.From(Text(Column.Category))),
            Collections =
            [
                .. Text(Column.Collections)
                    .Split(',')
                    .Select(title => PlainText.Tidy(title))
                    .Select(title => (Slug: Slugs.From(title), Title: title))
                    .Where(c => c.Slug.Length > 0)
                    .DistinctBy(c => c.Slug),
            ],
            TaxCategory = OrNull(PlainText.Tidy(Text(Column.TaxCategory))),
            SeoTitle = OrNull(PlainText.Tidy(Text(Column.SeoTitle))),
            SeoDescription = OrNull(PlainText.Tidy(Text(Column.SeoDescription))),
        };
        if (product.Title.Length == 0)
            return RefuseProduct(line, Column.Title, "title_missing");
        if (product.Title.Length > Limits.Title)
            return RefuseProduct(line, Column.Title, "too_long");
        if (product.Description.Length > Limits.Description)
            return RefuseProduct(line, Column.Description, "too_long");
        if (product.Vendor?.Length > Limits.Vendor)
            return RefuseProduct(line, Column.Vendor, "too_long");
        if (product.CategoryName?.Length > Limits.Category)
            return RefuseProduct(line, Column.Type, "too_long");
        if (product.Category is { } shelf && !Slugs.IsCategory(shelf))
            return RefuseProduct(line, product.CategorySlug is null ? Column.Type : Column.Category, "invalid_category");
        if (product.Collections.Count > Limits.CollectionsOfProduct || product.Collections.Any(c => c.Title.Length > Limits.Title))
            return RefuseProduct(line, Column.Collections, "too_long");
        if (product.TaxCategory?.Length > Limits.TaxCategory)
            return RefuseProduct(line, Column.TaxCategory, "too_long");
        if (product.SeoTitle?.Length > Limits.SeoTitle)
            return RefuseProduct(line, Column.SeoTitle, "too_long");
        if (product.SeoDescription?.Length > Limits.SeoDescription)
            return RefuseProduct(line, Column.SeoDescription, "too_long");
        foreach (var (index, code) in columns.Attributes)
        {
            // A file of another shop has columns for properties that nobody here has defined.
            if (!attributes.TryGetValue(code, out var attribute))
                continue;
            string? value = null;
            if (TextAt(index) is { Length: > 0 } text)
            {
                if (!attribute.TryRead(text, out var read))
                {
                    report.Refuse(line, columns.NameAt(index), "invalid_attribute", text);
                    return null;
                }
                value = read;
            }
            product.Attributes[code] = value;
        }
        if (!TryReadStatus(product, out var column))
            return RefuseProduct(line, column, "invalid_status");
        if (!TryReadOptionNames(product, out column))
            return RefuseProduct(line, column, "invalid_option");
        return product;
    }

    /// <summary>Adds what the row says about a variant and a picture, both or neither; false, and reported, when it can't be taken.</summary>
    public bool AddVariantAndImage(ImportedProduct product, int line, Func<bool> malformed)
    {
        var isVariant = Text(Column.Sku).Length > 0 || Text(Column.Price).Length > 0 || Text(Column.Option1Value).Length > 0;
        var image = Text(Column.ImageUrl);
        if (malformed())
            return Refuse(line, Column.Handle, "malformed");
        if (!isVariant && image.Length == 0)
            return Refuse(line, Column.Sku, "empty_row");
        if (image.Length > 0 && !ImageUrls.IsValid(image))
            return Refuse(line, Column.ImageUrl, "invalid_image_url");
        var isNewImage = image.Length > 0 && product.Images.All(i => i.Image.Url != image);
        if (isNewImage && product.Images.Count == Limits.Images)
            return Refuse(line, Column.ImageUrl, "too_many_images");
        if (isVariant)
        {
            var (variant, at, code) = ReadVariant(product, line);
            if (variant is null)
                return Refuse(line, at, code);
            if (ReadOtherPrices(variant, line) is not { } priced)
                return false;
            product.Variants.Add(priced);
        }
        if (isNewImage)
        {
            var alt = OrNull(PlainText.Tidy(Text(Column.ImageAlt)));
            product.Images.Add((ImagePosition(product), new ProductImage(image, alt is null ? null : PlainText.Cut(alt, Limits.ImageAlt))));
        }
        return true;
    }

    private (ImportedVariant? Variant, Column At, string Code) ReadVariant(ImportedProduct product, int line)
    {
        var sku = Text(Column.Sku);
        if (sku.Length == 0)
            return (null, Column.Sku, "sku_missing");
        if (sku.Length > Limits.Sku || sku.Any(char.IsControl))
            return (null, Column.Sku, "invalid_sku");
        if (product.Variants.Any(v => v.Content.Sku == sku))
            return (null, Column.Sku, "sku_repeated");
        if (product.Variants.Count == Limits.Variants)
            return (null, Column.Sku, "too_many_variants");
        if (!Prices.TryParse(Text(Column.Price), currency, out var price))
            return (null, Column.Price, "invalid_price");
        long? compareAt = null;
        if (Text(Column.CompareAt) is { Length: > 0 } before)
        {
            if (!Prices.TryParse(before, currency, out var minor))
                return (null, Column.CompareAt, "invalid_price");
            compareAt = minor == 0 ? null : minor;
        }
        if (!TryReadQuantity(out var quantity))
            return (null, Column.Quantity, "invalid_quantity");
        // Exports put an apostrophe in front, so that spreadsheets leave the digits alone.
        var barcode = OrNull(PlainText.Tidy(Text(Column.Barcode)).TrimStart('\''));
        if (barcode?.Length > Limits.Barcode)
            return (null, Column.Barcode, "too_long");
        var values = new string[product.OptionNames.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = PlainText.Tidy(Text(OptionValues[i]));
            if (values[i].Length is 0 or > Limits.OptionValue)
                return (null, OptionValues[i], "invalid_option");
        }
        if (product.Variants.Any(v => v.Content.OptionValues.SequenceEqual(values)))
            return (null, Column.Option1Value, "variant_repeated");
        if (!TryReadWeight(out var weight))
            return (null, Column.Weight, "invalid_weight");
        var content = new VariantContent(sku, values, new Money(price, currency), compareAt, barcode) { WeightGrams = weight };
        return (new(line, columns.Said, content, quantity, new Dictionary<string, OtherPrice?>()), default, "");
    }

    private bool TryReadWeight(out int? grams)
    {
        grams = null;
        var text = Text(Column.Weight);
        if (text.Length == 0)
            return true;
        if (
            !decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight)
            || weight > Limits.WeightGrams
        )
            return false;
        grams = (int)decimal.Round(weight);
        return true;
    }

    // Null, and reported, when one of them is no price.
    private ImportedVariant? ReadOtherPrices(ImportedVariant variant, int line)
    {
        var prices = new Dictionary<string, OtherPrice?>();
        foreach (var (other, priceAt, compareAt) in columns.OtherPrices)
        {
            if (other == currency)
                continue;
            var text = TextAt(priceAt);
            var before = TextAt(compareAt);
            long? beforeMinor = null;
            if (text.Length == 0)
            {
                prices[other] = null;
                continue;
            }
            if (!Prices.TryParse(text, other, out var minor))
                return Bad(priceAt);
            if (before.Length > 0)
            {
                if (!Prices.TryParse(before, other, out var parsed))
                    return Bad(compareAt);
                beforeMinor = parsed == 0 ? null : parsed;
            }
            prices[other] = new(other, minor, beforeMinor);
        }
        return variant with { OtherPrices = prices };

        ImportedVariant? Bad(int index)
        {
            report.Refuse(line, columns.NameAt(index), "invalid_other_price", TextAt(index));
            return null;
        }
    }

    private bool TryReadQuantity(out int quantity)
    {
        var text = Text(Column.Quantity);
        if (text.Length == 0)
        {
            quantity = 0;
            return true;
        }
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out quantity) || quantity > Limits.Stock)
            return false;
        // Sold more than it had, where the file comes from: there is nothing to begin with.
        quantity = Math.Max(quantity, 0);
        return true;
    }

    private bool TryReadStatus(ImportedProduct product, out Column at)
    {
        at = Column.Status;
        var status = Text(Column.Status).ToLowerInvariant();
        if (status is not ("" or "active" or "draft" or "archived"))
            return false;
        at = Column.Published;
        var published = Text(Column.Published).ToLowerInvariant();
        if (published is not ("" or "true" or "false"))
            return false;
        product.Published = status is "" or "active" && published is "" or "true";
        at = Column.PublishedAt;
        if (Text(Column.PublishedAt) is { Length: > 0 } since)
        {
            const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            if (!DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, Utc, out var moment))
                return false;
            product.PublishedAt = moment;
        }
        return true;
    }

    // "Title: Default Title" is how the format says that there are no options.
    private bool TryReadOptionNames(ImportedProduct product, out Column at)
    {
        at = Column.Option1Name;
        if (Text(Column.Option1Value) is "" or "Default Title" && Text(Column.Option1Name) is "" or "Title")
            return Text(Column.Option2Name).Length == 0;
        var names = new List<string>();
        foreach (var column in OptionNames)
        {
            at = column;
            var name = PlainText.Tidy(Text(column));
            if (name.Length == 0)
                break;
            if (name.Length > Limits.OptionName || names.Contains(name))
                return false;
            names.Add(name);
        }
        product.OptionNames = names;
        return names.Count > 0;
    }

    // The merchant's own word for the shelf; else the last step of Shopify's taxonomy ("Apparel > Clothing > Shirts").
    private string CategoryName() =>
        PlainText.Tidy(Text(Column.Type)) is { Length: > 0 } type ? type : PlainText.Tidy(Text(Column.Taxonomy).Split('>')[^1]);

    private int ImagePosition(ImportedProduct product) =>
        int.TryParse(Text(Column.ImagePosition), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : product.Images.Count + 1;

    private bool Refuse(int line, Column column, string code)
    {
        report.Refuse(line, columns.NameOf(column), code, Text(column));
        return false;
    }

    private ImportedProduct? RefuseProduct(int line, Column column, string code)
    {
        Refuse(line, column, code);
        return null;
    }

    private static string? OrNull(string text) => text.Length > 0 ? text : null;
}
