using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Shop.Storefront.Catalogue;

/// <summary>Where this host's API can be called from within.</summary>
internal sealed class OwnAddress(IServer server)
{
    private static readonly string[] Anywhere = ["+", "*", "0.0.0.0", "[::]"];

    /// <summary>An address on loopback; null while the host doesn't listen.</summary>
    public Uri? Find()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var address =
            addresses.FirstOrDefault(a => a.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) ?? addresses.FirstOrDefault();
        if (address is null)
            return null;
        foreach (var host in Anywhere)
            address = address.Replace($"://{host}:", "://127.0.0.1:", StringComparison.Ordinal);
        return new Uri(address);
    }
}
