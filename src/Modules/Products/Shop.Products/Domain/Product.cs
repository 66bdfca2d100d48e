using Shop.BuildingBlocks.Contracts;
using Shop.Products.Contracts;

namespace Shop.Products.Domain;

/// <summary>Whether the shop window shows a product.</summary>
public enum ProductStatus
{
    /// <summary>Staff only.</summary>
    Draft = 0,

    /// <summary>On sale.</summary>
    Published = 1,
}

/// <summary>A picture of a product; the first one is shown in lists.</summary>
/// <param name="Url">Absolute, or a path below the shop's own address.</param>
/// <param name="Alt">What the picture shows, for those who can't see it.</param>
public sealed record ProductImage(string Url, string? Alt);

/// <summary>What the shop sells under one address: a title, up to three options and a variant for each combination on sale.</summary>
public sealed class Product
{
    private readonly List<Variant> _variants = [];

    private Product() { }

    /// <summary>Made by the shop when the product comes in; lists are in its order, newest first.</summary>
    public Guid Id { get; private init; }

    /// <summary>Its address. When staff change it, the old one leads to the new one.</summary>
    public string Slug { get; private set; } = "";

    public string Title { get; private set; } = "";

    /// <summary>Plain text.</summary>
    public string Description { get; private set; } = "";

    public string? Vendor { get; private set; }

    /// <summary>Slug of its category.</summary>
    public string? Category { get; private set; }

    /// <summary>Code of the tax category; null for the standard one.</summary>
    public string? TaxCategory { get; private set; }

    public string? SeoTitle { get; private set; }

    public string? SeoDescription { get; private set; }

    /// <summary>Values of attributes, by code.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; private set; } = new Dictionary<string, string>();

    public ProductStatus Status { get; private set; }

    /// <summary>Since when it is shown; of a draft, when it is to be shown.</summary>
    public DateTimeOffset? PublishedAt { get; private set; }

    /// <summary>The same; a product that was put on sale before the shop noted when counts from when it came in.</summary>
    public DateTimeOffset? ShownSince => PublishedAt ?? (Status == ProductStatus.Published ? CreatedAt : null);

    /// <summary>Since when it is gone for everybody but staff. It keeps its SKUs and its address, so that old orders still resolve.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>Names of its options, at most three, in the order of <see cref="Variant.OptionValues"/>.</summary>
    public IReadOnlyList<string> OptionNames { get; private set; } = [];

    public IReadOnlyList<ProductImage> Images { get; private set; } = [];

    /// <summary>Rises with each change by staff or import. A sell-out is none.</summary>
    public long Version { get; private set; }

