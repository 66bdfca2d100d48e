using System.ComponentModel.DataAnnotations;

namespace Shop.Products.Media;

/// <summary>Where uploaded pictures are kept: a folder, or a store that speaks S3's protocol. Without either, uploads are refused.</summary>
public sealed class MediaOptions
{
    /// <summary>Where the settings stand.</summary>
    public const string Section = "Products:Media";

    /// <summary>A folder that all processes of the shop see, such as a volume; the only place that the shop writes to.</summary>
    public string? Folder { get; set; }

    /// <summary>Address of an S3-compatible store, such as <c>https://s3.eu-central-1.amazonaws.com</c>; it goes before the folder.</summary>
    public Uri? S3Url { get; set; }

    /// <summary>Bucket; it must be there.</summary>
    public string? S3Bucket { get; set; }

    /// <summary>Region that requests are signed for.</summary>
    public string S3Region { get; set; } = "us-east-1";

    /// <summary>Access key id.</summary>
    public string? S3AccessKey { get; set; }

    /// <summary>Secret access key.</summary>
    public string? S3SecretKey { get; set; }

    /// <summary>Largest picture in megabytes.</summary>
    [Range(1, 100)]
    public int Megabytes { get; set; } = 10;
}
