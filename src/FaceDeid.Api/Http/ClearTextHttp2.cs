using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Http;

/// <summary>
/// HTTP/2 without TLS, on a port of its own: without TLS nobody can agree on a protocol, and a port for both would speak HTTP/1.1
/// only.
/// </summary>
internal static class ClearTextHttp2
{
    /// <summary>Tells Kestrel which of its ports that is.</summary>
    /// <exception cref="StartupException">The service does not listen there.</exception>
    public static void Configure(KestrelServerOptions kestrel, IOptions<FaceDeidOptions> options, IConfiguration configuration)
    {
        var port = options.Value.Http2.Port;
        if (port == 0)
            return;
        if (!Ports(configuration).Contains(port))
        {
            throw new StartupException(
                "FaceDeid does not start. "
                + "FaceDeid:Http2:Port must be one of the ports in ASPNETCORE_URLS or ASPNETCORE_HTTP_PORTS.");
        }

        kestrel.ConfigureEndpointDefaults(listen =>
        {
            if (listen.IPEndPoint?.Port == port)
                listen.Protocols = HttpProtocols.Http2;
        });
    }

    private static IEnumerable<int> Ports(IConfiguration configuration)
    {
        if (configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } addresses)
            return addresses.Split(';').Select(address => BindingAddress.Parse(address).Port);
        return (configuration[WebHostDefaults.HttpPortsKey] ?? string.Empty).Split(';')
            .Select(port => int.TryParse(port, out var number) ? number : 0);
    }
}
