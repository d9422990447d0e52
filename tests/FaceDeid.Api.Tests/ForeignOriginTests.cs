using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// What a browser sends for a page of another origin is refused, unread; its own page and what is no browser are let in.
/// </summary>
public sealed class ForeignOriginTests(ForeignOriginTests.Named named) : IClassFixture<ForeignOriginTests.Named>
{
    private const string Page = "https://app.example.org";
    private const string LetIn = "415 unsupported_media_type"; // and has no body
    private const string Refused = "403 foreign_origin";

    [Theory]
    [InlineData(null, null, LetIn)]
    [InlineData("http://localhost:8080", null, LetIn)]
    [InlineData("http://LOCALHOST:8080", null, LetIn)]
    [InlineData("https://localhost:8080", null, LetIn)] // TLS ended before the service
    [InlineData("http://localhost:8080", "same-origin", LetIn)]
    [InlineData(null, "same-origin", LetIn)]
    [InlineData(null, "none", LetIn)]
    [InlineData("https://public.example", "same-origin", LetIn)] // behind a proxy that gives another name
    [InlineData(Page, null, LetIn)]
    [InlineData(Page, "cross-site", LetIn)]
    [InlineData("https://evil.example", null, Refused)]
    [InlineData("https://evil.example", "cross-site", Refused)]
    [InlineData("http://localhost", null, Refused)]
    [InlineData("http://localhost:5173", "same-site", Refused)]
    [InlineData("http://localhost:8080.evil.example", null, Refused)]
    [InlineData("https://app.example.org.evil.example", null, Refused)]
    [InlineData("http://localhost:8080", "cross-site", Refused)]
    [InlineData("null", null, Refused)]
    [InlineData("null", "cross-site", Refused)]
    [InlineData("file://", null, Refused)]
    [InlineData("localhost:8080", null, Refused)]
    [InlineData(null, "cross-site", Refused)]
    [InlineData(null, "same-site", Refused)]
    public async Task A_form_is_taken_from_its_own_pages_those_of_the_setting_and_programs(
        string? origin, string? site, string outcome)
    {
        foreach (var path in new[] { "/v1/deidentify", "/V1/restore/", "/v1/collections" })
            Assert.Equal(outcome, await SendAsync(named.Service, HttpMethod.Post, path, origin, site));
        // Whose answer the page cannot read.
        Assert.Equal("200", await SendAsync(named.Service, HttpMethod.Get, "/v1/capabilities", origin, site));
    }

    [Theory]
    [InlineData("http://faces.example", "faces.example", LetIn)]
    [InlineData("http://faces.example", "faces.example:80", LetIn)]
    [InlineData("https://faces.example", "faces.example:443", LetIn)]
    [InlineData("https://xn--bcher-kva.example", "xn--bcher-kva.example", LetIn)]
    [InlineData("https://faces.example:8443", "faces.example:8443", LetIn)]
    [InlineData("http://[2001:db8::7]:8080", "[2001:db8::7]:8080", LetIn)]
    [InlineData("https://faces.example", "faces.example:8443", Refused)]
    [InlineData("https://faces.example:8443", "faces.example", Refused)]
    [InlineData("https://other.example", "faces.example", Refused)]
    public async Task Browsers_that_say_no_more_are_known_by_the_name_that_they_asked_for(
        string origin, string host, string outcome)
    {
        Assert.Equal(outcome, await SendAsync(named.Service, HttpMethod.Post, "/v1/detect", origin, site: null, host));
    }

    [Fact]
    public async Task It_is_refused_before_the_body_is_read_and_before_a_key_is_asked_for()
    {
        await using var service = ServiceFixture.OnKestrel(AccessKeys.Known("one", "a-key-of-these-tests"));
        using var connection = await RawConnection.OpenAsync(service.ClientOptions.BaseAddress);
        await connection.SendHeadAsync(
            "/v1/restore", "Expect: 100-continue", "Content-Length: 1000000", "Origin: https://evil.example");

        var answer = await connection.ReceiveAnswerAsync();

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.Contains("foreign_origin", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control-Allow-Origin", answer, StringComparison.Ordinal);
    }

    private static async Task<string> SendAsync(
        ServiceFixture service, HttpMethod method, string path, string? origin, string? site, string host = "localhost:8080")
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Host = host;
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        if (site is not null)
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
        return await AccessKeys.OutcomeAsync(service.Client.SendAsync(request));
    }

    /// <summary>A service of two names, which one other page may call.</summary>
    public sealed class Named : IAsyncDisposable, IDisposable
    {
        public ServiceFixture Service { get; } = ServiceFixture.With(("FaceDeid:Cors:Origins:0", Page), ("AllowedHosts", "*"));

        public void Dispose() => Service.Dispose();

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
