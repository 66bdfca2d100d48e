using FluentValidation;
using Shop.BuildingBlocks.Contracts;
using Shop.Products.Domain;

namespace Shop.Products.Features;

/// <summary>A product as staff write it down.</summary>
public abstract record ProductInput
{
    public string Title { get; init; } = "";

    /// <summary>Plain text, or HTML of which only the text is kept.</summary>
    public string? Description { get; init; }

    public string? Vendor { get; init; }

    /// <summary>Name of its category; a new name makes a new one.</summary>
    public string? Category { get; init; }

    /// <summary>Code of the tax category; left out for the standard one.</summary>
    public string? TaxCategory { get; init; }

    public string? SeoTitle { get; init; }

    public string? SeoDescription { get; init; }

    /// <summary>Values of attributes by the attribute's code: numbers with a point, booleans as true or false.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <summary>At most three.</summary>
    public IReadOnlyList<OptionInput>? Options { get; init; }

    /// <summary>At least one; each with its own combination of option values.</summary>
    public IReadOnlyList<VariantInput> Variants
    {
        get;
        init => field = value ?? [];
    } = [];

    public IReadOnlyList<ImageInput>? Images { get; init; }

    internal ProductContent ToContent(string? category)
    {
        var options = (Options ?? []).Select(o => PlainText.Tidy(o.Name)).ToArray();
        return new(
            PlainText.Tidy(Title),
            PlainText.FromHtml(Description ?? ""),
            Blank(Vendor),
            category,
            options,
            [.. Variants.Select(v => v.ToContent(options))],
            [.. (Images ?? []).Select(i => new ProductImage(i.Url.Trim(), Blank(i.Alt)))]
        )
        {
            TaxCategory = Blank(TaxCategory),
            SeoTitle = Blank(SeoTitle),
            SeoDescription = Blank(SeoDescription),
            Attributes = Attributes ?? new Dictionary<string, string>(),
        };
    }

    private static string? Blank(string? text) => PlainText.Tidy(text ?? "") is { Length: > 0 } tidy ? tidy : null;
}

/// <summary>An option, such as Size.</summary>
/// <param name="Name">Unique in the product.</param>
public sealed record OptionInput(string Name);

/// <summary>A variant as staff write it down.</summary>
/// <param name="Sku">Stock keeping unit, unique in the shop.</param>
/// <param name="Options">A value for each option of the product, by the option's name.</param>
/// <param name="Price">Price of one piece, before tax, in the shop's currency.</param>
/// <param name="CompareAtPrice">A former, higher price.</param>
/// <param name="Barcode">GTIN.</param>
/// <param name="OpeningStock">Pieces to begin with; booked when the shop meets the SKU first, ignored afterwards.</param>
public sealed record VariantInput(
    string Sku,
    IReadOnlyDictionary<string, string>? Options,
    Money Price,
    Money? CompareAtPrice,
    string? Barcode,
    int? OpeningStock
)
{
    /// <summary>Weight of one piece in grams.</summary>
    public int? WeightGrams { get; init; }

    /// <summary>Prices in other currencies, at most one each. They are what they are, never converted.</summary>
    public IReadOnlyList<OtherPriceInput>? OtherPrices { get; init; }

    internal VariantContent ToContent(string[] options) =>
        new(
            Sku.Trim(),
            [.. options.Select(name => PlainText.Tidy(Options![name]))],
            Price,
            CompareAtPrice?.Minor,
            Barcode?.Trim() is { Length: > 0 } barcode ? barcode : null
        )
        {
            WeightGrams = WeightGrams,
            OtherPrices =
            [
                .. (OtherPrices ?? [])
                    .Select(p => new OtherPrice(p.Price.Currency, p.Price.Minor, p.CompareAtPrice?.Minor))
                    .OrderBy(p => p.Currency, StringComparer.Ordinal),
            ],
        };
}

/// <summary>A price in a currency other than the shop's own.</summary>
public sealed record OtherPriceInput(Money Price, Money? CompareAtPrice);

/// <summary>A picture.</summary>
/// <param name="Url">https, or a path below the shop's own address.</param>
/// <param name="Alt">What it shows.</param>
public sealed record ImageInput(string Url, string? Alt);

