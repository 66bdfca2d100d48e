using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Shop.Products.Media;

/// <summary>Keeps bytes under a key. What is kept never changes: a key is made for one picture.</summary>
public interface IMediaStore
{
    /// <summary>Keeps them, whole or not at all.</summary>
    Task PutAsync(string key, byte[] bytes, string contentType, CancellationToken cancellationToken);

    /// <summary>Opens them; null when there is nothing under the key.</summary>
    Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken);
}

/// <summary>A folder.</summary>
internal sealed class FolderMediaStore(string folder) : IMediaStore
{
    // Written beside and renamed: a reader sees the whole file or none.
    public async Task PutAsync(string key, byte[] bytes, string contentType, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var made = $"{path}.{Guid.CreateVersion7():N}";
        await File.WriteAllBytesAsync(made, bytes, cancellationToken);
        File.Move(made, path, overwrite: true);
    }

    public Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, key);
        return Task.FromResult<Stream?>(File.Exists(path) ? File.OpenRead(path) : null);
    }
}

/// <summary>A bucket of a store that speaks S3's protocol.</summary>
internal sealed class S3MediaStore : IMediaStore, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly AmazonS3Client _client;
    private readonly string _bucket;

    public S3MediaStore(MediaOptions options)
    {
        _bucket = options.S3Bucket!;
        // Addressed by path and without checksum trailers, which not every store but Amazon's knows.
        _client = new AmazonS3Client(
            new BasicAWSCredentials(options.S3AccessKey, options.S3SecretKey),
            new AmazonS3Config
            {
                ServiceURL = options.S3Url!.ToString(),
                AuthenticationRegion = options.S3Region,
                ForcePathStyle = true,
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
                Timeout = Patience,
                MaxErrorRetry = 1,
            }
        );
    }

    public async Task PutAsync(string key, byte[] bytes, string contentType, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(bytes, writable: false);
        await _client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = _bucket,
                Key = key,
                InputStream = content,
                ContentType = contentType,
                UseChunkEncoding = false,
            },
            cancellationToken
        );
    }

    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return (await _client.GetObjectAsync(_bucket, key, cancellationToken)).ResponseStream;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();
}
