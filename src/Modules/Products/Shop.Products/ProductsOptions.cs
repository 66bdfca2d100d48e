using System.ComponentModel.DataAnnotations;

namespace Shop.Products;

/// <summary>How the catalogue is priced and served.</summary>
public sealed class ProductsOptions
{
    /// <summary>Where the settings stand.</summary>
    public const string Section = "Products";

    /// <summary>The one currency the shop asks prices in for now; imported prices are in it. ISO 4217.</summary>
    [Required, RegularExpression("^[A-Z]{3}$")]
    public string Currency { get; set; } = "EUR";

    /// <summary>Memory for finished responses, in megabytes.</summary>
    [Range(1, 4096)]
    public int PagesMegabytes { get; set; } = 64;
}
