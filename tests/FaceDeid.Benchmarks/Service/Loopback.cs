using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FaceDeid.Benchmarks.Service;

/// <summary>Servers on this machine, as the load generator sees them.</summary>
internal static class Loopback
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>An address with a port that nothing listens on.</summary>
    public static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    /// <summary>One for all requests to a server, with one connection for each request in flight.</summary>
    public static HttpClient Client(Uri address) =>
        new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(20), // longer than any limit of the service
        };

    /// <summary>Waits until <c>/health/ready</c> answers 200.</summary>
    /// <returns>Whether it did, before the process ended and within a minute.</returns>
    public static async Task<bool> WaitUntilReadyAsync(HttpClient client, Process process)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < StartLimit && !process.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                    return true;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(5);
        }

        return false;
    }
}
