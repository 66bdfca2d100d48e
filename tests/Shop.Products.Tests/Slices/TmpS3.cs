using Microsoft.Extensions.Options;
using Shop.Products.Media;
namespace Shop.Products.Tests.Slices;
public sealed class TmpS3
{
    [Fact]
    public async Task Real()
    {
        using var stores = new MediaStores(Options.Create(new MediaOptions { S3Url = new Uri("http://127.0.0.1:45680"), S3Bucket = "pictures", S3AccessKey = "S3RVER", S3SecretKey = "S3RVER" }));
        var bytes = new byte[300_000]; Random.Shared.NextBytes(bytes);
        await stores.Current!.PutAsync("a/original.png", bytes, "image/png", default);
        await using var read = await stores.Current.OpenAsync("a/original.png", default);
        using var copy = new MemoryStream(); await read!.CopyToAsync(copy); copy.ToArray().ShouldBe(bytes);
        (await stores.Current.OpenAsync("a/none.png", default)).ShouldBeNull();
        using var bad = new MediaStores(Options.Create(new MediaOptions { S3Url = new Uri("http://127.0.0.1:45680"), S3Bucket = "pictures", S3AccessKey = "S3RVER", S3SecretKey = "wrong" }));
        await Should.ThrowAsync<Amazon.S3.AmazonS3Exception>(() => bad.Current!.PutAsync("b", bytes, "image/png", default));
    }
}
