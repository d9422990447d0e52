using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Access;

/// <summary>
/// Whose word counts for where a request came from: <c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c>
/// are read from the proxies that the operator names, and forgotten of everybody else. A chain is followed backwards for as long
/// as its links are trusted.
/// </summary>
internal static partial class TrustedProxies
{
    /// <summary>
    /// ASP.NET's own variable believes everybody, which makes limits by address void and audit lines lies: it does nothing here.
    /// </summary>
    public static void AddTrustedProxies(this IServiceCollection services) =>
        services.PostConfigure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None);

    public static void UseTrustedProxies(this WebApplication app)
    {
        var proxies = app.Services.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Security.TrustedProxies;
        if (proxies.Count == 0)
        {
            if (app.Configuration.GetValue<bool>("ForwardedHeaders_Enabled"))
                LogNobody(app.Logger);
            return;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders =
                ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null, // as many as are trusted
            AllowedHosts = [.. HostNames.Parse(app.Configuration)],
        };
        options.KnownProxies.Clear(); // the framework's own: loopback
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (ProxyNetworks.TryParse(proxy, out var network)) // always: the settings were checked
                options.KnownIPNetworks.Add(network.Value);
        }

        app.Use((context, next) =>
        {
            context.Features.Set(new Peer(context.Connection.RemoteIpAddress));
            return next(context);
        });
        app.UseForwardedHeaders(options);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message =
        "ASPNETCORE_FORWARDEDHEADERS_ENABLED believes everybody and is not followed: name the proxies in "
        + "FaceDeid:Security:TrustedProxies")]
    private static partial void LogNobody(ILogger logger);
}

/// <summary>Who is at the other end of the connection, where that may be a proxy.</summary>
internal sealed record Peer(IPAddress? Address);