    /// <summary>The catalogue's revision in which anything last changed that a reader of this product sees, stock included.</summary>
    public long Revision { get; set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>At least one, in shown order.</summary>
    public IEnumerable<Variant> Variants => _variants.OrderBy(v => v.Position);

    /// <summary>A new draft.</summary>
    public static Product Create(Guid id, string slug, ProductContent content, DateTimeOffset now)
    {
        var product = new Product
        {
            Id = id,
            Slug = slug,
            CreatedAt = now,
        };
        product.Change(content, now);
        return product;
    }

    /// <summary>What it says now.</summary>
    public ProductContent Content() =>
        new(Title, Description, Vendor, Category, OptionNames, [.. Variants.Select(v => v.Content())], Images)
        {
            TaxCategory = TaxCategory,
            SeoTitle = SeoTitle,
            SeoDescription = SeoDescription,
            Attributes = Attributes,
        };

    /// <summary>Takes over everything that can change; false, and no new version, when it says the same already.</summary>
    public bool Change(ProductContent content, DateTimeOffset now)
    {
        if (Version > 0 && Content().SameAs(content))
            return false;
        Title = content.Title;
        Description = content.Description;
        Vendor = content.Vendor;
        Category = content.Category;
        OptionNames = content.OptionNames;
        Images = content.Images;
        TaxCategory = content.TaxCategory;
        SeoTitle = content.SeoTitle;
        SeoDescription = content.SeoDescription;
        Attributes = content.Attributes;
        ReplaceVariants(content.Variants);
        Touch(now);
        return true;
    }

    /// <summary>Shows it from now on; false when it is shown already, or deleted.</summary>
    public bool Publish(DateTimeOffset now) => DeletedAt is null && Become(ProductStatus.Published, now, now);

    /// <summary>Keeps it hidden until then; false when that is so already, or it is deleted.</summary>
    public bool Schedule(DateTimeOffset at, DateTimeOffset now) => DeletedAt is null && Become(ProductStatus.Draft, at, now);

    /// <summary>Hides it; false when it is hidden already, and not waiting to be shown.</summary>
    public bool Unpublish(DateTimeOffset now) => Become(ProductStatus.Draft, null, now);

    /// <summary>Shows it, as its time has come; false when it waits for none.</summary>
    public bool Appear(DateTimeOffset now) =>
        DeletedAt is null && PublishedAt is not null && Become(ProductStatus.Published, PublishedAt, now);

    /// <summary>As a file says it: shown or not, since when or from when; false when that is so already.</summary>
    /// <param name="shown">On sale; null when the file doesn't say.</param>
    /// <param name="dated">The file says something about the time.</param>
    /// <param name="at">Since when; one to come hides it until then. Null keeps since when it is shown, and lets a draft wait for nothing.</param>
    /// <param name="now">The moment of the change.</param>
    public bool Show(bool? shown, bool dated, DateTimeOffset? at, DateTimeOffset now)
    {
        if (shown is null && DeletedAt is not null)
            return false;
        var show = shown ?? Status == ProductStatus.Published;
        var date =
            dated ? at
            : show ? null
            : PublishedAt;
        var (status, since) =
            show && !(date > now)
                ? (ProductStatus.Published, date ?? (ShownSince <= now ? ShownSince : now))
                : (ProductStatus.Draft, date > now ? date : null);
        if (DeletedAt is null && Status == status && ShownSince == since)
            return false;
        (Status, PublishedAt, DeletedAt) = (status, since, null);
        Touch(now);
        return true;
    }

    /// <summary>Takes it from everybody but staff; false when that is so already.</summary>
    public bool Delete(DateTimeOffset now)
    {
        if (DeletedAt is not null)
            return false;
        (Status, PublishedAt, DeletedAt) = (ProductStatus.Draft, null, now);
        Touch(now);
        return true;
    }

    /// <summary>Makes it a draft again; false when it isn't deleted.</summary>
    public bool Restore(DateTimeOffset now)
    {
        if (DeletedAt is null)
            return false;
        DeletedAt = null;
        Touch(now);
        return true;
    }

    /// <summary>Gives it another address; false when it is that already.</summary>
    public bool Rename(string slug, DateTimeOffset now)
    {
        if (Slug == slug)
            return false;
        Slug = slug;
        Touch(now);
        return true;
    }

    /// <summary>Itself, for other modules.</summary>
    public ProductSnapshot ToSnapshot(Shelving shelving) =>
        new(
            Id,
            Slug,
            Title,
            Description,
            Vendor,
            Category,
            Images.Count > 0 ? Images[0].Url : null,
            [.. Variants.Select(v => v.ToSnapshot())],
            Version,
            OptionNames,
            Category is null ? [] : shelving.Paths.GetValueOrDefault(Category, []),
            [
                .. Attributes
                    .Where(a => shelving.Attributes.ContainsKey(a.Key))
                    .Select(a => (Definition: shelving.Attributes[a.Key], a.Value))
                    .OrderBy(a => a.Definition.Position)
                    .ThenBy(a => a.Definition.Code, StringComparer.Ordinal)
                    .Select(a => new AttributeSnapshot(a.Definition.Code, a.Definition.Label, a.Definition.Kind, a.Value)),
            ],
            TaxCategory,
            ShownSince
        );

    private bool Become(ProductStatus status, DateTimeOffset? at, DateTimeOffset now)
    {
        if (Status == status && (status == ProductStatus.Published || PublishedAt == at))
            return false;
        (Status, PublishedAt) = (status, at);
        Touch(now);
        return true;
    }

    private void ReplaceVariants(IReadOnlyList<VariantContent> contents)
    {
        var known = _variants.ToDictionary(v => v.Sku);
        _variants.RemoveAll(v => contents.All(c => c.Sku != v.Sku));
        for (var position = 0; position < contents.Count; position++)
        {
            if (!known.TryGetValue(contents[position].Sku, out var variant))
                _variants.Add(variant = new Variant(Id, contents[position].Sku));
            variant.Change(contents[position], position);
        }
    }

    private void Touch(DateTimeOffset now)
    {
        Version++;
        UpdatedAt = now;
    }
}

/// <summary>One combination of a product's options, as sold.</summary>
public sealed class Variant
{
    internal Variant(Guid productId, string sku) => (ProductId, Sku) = (productId, sku);

    private Variant() { }

    /// <summary>Stock keeping unit, unique in the shop; the key.</summary>
    public string Sku { get; private init; } = "";

    public Guid ProductId { get; private init; }

    /// <summary>Place among its siblings, from 0 without gaps.</summary>
    public int Position { get; private set; }

    /// <summary>One value for each option of the product.</summary>
    public IReadOnlyList<string> OptionValues { get; private set; } = [];

    /// <summary>Price of one piece, before tax.</summary>
    public Money Price { get; private set; }

    /// <summary>A former, higher price to show struck through, in minor units of <see cref="Price"/>'s currency.</summary>
    public long? CompareAtMinor { get; private set; }

    /// <summary>GTIN.</summary>
    public string? Barcode { get; private set; }

    /// <summary>Weight of one piece in grams.</summary>
    public int? WeightGrams { get; private set; }

    /// <summary>Prices in other currencies, by currency.</summary>
    public IReadOnlyList<OtherPrice> OtherPrices { get; private set; } = [];

    /// <summary>Its option values, such as <c>M / blue</c>; empty for a product without options.</summary>
    public string Title => string.Join(" / ", OptionValues);

    internal VariantContent Content() =>
        new(Sku, OptionValues, Price, CompareAtMinor, Barcode) { WeightGrams = WeightGrams, OtherPrices = OtherPrices };

    internal VariantSnapshot ToSnapshot() =>
        new(
            Sku,
            Title,
            Price,
            Barcode,
            OptionValues,
            CompareAtMinor,
            OtherPrices.Count == 0 ? null : [.. OtherPrices.Select(p => new Money(p.Minor, p.Currency))],
            WeightGrams
        );

    internal void Change(VariantContent content, int position)
    {
        Position = position;
        OptionValues = content.OptionValues;
        Price = content.Price;
        CompareAtMinor = content.CompareAtMinor;
        Barcode = content.Barcode;
        WeightGrams = content.WeightGrams;
        OtherPrices = content.OtherPrices;
    }
}
