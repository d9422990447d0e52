namespace FaceDeid.Api.Operations;

/// <summary>
/// The switch <c>--healthcheck</c>: asks the running service whether it is ready, so that the image needs no HTTP client.
/// </summary>
internal static class HealthProbe
{
    /// <summary>0: ready. 1: not ready, or not reached within three seconds.</summary>
    public static async Task<int> RunAsync()
    {
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
            using var answer = await client.GetAsync(new Uri(Address(), "/health/ready"));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return 1;
        }
    }

    /// <summary>Where the service listens, told by the variables that tell Kestrel.</summary>
    private static Uri Address()
    {
        var url = Environment.GetEnvironmentVariable("ASPNETCORE_URLS")?.Split(';')[0];
        var port = Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS")?.Split(';')[0];
        if (url is not { Length: > 0 })
            return new Uri($"http://127.0.0.1:{(port is { Length: > 0 } ? port : "8080")}");

        // What stands for "all addresses" cannot be asked.
        var address = BindingAddress.Parse(url);
        var host = address.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
        return new Uri($"{address.Scheme}://{host}:{address.Port}");
    }
}
