using System.Net;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Pages of other origins (CORS): those that the operator names, and nobody else.</summary>
public sealed class CrossOriginTests(CrossOriginTests.Named named) : IClassFixture<CrossOriginTests.Named>
{
    private const string Page = "https://app.example.org";
    private const string OtherPage = "http://localhost:5173";
    private const string Key = "a-key-of-these-tests";
    private const string Exposed =
        "Accept-Ranges,Content-Disposition,Content-Range,ETag,Location,Preference-Applied,Retry-After,X-FaceDeid-Detector,"
        + "X-FaceDeid-Faces,X-FaceDeid-Fallbacks,X-FaceDeid-Method,X-FaceDeid-Notes,X-FaceDeid-Sealed,"
        + "X-FaceDeid-Uncertain,X-FaceDeid-Unmatched";

    [Theory]
    [InlineData(Page, "/v1/deidentify", "POST", "content-type,x-api-key")]
    [InlineData(Page, "/v1/seal", "POST", "x-facedeid-key,authorization")]
    [InlineData(OtherPage, "/v1/capabilities", "GET", "x-api-key")]
    public async Task A_browser_that_asks_is_told_yes_before_keys_and_limits(
        string origin, string path, string method, string headers)
    {
        for (var i = 0; i < 3; i++) // more than the requests of a minute
        {
            using var answer = await AskAsync(named.Service, origin, path, method, headers);

            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Equal(origin, Header(answer, "Access-Control-Allow-Origin"));
            Assert.Contains(method, Header(answer, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
            Assert.Equal(headers, Header(answer, "Access-Control-Allow-Headers"));
            Assert.Equal("600", Header(answer, "Access-Control-Max-Age"));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://app.example.org.evil.example")]
    [InlineData("https://APP.example.org")]
    [InlineData("http://app.example.org")]
    [InlineData("https://app.example.org:8443")]
    [InlineData("null")]
    public async Task Nobody_else_is_told_yes(string origin)
    {
        using var asked = await AskAsync(named.Service, origin, "/v1/detect", "POST", "x-api-key");
        using var sent = await SendAsync(named.Service, origin, Key);

        foreach (var answer in new[] { asked, sent })
            AssertNothingTold(answer);
    }

    [Fact]
    public async Task Answers_and_errors_carry_the_headers_and_may_be_read()
    {
        await using var open = ServiceFixture.With(
            ("FaceDeid:Cors:Origins:0", Page), ("FaceDeid:Limits:MaxUploadMegabytes", "1"));
        (string Path, FormPart[] Parts, int Status)[] requests =
        [
            ("/v1/deidentify", [Requests.Image(Pictures.Face)], 200),
            ("/v1/detect", [Requests.Image(Pictures.Truncated)], 422),
            ("/v1/detect", [Requests.Image(new byte[1_000_001])], 413),
            ("/v1/detect?a=b", [], 400),
            ("/v1/nothing", [], 404),
        ];
        foreach (var (path, parts, status) in requests)
        {
            using var form = Requests.Form(parts);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = form };
            request.Headers.Add("Origin", Page);
            using var answer = await open.Client.SendAsync(request);
            AssertReadable(answer, status);
        }

        using var unknown = await SendAsync(named.Service, Page, "another");
        AssertReadable(unknown, 401);
        using var first = await SendAsync(named.Service, Page, Key);
        using var second = await SendAsync(named.Service, Page, Key);
        AssertReadable(second, 429);
        Assert.NotNull(second.Headers.RetryAfter);

        static void AssertReadable(HttpResponseMessage answer, int status)
        {
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(Page, Header(answer, "Access-Control-Allow-Origin"));
            var exposed = Header(answer, "Access-Control-Expose-Headers").Split(',').Order(StringComparer.Ordinal);
            Assert.Equal(Exposed, string.Join(',', exposed));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        }
    }

    [Fact]
    public async Task Without_the_setting_and_outside_of_v1_nothing_is_told()
    {
        await using var closed = ServiceFixture.With();
        using var asked = await AskAsync(closed, Page, "/v1/detect", "POST", "content-type");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, asked.StatusCode);
        using var metrics = await AccessKeys.SendAsync(named.Service, HttpMethod.Get, "/metrics", "Origin", Page);
        Assert.Equal(HttpStatusCode.OK, metrics.StatusCode);
        foreach (var answer in new[] { asked, metrics })
            AssertNothingTold(answer);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("null")]
    [InlineData("app.example.org")]
    [InlineData("https://app.example.org/")]
    [InlineData("https://App.example.org")]
    [InlineData("https://app.example.org:443")]
    [InlineData("https://user@app.example.org")]
    [InlineData("https://*.example.org")]
    [InlineData("ftp://app.example.org")]
    [InlineData("https://b\u00fccher.example")]
    public async Task What_no_browser_would_send_stops_the_start(string origin)
    {
        var (exitCode, _, errors) = await ServiceProcess.RunAsync(
            [], ("FaceDeid__Cors__Origins__0", Page), ("FaceDeid__Cors__Origins__1", origin));

        Assert.Equal(1, exitCode);
        Assert.Contains(
            "FaceDeid:Cors:Origins must be origins as browsers send them, such as ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_text_instead_of_a_list_stops_the_start()
    {
        var (_, _, errors) = await ServiceProcess.RunAsync([], ("FaceDeid__Cors__Origins", Page));
        Assert.Contains("FaceDeid:Cors:Origins is a list: its values are ", errors, StringComparison.Ordinal);
    }

    private static void AssertNothingTold(HttpResponseMessage answer) => Assert.DoesNotContain(
        answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));

    private static async Task<HttpResponseMessage> AskAsync(
        ServiceFixture service, string origin, string path, string method, string headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", headers);
        return await service.Client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> SendAsync(ServiceFixture service, string origin, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/capabilities", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.Add(AccessKeys.Header, key);
        return await service.Client.SendAsync(request);
    }

    private static string Header(HttpResponseMessage answer, string name) => string.Join(',', answer.Headers.GetValues(name));

    /// <summary>A service that two origins may call, with a key, once in a minute.</summary>
    public sealed class Named : IAsyncDisposable, IDisposable
    {
        public ServiceFixture Service { get; } = ServiceFixture.With(
            ("FaceDeid:Cors:Origins:0", Page), ("FaceDeid:Cors:Origins:1", OtherPage),
            ("FaceDeid:Limits:RequestsPerMinute", "1"), AccessKeys.Known("one", Key));

        public void Dispose() => Service.Dispose();

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
