namespace Shop.Products.Domain;

/// <summary>How large a product may be, whichever way it comes in.</summary>
public static class Limits
{
    public const int Slug = 200;
    public const int Title = 200;
    public const int Description = 20_000;
    public const int Vendor = 100;
    public const int Category = 100;
    public const int Options = 3;
    public const int OptionName = 50;
    public const int OptionValue = 100;
    public const int Sku = 64;
    public const int Barcode = 32;
    public const int Variants = 100;
    public const int Images = 50;
    public const int ImageUrl = 2_000;
    public const int ImageAlt = 500;

    public const int TaxCategory = 50;
    public const int SeoTitle = 200;
    public const int SeoDescription = 500;
    public const int Attributes = 50;
    public const int AttributeCode = 50;
    public const int AttributeLabel = 100;
    public const int AttributeValue = 500;
    public const int Choices = 200;
    public const int AttributeDefinitions = 200;
    public const int CategoryDepth = 8;
    public const int CollectionProducts = 1_000;
    public const int CollectionsOfProduct = 50;
    public const int OtherPrices = 20;

    /// <summary>Heaviest piece in grams.</summary>
    public const int WeightGrams = 10_000_000;

    /// <summary>Largest price in minor units; sums over carts and orders stay far from overflow.</summary>
    public const long Price = 100_000_000_00;

    /// <summary>Largest opening stock of a variant.</summary>
    public const int Stock = 10_000_000;
}
