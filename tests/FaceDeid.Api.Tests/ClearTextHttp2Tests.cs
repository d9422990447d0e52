using System.Net;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>HTTP/2 without TLS on a port of its own (<c>FaceDeid:Http2:Port</c>).</summary>
public sealed class ClearTextHttp2Tests
{
    [Fact]
    public async Task One_port_speaks_http2_and_the_others_http1()
    {
        var (first, second) = (ServiceProcess.FreePort(), ServiceProcess.FreePort());
        await using var service = await ServiceProcess.StartAsync(
            ("ASPNETCORE_URLS", $"http://127.0.0.1:{first};http://127.0.0.1:{second}"), ("FaceDeid__Http2__Port", $"{second}"),
            ("FaceDeid__Limits__MaxUploadMegabytes", "1"));

        Assert.Equal("2.0 200", await DetectAsync(second, HttpVersion.Version20, Pictures.Face));
        Assert.Equal("1.1 200", await DetectAsync(first, HttpVersion.Version11, Pictures.Face));
        Assert.Equal("2.0 413", await DetectAsync(second, HttpVersion.Version20, new byte[2_500_000]));
        Assert.Equal("2.0 413", await DetectAsync(second, HttpVersion.Version20, new byte[30_000_000]));
        Assert.Equal("2.0 400", await DetectAsync(second, HttpVersion.Version20, new byte[2_500_000], "?detector=hog"));
        Assert.Equal("1.1 400", await DetectAsync(second, HttpVersion.Version11, Pictures.Face));
        await Assert.ThrowsAsync<HttpRequestException>(() => DetectAsync(first, HttpVersion.Version20, Pictures.Face));
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:0;http://127.0.0.1:8081", "8082")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "8080", "8081")]
    public async Task A_port_that_nobody_listens_on_stops_the_start(string variable, string value, string port)
    {
        var (exitCode, _, errors) = await ServiceProcess.RunAsync(
            [], ("ASPNETCORE_URLS", string.Empty), (variable, value), ("FaceDeid__Http2__Port", port));

        Assert.Equal(1, exitCode);
        Assert.Contains("FaceDeid:Http2:Port must be one of the ports in ASPNETCORE_URLS or ", errors, StringComparison.Ordinal);
    }

    private static async Task<string> DetectAsync(int port, Version version, byte[] picture, string query = "")
    {
        using var client = new HttpClient();
        using var form = Requests.Form(Requests.Image(picture));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{port}/v1/detect{query}"))
        {
            Content = form,
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await client.SendAsync(request);
        return $"{answer.Version} {(int)answer.StatusCode}";
    }
}
