using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace FaceDeid.Api.Tests;

/// <summary>Lets a request of the test server come by a connection of the test's choice: its headers name both ends.</summary>
internal sealed class ConnectionFilter : IStartupFilter
{
    public const string Local = "X-Test-Local";
    public const string Peer = "X-Test-Peer";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, rest) =>
        {
            if (IPAddress.TryParse(context.Request.Headers[Local], out var local))
                context.Connection.LocalIpAddress = local;
            if (IPAddress.TryParse(context.Request.Headers[Peer], out var peer))
                context.Connection.RemoteIpAddress = peer;
            return rest(context);
        });
        next(app);
    };
}
