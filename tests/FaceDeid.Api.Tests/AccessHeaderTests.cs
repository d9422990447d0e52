using FaceDeid.Faces;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Headers that every answer has, on real Kestrel, and those that none has.</summary>
public sealed class AccessHeaderTests(AccessHeaderTests.Kestrel kestrel) : IClassFixture<AccessHeaderTests.Kestrel>
{
    private const string NoPage = "default-src 'none'; frame-ancestors 'none'";
    private const string SwaggerPage =
        "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src "
        + "'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    [Theory]
    [InlineData("/v1/capabilities", 200, "application/json; charset=utf-8", NoPage)]
    [InlineData("/v1/nothing", 404, "application/problem+json", NoPage)]
    [InlineData("/v1/detect", 405, "application/problem+json", NoPage)]
    [InlineData("/nothing", 404, "application/problem+json", NoPage)]
    [InlineData("/health/live", 200, "text/plain", NoPage)]
    [InlineData("/health/ready", 200, "text/plain", NoPage)]
    [InlineData("/metrics", 200, "text/plain; version=0.0.4; charset=utf-8", NoPage)]
    [InlineData("/swagger/index.html", 200, "text/html; charset=utf-8", SwaggerPage)]
    [InlineData("/swagger/nothing", 404, "application/problem+json", SwaggerPage)]
    [InlineData("/swagger/v1/swagger.json", 200, "application/json; charset=utf-8", SwaggerPage)]
    public async Task Every_answer_tells_browsers_to_do_nothing_else_with_it(
        string path, int status, string contentType, string policy)
    {
        using var answer = await AccessKeys.SendAsync(kestrel.Service, HttpMethod.Get, path);
        AssertHeaders(answer, status, contentType, policy);
    }

    [Fact]
    public async Task Pictures_and_refusals_have_them_too()
    {
        using var picture = await kestrel.Service.PostAsync("/v1/landmarks", "image/png", Requests.Image(Pictures.Face));
        AssertHeaders(picture, 200, "image/png", NoPage);
        using var refused = await kestrel.Service.PostAsync("/v1/landmarks", "image/png", Requests.Image(Pictures.Truncated));
        AssertHeaders(refused, 422, "application/problem+json", NoPage);

        await using var guarded = ServiceFixture.OnKestrel(AccessKeys.Known("one", "a-key-of-these-tests"));
        using var unknown = await AccessKeys.SendAsync(guarded, HttpMethod.Get, "/v1/capabilities");
        AssertHeaders(unknown, 401, "application/problem+json", NoPage);

        await using var broken = ServiceFixture.With(services =>
            services.AddScoped<FacePipeline>(_ => throw new InvalidOperationException("an inner detail")));
        using var failed = await broken.PostAsync("/v1/landmarks", Requests.Image(Pictures.Face));
        AssertHeaders(failed, 500, "application/problem+json", NoPage);
    }

    private static void AssertHeaders(HttpResponseMessage answer, int status, string contentType, string policy)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(contentType, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("DENY", Header("X-Frame-Options"));
        Assert.Equal("no-referrer", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
        Assert.Equal(policy, Header("Content-Security-Policy"));
        Assert.DoesNotContain(answer.Headers, header => header.Key is "Server" or "X-Powered-By" or "X-AspNet-Version");

        string Header(string name) => Assert.Single(answer.Headers.GetValues(name));
    }

    /// <summary>A service on real Kestrel.</summary>
    public sealed class Kestrel : IAsyncDisposable, IDisposable
    {
        public ServiceFixture Service { get; } = ServiceFixture.OnKestrel();

        public void Dispose() => Service.Dispose();

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
