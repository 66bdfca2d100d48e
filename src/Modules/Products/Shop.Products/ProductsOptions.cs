using System.ComponentModel.DataAnnotations;

namespace Shop.Products;

/// <summary>How the catalogue is priced and served.</summary>
public sealed class ProductsOptions
{
    /// <summary>Where the settings stand.</summary>
    public const string Section = "Products";

    /// <summary>The shop's own currency: each variant has a price in it, others beside it; a file's plain price is in it. ISO 4217.</summary>
    [Required, RegularExpression("^[A-Z]{3}$")]
    public string Currency { get; set; } = "EUR";

    /// <summary>Memory for finished responses, in megabytes.</summary>
    [Range(1, 4096)]
    public int PagesMegabytes { get; set; } = 64;

    /// <summary>Largest file of an import, in megabytes.</summary>
    [Range(1, 4096)]
    public int ImportMegabytes { get; set; } = 1024;

    /// <summary>Rows that an import takes over in a second at most; those who read meanwhile share its processors.</summary>
    [Range(100, 10_000_000)]
    public int ImportedRowsPerSecond { get; set; } = 5_100;

    /// <summary>
    /// Imported products that each host tells the other modules about in a second, after a first thousand without a pause; ten a second while
    /// an import runs. Search and carts share the shop's processors.
    /// </summary>
    [Range(10, 100_000)]
    public int AnnouncedPerSecond { get; set; } = 200;
}