/// <summary>What holds for every product, new or changed.</summary>
internal abstract class ProductInputValidator<T> : AbstractValidator<T>
    where T : ProductInput
{
    protected ProductInputValidator()
    {
        RuleFor(p => p.Title).NotEmpty().WithErrorCode("required").MaximumLength(Limits.Title).WithErrorCode("too_long");
        RuleFor(p => p.Description).MaximumLength(Limits.Description).WithErrorCode("too_long");
        RuleFor(p => p.Vendor).MaximumLength(Limits.Vendor).WithErrorCode("too_long");
        RuleFor(p => p.Category).MaximumLength(Limits.Category).WithErrorCode("too_long");
        RuleFor(p => p.Category).Must(name => Slugs.From(name ?? "") is not "all").WithErrorCode("invalid_category");
        RuleFor(p => p.TaxCategory).MaximumLength(Limits.TaxCategory).WithErrorCode("too_long");
        RuleFor(p => p.SeoTitle).MaximumLength(Limits.SeoTitle).WithErrorCode("too_long");
        RuleFor(p => p.SeoDescription).MaximumLength(Limits.SeoDescription).WithErrorCode("too_long");
        RuleFor(p => p.Attributes)
            .Must(attributes => attributes is null || attributes.Count <= Limits.Attributes)
            .WithErrorCode("too_many_attributes")
            .WithMessage($"At most {Limits.Attributes} attributes.")
            .Must(attributes => attributes is null || attributes.All(a => a.Value is not null))
            .WithErrorCode("required")
            .WithMessage("Each attribute has a value; leave out what the product hasn't.");
        RuleFor(p => p.Options)
            .Must(options => options is null || options.Count <= Limits.Options)
            .WithErrorCode("too_many_options")
            .WithMessage($"At most {Limits.Options} options.")
            .Must(options => options is null || options.DistinctBy(o => o.Name).Count() == options.Count)
            .WithErrorCode("invalid_options")
            .WithMessage("Each option's name once.");
        RuleForEach(p => p.Options)
            .ChildRules(option => option.RuleFor(o => o.Name).Must(IsLine(Limits.OptionName)).WithErrorCode("invalid_name"));
        RuleFor(p => p.Variants)
            .Must(variants => variants.Count > 0)
            .WithErrorCode("invalid_count")
            .WithMessage("At least one variant.")
            .Must(variants => variants.Count <= Limits.Variants)
            .WithErrorCode("too_many_variants")
            .WithMessage($"At most {Limits.Variants} variants.")
            .Must(variants => variants.DistinctBy(v => v.Sku?.Trim()).Count() == variants.Count)
            .WithErrorCode("duplicate_sku")
            .WithMessage("Each SKU once.");
        RuleFor(p => p)
            .Must(HaveOneValueForEachOption)
            .WithName("variants")
            .WithErrorCode("invalid_option_values")
            .WithMessage("Each variant has one value for each option, and no other has the same values.")
            .When(p => p.Options is null || p.Options.All(o => o.Name is not null));
        RuleForEach(p => p.Variants)
            .ChildRules(variant =>
            {
                variant.RuleFor(v => v.Sku).Must(IsLine(Limits.Sku)).WithErrorCode("invalid_sku");
                variant.RuleFor(v => v.Price).Must(IsPrice).WithErrorCode("invalid_price");
                variant
                    .RuleFor(v => v.CompareAtPrice)
                    .Must((v, compareAt) => compareAt is not { } price || (IsPrice(price) && price.Currency == v.Price.Currency))
                    .WithErrorCode("invalid_price");
                variant.RuleFor(v => v.OtherPrices).Must(AreOtherPrices).WithErrorCode("invalid_price");
                variant.RuleFor(v => v.WeightGrams).InclusiveBetween(0, Limits.WeightGrams).WithErrorCode("invalid_weight");
                variant.RuleFor(v => v.Barcode).MaximumLength(Limits.Barcode).WithErrorCode("too_long");
                variant.RuleFor(v => v.OpeningStock).InclusiveBetween(0, Limits.Stock).WithErrorCode("invalid_quantity");
            });
        RuleFor(p => p.Images).Must(images => images is null || images.Count <= Limits.Images).WithErrorCode("too_many");
        RuleForEach(p => p.Images)
            .ChildRules(image =>
            {
                image.RuleFor(i => i.Url).Must(ImageUrls.IsValid).WithErrorCode("invalid_url");
                image.RuleFor(i => i.Alt).MaximumLength(Limits.ImageAlt).WithErrorCode("too_long");
            });
    }

    private static Func<string?, bool> IsLine(int longest) =>
        text => text is not null && text.Length <= longest && text.Trim().Length > 0 && !text.Any(char.IsControl);

    private static bool IsPrice(Money price) =>
        price.Minor is >= 0 and <= Limits.Price && price.Currency is { Length: 3 } currency && currency.All(char.IsAsciiLetterUpper);

    private static bool AreOtherPrices(VariantInput variant, IReadOnlyList<OtherPriceInput>? prices) =>
        prices is null
        || (
            prices.Count <= Limits.OtherPrices
            && prices.All(p =>
                IsPrice(p.Price)
                && p.Price.Currency != variant.Price.Currency
                && (p.CompareAtPrice is not { } before || (IsPrice(before) && before.Currency == p.Price.Currency))
            )
            && prices.DistinctBy(p => p.Price.Currency).Count() == prices.Count
        );

    private static bool HaveOneValueForEachOption(T product)
    {
        var names = (product.Options ?? []).Select(o => o.Name).ToArray();
        var seen = new HashSet<string>();
        foreach (var variant in product.Variants)
        {
            var values = variant.Options ?? new Dictionary<string, string>();
            if (
                values.Count != names.Length
                || names.Any(name => !values.TryGetValue(name, out var value) || !IsLine(Limits.OptionValue)(value))
            )
                return false;
            if (!seen.Add(string.Join('\0', names.Select(name => values[name]))))
                return false;
        }
        return true;
    }
}
