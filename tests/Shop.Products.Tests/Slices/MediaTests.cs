using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.Products.Media;
using SkiaSharp;

namespace Shop.Products.Tests.Slices;

public sealed class MediaTests(ShopFixture shop)
{
    [Fact]
    public async Task A_picture_is_taken_in_with_thumbnails_and_served_for_ever()
    {
        var uploaded = await UploadedAsync(Png(1300, 650), "image/png");

        (uploaded["width"]!.GetValue<int>(), uploaded["height"]!.GetValue<int>()).ShouldBe((1300, 650));
        uploaded["thumbnails"]!.AsObject().Select(t => t.Key).ShouldBe(["160", "480", "1200"]);
        using var original = await shop.Client.GetAsync(uploaded.Text("url"));
        original.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        (await original.Content.ReadAsByteArrayAsync()).ShouldBe(Png(1300, 650));
        original.Headers.CacheControl!.ToString().ShouldContain("immutable");
        original.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        using var thumbnail = await shop.Client.GetAsync(uploaded["thumbnails"]!.Text("480"));
        thumbnail.Content.Headers.ContentType!.MediaType.ShouldBe("image/webp");
        Pictures.Look(await thumbnail.Content.ReadAsByteArrayAsync()).ShouldBe(new PictureInfo("image/webp", 480, 240));
        using var again = new HttpRequestMessage(HttpMethod.Get, uploaded.Text("url"));
        again.Headers.IfNoneMatch.Add(original.Headers.ETag!);
        (await shop.Client.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData(1, 600, 300, 0)]
    [InlineData(3, 600, 300, 1)]
    [InlineData(6, 300, 600, 0)]
    [InlineData(8, 300, 600, 1)]
    public async Task A_picture_of_a_camera_held_sideways_stands_upright_as_a_thumbnail(byte origin, int width, int height, int dark)
    {
        var uploaded = await UploadedAsync(Jpeg(600, 300, origin), "image/jpeg");
        (uploaded["width"]!.GetValue<int>(), uploaded["height"]!.GetValue<int>()).ShouldBe((width, height));
        using var small = SKBitmap.Decode(await shop.Client.GetByteArrayAsync(uploaded["thumbnails"]!.Text("160")));
        (small.Width, small.Height).ShouldBe((160, 160 * height / width));
        // Its left half is dark as it lies in the file: turned, that is the top, the bottom or the right.
        SKColor[] ends = [small.GetPixel(5, 5), small.GetPixel(small.Width - 5, small.Height - 5)];
        ends.Select(c => c.Red < 128).ShouldBe([dark == 0, dark == 1]);
    }

    [Fact]
    public async Task A_picture_goes_into_a_product()
    {
        var slug = Catalogue.Unique();
        var uploaded = await UploadedAsync(Png(10, 10), "image/png");
        var request = Catalogue.Request(slug);
        request["images"] = new JsonArray(new JsonObject { ["url"] = uploaded.Text("url"), ["alt"] = "Boots" });
        (await shop.CreateAsync(request, slug))["images"]![0]!.Text("url").ShouldBe(uploaded.Text("url"));
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 415, "products.media_svg_refused")]
    [InlineData("<?xml version='1.0'?>\n<!-- x -->\n<SVG/>", 415, "products.media_svg_refused")]
    [InlineData("<html>", 415, "products.media_unknown_type")]
    [InlineData("GIF89a and nothing else", 422, "products.media_unreadable")]
    public async Task What_isnt_a_picture_is_refused_whatever_it_is_called(string content, int status, string code)
    {
        using var response = await UploadAsync(Encoding.UTF8.GetBytes(content), "image/png");
        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldContain(code);
    }

    [Fact]
    public async Task A_picture_has_bounds_of_bytes_and_of_pixels()
    {
        using var large = await UploadAsync(new byte[10 * 1024 * 1024 + 1], "image/png");
        large.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await large.Content.ReadAsStringAsync()).ShouldContain("products.media_too_large");
        // Some kilobytes that would be a gigabyte of pixels.
        using var bomb = await UploadAsync(Png(16_000, 16_000), "image/png");
        bomb.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_picture_whose_pixels_cant_be_read_is_refused()
    {
        var png = Png(600, 300);
        png.AsSpan(41, png.Length - 41 - 16).Fill(0x55);
        using var response = await UploadAsync(png, "image/png");
        ((int)response.StatusCode).ShouldBe(422);
        (await response.Content.ReadAsStringAsync()).ShouldContain("products.media_unreadable");
    }

