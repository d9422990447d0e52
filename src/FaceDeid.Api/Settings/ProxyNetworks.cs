using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using IPNetwork = System.Net.IPNetwork;

namespace FaceDeid.Api.Settings;

/// <summary>Which machines a setting means.</summary>
internal static class ProxyNetworks
{
    /// <summary>An IP address, or a network in CIDR notation. IPv4 within IPv6 is none: it is compared as IPv4.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPNetwork? network)
    {
        network = null;
        var address = text.Split('/')[0];
        if (!IPAddress.TryParse(address, out var ip) || ip.IsIPv4MappedToIPv6)
            return false;
        if (ip.AddressFamily == AddressFamily.InterNetwork && address.Count(letter => letter == '.') != 3)
            return false; // "10" would be 0.0.0.10
        var range = text.Contains('/', StringComparison.Ordinal) ? text : $"{ip}/{8 * ip.GetAddressBytes().Length}";
        if (IPNetwork.TryParse(range, out var parsed))
            network = parsed;
        return network is not null;
    }
}
