using System.Net.Sockets;
using FaceDeid.Api;
using FaceDeid.Api.Operations;
using Microsoft.AspNetCore.Connections;

ClosedProcess.Close();
if (args.Contains("--healthcheck", StringComparer.Ordinal))
    return await HealthProbe.RunAsync();

try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddFaceDeidHosting();

    var app = builder.Build();
    app.LoadModels(); // before anything counts: the self-test is no request
    app.UseFaceDeidHosting();
    app.MapFaceDeid();
    await app.RunAsync();
    return 0;
}
catch (StartupException refused)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return 1;
}
catch (Exception taken) when (taken is SocketException or IOException { InnerException: AddressInUseException })
{
    await Console.Error.WriteLineAsync(
        $"FaceDeid does not start. It cannot listen where ASPNETCORE_URLS or ASPNETCORE_HTTP_PORTS says: {taken.Message}");
    return 1;
}

/// <summary>The entry point, public so that tests can start the service.</summary>
public partial class Program;
