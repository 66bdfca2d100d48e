using Microsoft.Extensions.Options;

namespace Shop.Products.Media;

/// <summary>The store that the settings name; made when it is first needed.</summary>
public sealed class MediaStores(IOptions<MediaOptions> options) : IDisposable
{
    private readonly Lazy<IMediaStore?> _current = new(() => Make(options.Value));

    /// <summary>Null while none is configured.</summary>
    public IMediaStore? Current => _current.Value;

    /// <inheritdoc />
    public void Dispose()
    {
        if (_current.IsValueCreated)
            (_current.Value as IDisposable)?.Dispose();
    }

    private static IMediaStore? Make(MediaOptions options) =>
        options is { S3Url: not null, S3Bucket.Length: > 0 } ? new S3MediaStore(options)
        : options.Folder is { Length: > 0 } folder ? new FolderMediaStore(folder)
        : null;
}
