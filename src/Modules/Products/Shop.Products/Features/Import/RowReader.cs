using System.Globalization;
using CsvHelper;
using Shop.BuildingBlocks.Contracts;
using Shop.Products.Domain;

namespace Shop.Products.Features.Import;

/// <summary>Makes sense of the row the parser stands on, or reports what is wrong with it.</summary>
internal sealed class RowReader(CsvParser parser, ImportColumns columns, ImportReport report, string currency)
{
    private static readonly Column[] OptionNames = [Column.Option1Name, Column.Option2Name, Column.Option3Name];
    private static readonly Column[] OptionValues = [Column.Option1Value, Column.Option2Value, Column.Option3Value];

    /// <summary>A cell without blanks around it; empty when the column or the cell isn't there.</summary>
    public string Text(Column column)
    {
        var index = columns.IndexOf(column);
        return index >= 0 && index < parser.Count ? parser[index].Trim() : "";
    }

    /// <summary>What a product's first row says about the product; null, and reported, when that can't be taken.</summary>
    public async Task<ImportedProduct?> ReadProductAsync(int line, string slug)
    {
        var product = new ImportedProduct(line, slug)
        {
            Title = PlainText.Tidy(Text(Column.Title)),
            Description = PlainText.FromHtml(Text(Column.Description)),
            Vendor = OrNull(PlainText.Tidy(Text(Column.Vendor))),
            CategoryName = OrNull(CategoryName()),
        };
        if (product.Title.Length == 0)
            return await RefuseProductAsync(line, Column.Title, "title_missing");
        if (product.Title.Length > Limits.Title)
            return await RefuseProductAsync(line, Column.Title, "too_long");
        if (product.Description.Length > Limits.Description)
            return await RefuseProductAsync(line, Column.Description, "too_long");
        if (product.Vendor?.Length > Limits.Vendor)
            return await RefuseProductAsync(line, Column.Vendor, "too_long");
        if (product.CategoryName?.Length > Limits.Category)
            return await RefuseProductAsync(line, Column.Type, "too_long");
        if (!TryReadStatus(product, out var column))
            return await RefuseProductAsync(line, column, "invalid_status");
        if (!TryReadOptionNames(product, out column))
            return await RefuseProductAsync(line, column, "invalid_option");
        return product;
    }

    /// <summary>Adds what the row says about a variant and a picture, both or neither; false, and reported, when it can't be taken.</summary>
    public async Task<bool> AddVariantAndImageAsync(ImportedProduct product, int line, Func<bool> malformed)
    {
        var isVariant = Text(Column.Sku).Length > 0 || Text(Column.Price).Length > 0 || Text(Column.Option1Value).Length > 0;
        var image = Text(Column.ImageUrl);
        if (malformed())
            return await RefuseAsync(line, Column.Handle, "malformed");
        if (!isVariant && image.Length == 0)
            return await RefuseAsync(line, Column.Sku, "empty_row");
        if (image.Length > 0 && !ImageUrls.IsValid(image))
            return await RefuseAsync(line, Column.ImageUrl, "invalid_image_url");
        var isNewImage = image.Length > 0 && product.Images.All(i => i.Image.Url != image);
        if (isNewImage && product.Images.Count == Limits.Images)
            return await RefuseAsync(line, Column.ImageUrl, "too_many_images");
        if (isVariant)
        {
            var (variant, at, code) = ReadVariant(product, line);
            if (variant is null)
                return await RefuseAsync(line, at, code);
            product.Variants.Add(variant);
        }
        if (isNewImage)
        {
            var alt = OrNull(PlainText.Tidy(Text(Column.ImageAlt)));
            product.Images.Add(
                (ImagePosition(product), new ProductImage(image, alt?.Length > Limits.ImageAlt ? alt[..Limits.ImageAlt] : alt))
            );
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
        var barcode = OrNull(Text(Column.Barcode).TrimStart('\''));
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
        return (new(line, new VariantContent(sku, values, new Money(price, currency), compareAt, barcode), quantity), default, "");
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

    private async Task<bool> RefuseAsync(int line, Column column, string code)
    {
        await report.RefuseAsync(line, columns.NameOf(column), code, Text(column));
        return false;
    }

    private async Task<ImportedProduct?> RefuseProductAsync(int line, Column column, string code)
    {
        await RefuseAsync(line, column, code);
        return null;
    }

    private static string? OrNull(string text) => text.Length > 0 ? text : null;
}
