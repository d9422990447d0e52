using System.Net;
using System.Net.Sockets;

namespace FaceDeid.Api.Access;

/// <summary>Who sent a request that was let in.</summary>
/// <param name="Name">
/// For the audit log: <c>key:</c> and the key's name, or <c>token:</c> and its subject, so that none can pass for another.
/// </param>
/// <param name="Client">Whose allowance of requests this counts against.</param>
/// <param name="Scopes">What beyond the open calls is allowed.</param>
/// <param name="RequestsPerMinute">An allowance of its own; 0: that of everybody.</param>
internal sealed record Caller(string Name, string Client, IReadOnlyList<string> Scopes, int RequestsPerMinute = 0)
{
    /// <summary>The caller's name, or the address where nobody is asked who they are.</summary>
    public static string NameOf(HttpContext context) => Of(context)?.Name ?? Address(context);

    /// <summary>
    /// Whose allowance a request counts against. Of an IPv6 address the network counts: whoever has one has all 2^64 addresses of
    /// it.
    /// </summary>
    public static string ClientOf(HttpContext context) => Of(context)?.Client ?? Network(context.Connection.RemoteIpAddress);

    /// <summary>The caller; null: everybody is let in.</summary>
    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();

    /// <summary>The address that a request came from, as trusted proxies tell it.</summary>
    public static string Address(HttpContext context) => Text(context.Connection.RemoteIpAddress);

    /// <summary>The address at the other end of the connection: the caller's, or that of a proxy.</summary>
    public static string PeerAddress(HttpContext context) =>
        context.Features.Get<Peer>() is { } peer ? Text(peer.Address) : Address(context);

    private static string Text(IPAddress? address) =>
        (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? string.Empty;

    private static string Network(IPAddress? address)
    {
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false })
            return Text(address);
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
