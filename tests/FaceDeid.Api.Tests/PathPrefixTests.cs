using System.Net;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Behind a proxy that offers the service below a path (<c>X-Forwarded-Prefix</c>).</summary>
public sealed class PathPrefixTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Header = "X-Forwarded-Prefix";

    [Theory]
    [InlineData("/faces", "/faces")]
    [InlineData("/faces/", "/faces")]
    [InlineData("/a/b-c_d.e~f/2", "/a/b-c_d.e~f/2")]
    [InlineData("/", "")]
    [InlineData("", "")]
    [InlineData("//evil.example", "")]
    [InlineData("/\\evil.example", "")]
    [InlineData("\\\\evil.example", "")]
    [InlineData("/a//evil.example", "")]
    [InlineData("https://evil.example", "")]
    [InlineData("javascript:alert(1)", "")]
    [InlineData("/javascript:alert(1)", "")]
    [InlineData("evil.example", "")]
    [InlineData("/%2Fevil.example", "")]
    [InlineData("/%2e%2e/a", "")]
    [InlineData("/../a", "")]
    [InlineData("/a/./b", "")]
    [InlineData("/a%0d%0aSet-Cookie:b", "")]
    [InlineData("/a?b", "")]
    [InlineData("/a#b", "")]
    [InlineData("/a b", "")]
    [InlineData("/a\"><script>", "")]
    [InlineData("/%", "")]
    [InlineData("/%zz", "")]
    [InlineData("/\u00e4", "")]
    public async Task A_plain_prefix_is_kept_and_any_other_is_forgotten(string sent, string kept) =>
        await AssertPrefixAsync(service, sent, kept);

    [Fact]
    public async Task A_prefix_has_256_characters_at_most()
    {
        var longest = "/" + new string('a', 255);
        await AssertPrefixAsync(service, longest, longest);
        await AssertPrefixAsync(service, longest + "a", string.Empty);
        await AssertPrefixAsync(service, "/" + new string('a', 8000), string.Empty);
    }

    [Fact]
    public async Task A_line_end_in_the_header_is_no_request()
    {
        await using var kestrel = ServiceFixture.OnKestrel();
        using var connection = await RawConnection.OpenAsync(kestrel.ClientOptions.BaseAddress);
        await connection.SendAsync(
            $"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{Header}: /a\rSet-Cookie: b\r\n\r\n");
        var answer = await connection.ReceiveAsync("\r\n\r\n");
        Assert.DoesNotContain("Set-Cookie", answer, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
    }

    private static async Task AssertPrefixAsync(ServiceFixture service, string sent, string kept)
    {
        using var client = service.CreateClient(new() { AllowAutoRedirect = false });
        using var root = await GetAsync("/");
        Assert.Equal(HttpStatusCode.Found, root.StatusCode);
        Assert.Equal($"{kept}/swagger/index.html", root.Headers.Location!.OriginalString);

        using var page = await GetAsync("/swagger");
        Assert.Equal("swagger/index.html", page.Headers.Location!.OriginalString.TrimStart('.', '/'));
        Assert.DoesNotContain("evil", page.Headers.Location.OriginalString, StringComparison.Ordinal);

        using var document = await GetAsync("/swagger/v1/swagger.json");
        var servers = (await document.JsonAsync())["servers"]?.AsArray().Select(server => (string)server!["url"]!) ?? [];
        Assert.Equal(kept.Length == 0 ? [] : [kept], servers, StringComparer.Ordinal);

        async Task<HttpResponseMessage> GetAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            request.Headers.TryAddWithoutValidation(Header, sent);
            return await client.SendAsync(request);
        }
    }
}
