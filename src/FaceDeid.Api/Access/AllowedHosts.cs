using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Primitives;

namespace FaceDeid.Api.Access;

/// <summary>
/// Which names the service answers to (<c>Host</c>). A page whose name its owner points to another address, such as 127.0.0.1, is
/// of one origin with what answers there (DNS rebinding): a service that only this machine reaches could be used by every page
/// that somebody on it opens. Such a page cannot give itself the name of this machine, nor an address that is not its own.
/// </summary>
internal sealed class AllowedHosts(RequestDelegate next, IConfiguration configuration, IServer server)
{
    private static readonly FrozenSet<string> Loopback = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "localhost", "127.0.0.1", "[::1]");

    private readonly IList<StringSegment> _names =
        [.. HostNames.Parse(configuration).Select(name => new StringSegment(new HostString(name).ToUriComponent()))];

    /// <summary>Ports that other machines reach; known once the service listens.</summary>
    private readonly Lazy<FrozenSet<int>> _exposedPorts = new(() =>
        (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Where(OpenAccess.IsExposed)
        .Select(address => BindingAddress.Parse(address).Port).ToFrozenSet());

    /// <summary>The name as it was sent: <see cref="HttpRequest.Host"/> would be decoded.</summary>
    public static HostString HostOf(HttpRequest request) => new(request.Headers.Host.ToString());

    public Task InvokeAsync(HttpContext context) => IsAllowed(HostOf(context.Request).Host, context.Connection)
        ? next(context)
        : ProblemAnswer.WriteAsync(
            context, ProblemKinds.UnknownHost,
            "The service does not answer to the name in the header Host. Use one that it knows, or ask the operator to add it "
            + "to the setting AllowedHosts.");

    private bool IsAllowed(string host, ConnectionInfo connection)
    {
        if (_names.Count > 0 && HostString.MatchesAny(host, _names))
            return true;
        var own = connection.LocalIpAddress; // null: of no network, such as a socket in the file system
        var isOwn = own is null || IPAddress.IsLoopback(own)
            ? Loopback.Contains(host)
            : string.Equals(host, Text(own), StringComparison.OrdinalIgnoreCase);
        if (isOwn)
            return true; // the probes of orchestrators, Prometheus and --healthcheck ask by address
        return _names.Count == 0 && _exposedPorts.Value.Contains(connection.LocalPort);
    }

    /// <summary>An address as it stands in the header.</summary>
    private static string Text(IPAddress address)
    {
        var isV6 = address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false };
        return isV6 ? $"[{address}]" : $"{address.MapToIPv4()}";
    }
}