    [Theory]
    [InlineData("original.svg")]
    [InlineData("999.webp")]
    [InlineData("..%2Foriginal.png")]
    public async Task Nothing_but_what_was_made_is_served(string name)
    {
        var uploaded = await UploadedAsync(Png(10, 10), "image/png");
        (await shop.Client.GetAsync($"/api/v1/products/media/{uploaded["id"]}/{name}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Only_staff_upload()
    {
        using var customer = shop.ClientAs(Policies.Customer);
        (await customer.PostAsync("/api/v1/products/media", new ByteArrayContent(Png(1, 1)))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_store_that_speaks_S3_is_asked_as_its_protocol_says()
    {
        await using var s3 = await S3Double.StartAsync();
        using var stores = new MediaStores(
            Options.Create(
                new MediaOptions
                {
                    S3Url = s3.Address,
                    S3Bucket = "pictures",
                    S3AccessKey = "key-id",
                    S3SecretKey = "secret",
                    S3Region = "eu-central-1",
                }
            )
        );
        var bytes = Png(20, 20);

        await stores.Current!.PutAsync("a/original.png", bytes, "image/png", TestContext.Current.CancellationToken);
        await using var read = await stores.Current.OpenAsync("a/original.png", TestContext.Current.CancellationToken);
        var missing = await stores.Current.OpenAsync("a/none.png", TestContext.Current.CancellationToken);

        using var copy = new MemoryStream();
        await read!.CopyToAsync(copy, TestContext.Current.CancellationToken);
        copy.ToArray().ShouldBe(bytes);
        missing.ShouldBeNull();
        var put = s3.Requests[0];
        (put.Method, put.Path, put.ContentType).ShouldBe(("PUT", "/pictures/a/original.png", "image/png"));
        put.Authorization.ShouldStartWith("AWS4-HMAC-SHA256 Credential=key-id/");
        put.Authorization.ShouldContain("/eu-central-1/s3/aws4_request");
        s3.Objects["/pictures/a/original.png"].ShouldBe(bytes);
    }

    private async Task<JsonNode> UploadedAsync(byte[] bytes, string type)
    {
        using var response = await UploadAsync(bytes, type);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    private async Task<HttpResponseMessage> UploadAsync(byte[] bytes, string type)
    {
        await shop.WarmAsync();
        using var staff = shop.ClientAs(Policies.Staff);
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var form = new MultipartFormDataContent { { file, "file", "picture.png" } };
        return await staff.PostAsync("/api/v1/products/media", form);
    }

    // Dark on the left, light on the right, and said to be turned.
    private static byte[] Jpeg(int width, int height, byte origin)
    {
        using var picture = new SKBitmap(width, height);
        picture.Erase(SKColors.White);
        using (var canvas = new SKCanvas(picture))
        using (var black = new SKPaint { Color = SKColors.Black })
            canvas.DrawRect(0, 0, width / 2f, height, black);
        using var encoded = picture.Encode(SKEncodedImageFormat.Jpeg, 90);
        var jpeg = encoded.ToArray();
        byte[] exif = [.. "Exif\0\0MM\0*\0\0\0\b\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0"u8, origin, 0, 0, 0, 0, 0, 0];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }

    // Grey, of any size, and small for its size.
    private static byte[] Png(int width, int height)
    {
        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk("IHDR", [.. BigEndian(width), .. BigEndian(height), 8, 0, 0, 0, 0]);
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[width + 1];
            for (var y = 0; y < height; y++)
                deflate.Write(row);
        }
        Chunk("IDAT", packed.ToArray());
        Chunk("IEND", []);
        return png.ToArray();

        void Chunk(string type, byte[] data)
        {
            byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
            png.Write(BigEndian(data.Length));
            png.Write(body);
            png.Write(BigEndian((int)Crc(body)));
        }
    }

    private static byte[] BigEndian(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }
}
