using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Shop.BuildingBlocks.Contracts;
using Shop.Products.Domain;

namespace Shop.Products.Features.Import;

/// <summary>
/// Reads a file of JSON documents, a product a line, as the export writes them. A member that is null or empty clears, one that is missing
/// keeps what is. A line is taken whole or refused whole.
/// </summary>
internal sealed class NdjsonReader(
    Stream file,
    ImportReport report,
    string currency,
    IReadOnlyDictionary<string, AttributeDefinition> attributes
)
{
    private const int MaxLine = 512 * 1024;

    private readonly HashSet<string> _finished = [];

    /// <summary>The products of the file, in its order; null for each line that holds none.</summary>
    public async IAsyncEnumerable<ImportedProduct?> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var line = 1;
        var skipping = false;
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            while (TryTakeLine(ref buffer, result.IsCompleted, out var text))
            {
                var product = skipping ? null : Take(line, text);
                skipping = false;
                report.Settled = line++;
                yield return product;
            }
            if (buffer.Length > MaxLine)
            {
                if (!skipping)
                    Refuse(line, "", "line_too_long");
                skipping = true;
                buffer = buffer.Slice(buffer.End);
            }
            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                break;
        }
        await pipe.CompleteAsync();
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        line = default;
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }
        if (!isLast || buffer.IsEmpty)
            return false;
        line = buffer;
        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private ImportedProduct? Take(int line, ReadOnlySequence<byte> text)
    {
        if (text.Length <= 1 && text.ToArray() is [] or [(byte)'\r'])
            return null;
        report.Rows++;
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(line, document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a character, escaped, is well-formed JSON and no text.
            return Refuse(line, "", "malformed");
        }
        catch (UnfitException unfit)
        {
            return Refuse(line, unfit.Member, unfit.Code, unfit.Text);
        }
    }

    private ImportedProduct? Refuse(int line, string member, string code, string text = "")
    {
        report.Refuse(line, member, code, text);
        return null;
    }

    private ImportedProduct Read(int line, JsonElement said)
    {
        if (said.ValueKind != JsonValueKind.Object)
            throw new UnfitException("", "malformed");
        var title = PlainText.Tidy(Text(said, "title", Limits.Title) ?? "");
        if (title.Length == 0)
            throw new UnfitException("title", "title_missing");
        var slug = Text(said, "slug", Limits.Slug) ?? Slugs.From(title);
        if (!Slugs.IsValid(slug))
            throw new UnfitException("slug", "invalid_handle", slug);
        if (!_finished.Add(slug))
            throw new UnfitException("slug", "handle_repeated", slug);
        var product = new ImportedProduct(line, slug, default)
        {
            Title = title,
            Description = PlainText.Tidy(Text(said, "description", Limits.Description) ?? "", keepLines: true),
            Vendor = Line(said, "vendor", Limits.Vendor),
            CategorySlug = Line(said, "category", Limits.Slug) is { } category
                ? Slugs.IsCategory(category)
                    ? category
                    : throw new UnfitException("category", "invalid_category", category)
                : null,
            CategoryName = Line(said, "categoryName", Limits.Category),
            TaxCategory = Line(said, "taxCategory", Limits.TaxCategory),
            SeoTitle = Line(said, "seoTitle", Limits.SeoTitle),
            SeoDescription = Line(said, "seoDescription", Limits.SeoDescription),
            Rows = 1,
        };
        if (product.Category is { } shelf && !Slugs.IsCategory(shelf))
            throw new UnfitException("categoryName", "invalid_category", shelf);
        product.Lines.Add(line);
        Mark(product, said);
        ReadStatus(product, said);
        ReadLists(product, said);
        ReadAttributes(product, said);
        var variants = Array(said, "variants");
        if (variants.Count == 0)
            throw new UnfitException("variants", "no_variant");
        if (variants.Count > Limits.Variants)
            throw new UnfitException("variants", "too_many_variants");
        for (var i = 0; i < variants.Count; i++)
            product.Variants.Add(ReadVariant(product, variants[i], $"variants[{i}]"));
        return product;
    }

    private static void Mark(ImportedProduct product, JsonElement said)
    {
        (string Member, Column Column)[] members =
        [
            ("description", Column.Description),
            ("vendor", Column.Vendor),
            ("category", Column.Category),
            ("collections", Column.Collections),
            ("taxCategory", Column.TaxCategory),
            ("seoTitle", Column.SeoTitle),
            ("seoDescription", Column.SeoDescription),
            ("status", Column.Status),
            ("publishedAt", Column.PublishedAt),
            ("images", Column.ImageUrl),
        ];
        foreach (var (member, column) in members)
            if (said.TryGetProperty(member, out _))
                product.Said = product.Said.With(column);
    }

    private static void ReadStatus(ImportedProduct product, JsonElement said)
    {
        var status = Line(said, "status", 20);
        if (status is not (null or "published" or "draft" or "scheduled"))
            throw new UnfitException("status", "invalid_status", status);
        product.Published = status is null or "published";
        // A draft waits for nothing, unless the line says for what.
        if (status == "draft")
            product.Said = product.Said.With(Column.PublishedAt);
        if (Line(said, "publishedAt", 40) is not { } since)
            return;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        product.PublishedAt = DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, Utc, out var moment)
            ? moment
            : throw new UnfitException("publishedAt", "invalid_status", since);
    }

    private static void ReadLists(ImportedProduct product, JsonElement said)
    {
        var options = Array(said, "options").ConvertAll(o => PlainText.Tidy(Text(o, "options", Limits.OptionName) ?? ""));
        if (options.Count > Limits.Options)
            throw new UnfitException("options", "too_many_options");
        if (options.Contains("") || options.Distinct().Count() != options.Count)
            throw new UnfitException("options", "invalid_option");
        product.OptionNames = options;
        var collections = Array(said, "collections").ConvertAll(c => Text(c, "collections", Limits.Slug) ?? "");
        if (collections.Count > Limits.CollectionsOfProduct || collections.Any(c => !Slugs.IsAddress(c)))
            throw new UnfitException("collections", "invalid_collection");
        product.Collections = [.. collections.Distinct().Select(c => (c, c))];
        var images = Array(said, "images");
        if (images.Count > Limits.Images)
            throw new UnfitException("images", "too_many_images");
        foreach (var image in images)
        {
            var url = Text(image, "url", Limits.ImageUrl) ?? "";
            if (!ImageUrls.IsValid(url))
                throw new UnfitException("images", "invalid_image_url", url);
            product.Images.Add((product.Images.Count, new ProductImage(url, Line(image, "alt", Limits.ImageAlt))));
        }
    }

    private void ReadAttributes(ImportedProduct product, JsonElement said)
    {
        if (!said.TryGetProperty("attributes", out var values) || values.ValueKind == JsonValueKind.Null)
            return;
        if (values.ValueKind != JsonValueKind.Object)
            throw new UnfitException("attributes", "malformed");
        foreach (var value in values.EnumerateObject())
        {
            if (!attributes.TryGetValue(value.Name, out var attribute))
                throw new UnfitException("attributes." + value.Name, "unknown_attribute", value.Name);
            var text = Text(values, value.Name, Limits.AttributeValue);
            var read = "";
            if (text is not null && !attribute.TryRead(text, out read))
                throw new UnfitException("attributes." + value.Name, "invalid_attribute", text);
            product.Attributes[value.Name] = text is null ? null : read;
        }
    }

    private ImportedVariant ReadVariant(ImportedProduct product, JsonElement said, string at)
    {
        if (said.ValueKind != JsonValueKind.Object)
            throw new UnfitException(at, "malformed");
        var sku = Line(said, "sku", Limits.Sku) ?? throw new UnfitException(at + ".sku", "sku_missing");
        if (product.Variants.Any(v => v.Content.Sku == sku))
            throw new UnfitException(at + ".sku", "sku_repeated", sku);
        var values = Array(said, "options").ConvertAll(o => PlainText.Tidy(Text(o, at + ".options", Limits.OptionValue) ?? ""));
        if (values.Count != product.OptionNames.Count || values.Contains(""))
            throw new UnfitException(at + ".options", "invalid_option");
        if (product.Variants.Any(v => v.Content.OptionValues.SequenceEqual(values)))
            throw new UnfitException(at + ".options", "variant_repeated");
        var price = Price(said, at, currency) ?? throw new UnfitException(at + ".price", "invalid_price");
        var others = new Dictionary<string, OtherPrice?>();
        if (said.TryGetProperty("prices", out var prices) && prices.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            throw new UnfitException(at + ".prices", "invalid_other_price");
        if (prices.ValueKind == JsonValueKind.Object)
            foreach (var other in prices.EnumerateObject())
            {
                if (!Prices.IsCurrency(other.Name) || other.Name == currency || others.Count == Limits.OtherPrices)
                    throw new UnfitException($"{at}.prices.{other.Name}", "invalid_other_price");
                others[other.Name] =
                    other.Value.ValueKind == JsonValueKind.Null
                        ? null
                        : Price(other.Value, $"{at}.prices.{other.Name}", other.Name)
                            ?? throw new UnfitException($"{at}.prices.{other.Name}", "invalid_other_price");
            }
        var set = new ColumnSet();
        foreach (
            var (member, column) in ((string, Column)[])
                [("barcode", Column.Barcode), ("compareAtPrice", Column.CompareAt), ("weightGrams", Column.Weight)]
        )
            if (said.TryGetProperty(member, out _))
                set = set.With(column);
        var content = new VariantContent(
            sku,
            values,
            new Money(price.Minor, currency),
            price.CompareAtMinor,
            Line(said, "barcode", Limits.Barcode)
        )
        {
            WeightGrams = Whole(said, "weightGrams", at, Limits.WeightGrams, "invalid_weight"),
        };
        return new(product.Line, set, content, Whole(said, "openingStock", at, Limits.Stock, "invalid_quantity") ?? 0, others);
    }

    private static OtherPrice? Price(JsonElement said, string at, string currency)
    {
        if (said.ValueKind != JsonValueKind.Object || Text(said, "price", 40) is not { } text)
            return null;
        if (!Prices.TryParse(text, currency, out var minor))
            throw new UnfitException(at + ".price", "invalid_price", text);
        if (Text(said, "compareAtPrice", 40) is not { } before)
            return new(currency, minor, null);
        return Prices.TryParse(before, currency, out var beforeMinor)
            ? new(currency, minor, beforeMinor == 0 ? null : beforeMinor)
            : throw new UnfitException(at + ".compareAtPrice", "invalid_price", before);
    }

    private static int? Whole(JsonElement said, string member, string at, int most, string code)
    {
        if (!said.TryGetProperty(member, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var whole) && whole >= 0 && whole <= most
            ? whole
            : throw new UnfitException($"{at}.{member}", code, value.GetRawText());
    }

    private static List<JsonElement> Array(JsonElement said, string member)
    {
        if (!said.TryGetProperty(member, out var list) || list.ValueKind == JsonValueKind.Null)
            return [];
        return list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : throw new UnfitException(member, "malformed");
    }

    private static string? Line(JsonElement said, string member, int most) =>
        PlainText.Tidy(Text(said, member, most) ?? "") is { Length: > 0 } line ? line : null;

    // Of an object's member, or of an element of a list.
    private static string? Text(JsonElement said, string member, int most)
    {
        var value = said;
        if (said.ValueKind == JsonValueKind.Object && !said.TryGetProperty(member, out value))
            return null;
        var text = value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            _ => throw new UnfitException(member, "malformed"),
        };
        return text?.Length > most ? throw new UnfitException(member, "too_long") : text;
    }

    private sealed class UnfitException(string member, string code, string text = "") : Exception
    {
        public string Member { get; } = member;

        public string Code { get; } = code;

        public string Text { get; } = text;
    }
}
