using SkiaSharp;

namespace Shop.Products.Media;

/// <summary>What a picture is by its bytes.</summary>
/// <param name="ContentType">One that browsers show.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
internal sealed record PictureInfo(string ContentType, int Width, int Height)
{
    /// <summary>How its file ends.</summary>
    public string Extension => ContentType["image/".Length..];
}

/// <summary>Pictures by their bytes: what they are, and smaller ones of them.</summary>
internal static class Pictures
{
    /// <summary>Widths of the thumbnails in pixels; a picture that is narrower has none of that width.</summary>
    public static readonly int[] Widths = [160, 480, 1200];

    // Small files may stand for pictures that fill the memory.
    private const long MaxPixels = 40_000_000;
    private const int MaxSide = 20_000;
    private const int Quality = 82;

    /// <summary>The type that the first bytes stand for; null for what isn't JPEG, PNG, WebP or GIF.</summary>
    public static string? Sniff(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png"
        : bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
        : bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? "image/gif"
        : null;

    /// <summary>True for what a browser may take for SVG, which can hold scripts.</summary>
    public static bool IsSvg(ReadOnlySpan<byte> bytes)
    {
        var head = System.Text.Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 4096)]);
        return head.Contains("<svg", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads the head only; null for what can't be decoded, or would be too large.</summary>
    public static PictureInfo? Look(byte[] bytes)
    {
        if (Sniff(bytes) is not { } type)
            return null;
        using var codec = SKCodec.Create(new MemoryStream(bytes, writable: false));
        if (codec is null)
            return null;
        var (width, height) = Upright(codec);
        return width is > 0 and <= MaxSide && height is > 0 and <= MaxSide && (long)width * height <= MaxPixels
            ? new(type, width, height)
            : null;
    }

    /// <summary>Smaller ones as WebP, by width; null when it can't be decoded.</summary>
    public static IReadOnlyDictionary<int, byte[]>? Thumbnails(byte[] bytes)
    {
        var made = new Dictionary<int, byte[]>();
        using var codec = SKCodec.Create(new MemoryStream(bytes, writable: false));
        using var whole = codec is null ? null : SKBitmap.Decode(codec);
        if (whole is null)
            return null;
        var (full, fullHeight) = Upright(codec!);
        foreach (var width in Widths.Where(w => w < full))
        {
            var height = Math.Max(1, (int)((long)fullHeight * width / full));
            var (across, down) = IsLying(codec!) ? (height, width) : (width, height);
            using var small = whole.Resize(new SKImageInfo(across, down), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
            if (small is null)
                continue;
            using var upright = new SKBitmap(new SKImageInfo(width, height));
            using (var canvas = new SKCanvas(upright))
            {
                canvas.Clear(SKColors.Transparent);
                canvas.SetMatrix(Turn(codec!.EncodedOrigin, across, down));
                canvas.DrawBitmap(small, 0, 0);
            }
            using var encoded = upright.Encode(SKEncodedImageFormat.Webp, Quality);
            made[width] = encoded.ToArray();
        }
        return made;
    }

    private static (int Width, int Height) Upright(SKCodec codec) =>
        IsLying(codec) ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);

    private static bool IsLying(SKCodec codec) => codec.EncodedOrigin >= SKEncodedOrigin.LeftTop;

    // A camera that was held sideways says so beside the pixels; a thumbnail has only pixels.
    private static SKMatrix Turn(SKEncodedOrigin origin, int width, int height) =>
        origin switch
        {
            SKEncodedOrigin.TopRight => new(-1, 0, width, 0, 1, 0, 0, 0, 1),
            SKEncodedOrigin.BottomRight => new(-1, 0, width, 0, -1, height, 0, 0, 1),
            SKEncodedOrigin.BottomLeft => new(1, 0, 0, 0, -1, height, 0, 0, 1),
            SKEncodedOrigin.LeftTop => new(0, 1, 0, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightTop => new(0, -1, height, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightBottom => new(0, -1, height, -1, 0, width, 0, 0, 1),
            SKEncodedOrigin.LeftBottom => new(0, 1, 0, -1, 0, width, 0, 0, 1),
            _ => SKMatrix.Identity,
        };
}

/// <summary>Two pictures are worked on at a time: each takes a processor and up to 160 MB for a moment.</summary>
internal sealed class PictureTurns() : BuildingBlocks.Turns(atOnce: 2, queue: 16);

/// <summary>Sixteen pictures come in at a time, however slowly: each is in memory until it is whole.</summary>
internal sealed class PictureUploads() : BuildingBlocks.Turns(atOnce: 16, queue: 0);
