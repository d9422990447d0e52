using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Access;

/// <summary>Says it, once and plainly, when a service that lets everybody in can be reached from other machines.</summary>
internal static partial class OpenAccess
{
    /// <summary>Looks once the service listens: only then is it known where.</summary>
    public static void WarnOfOpenAccess(this WebApplication app)
    {
        var services = app.Services;
        if (services.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Security.IsOpen)
            app.Lifetime.ApplicationStarted.Register(() => Warn(services.GetRequiredService<IServer>(), app.Logger));
    }

    /// <summary>
    /// Whether an address can be reached from other machines. What is no IP address and not localhost, Kestrel takes for all
    /// addresses.
    /// </summary>
    public static bool IsExposed(string address)
    {
        var binding = BindingAddress.Parse(address);
        var isLoopback = binding.IsUnixPipe || binding.IsNamedPipe
            || string.Equals(binding.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(binding.Host, out var ip) && IPAddress.IsLoopback(ip));
        return !isLoopback;
    }

    private static void Warn(IServer server, ILogger logger)
    {
        var exposed = server.Features.Get<IServerAddressesFeature>()?.Addresses.Where(IsExposed).ToList() ?? [];
        if (exposed.Count > 0)
            LogOpen(logger, exposed);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message =
        "Everybody who reaches {Addresses} may call everything, restoring faces too: neither keys nor tokens are asked for. Set "
        + "FaceDeid:Security:ApiKeys or FaceDeid:Security:Jwt (docs/operations.md, Access), or listen on localhost only")]
    private static partial void LogOpen(ILogger logger, List<string> addresses);
}
