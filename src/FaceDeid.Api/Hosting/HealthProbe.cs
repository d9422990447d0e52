namespace FaceDeid.Api.Hosting;

/// <summary>The switch <c>--healthcheck</c>: asks the running service whether it is ready, so that the image needs no HTTP client.</summary>
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
        return url is { Length: > 0 }
            ? new Uri(url.Replace("//+", "//localhost", StringComparison.Ordinal).Replace("//*", "//localhost", StringComparison.Ordinal)
                .Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal).Replace("//[::]", "//localhost", StringComparison.Ordinal))
            : new Uri($"http://localhost:{(port is { Length: > 0 } ? port : "8080")}");
    }
}
