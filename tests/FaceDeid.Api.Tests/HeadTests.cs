using System.Net;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>HEAD wherever GET is, on real Kestrel: the same status and headers, and no body.</summary>
public sealed class HeadTests
{
    private static readonly string[] Varying = ["Date", "Transfer-Encoding", "Content-Length", "Expires", "Last-Modified"];

    [Fact]
    public async Task Head_is_get_without_the_body()
    {
        await using var service = ServiceFixture.OnKestrel();
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = service.ClientOptions.BaseAddress };
        foreach (var path in new[]
        {
            "/", "/v1/capabilities", "/health/live", "/health/ready", "/metrics", "/swagger", "/swagger/index.html",
            "/swagger/v1/swagger.json", "/swagger/swagger-ui.css", "/nothing", "/v1/nothing",
        })
        {
            using var get = await client.GetAsync(new Uri(path, UriKind.Relative));
            using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(path, UriKind.Relative));
            using var head = await client.SendAsync(request);

            Assert.Equal((path, get.StatusCode), (path, head.StatusCode));
            Assert.Equal((path, Headers(get)), (path, Headers(head)));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Head_is_no_upload_and_takes_no_place()
    {
        await using var full = ServiceFixture.OnKestrel(("FaceDeid:Limits:MaxUploads", "1"));
        using var held = await RawUpload.BeginAsync(full.ClientOptions.BaseAddress, 1000);
        await held.ReceiveAsync(RawUpload.Continue);

        Assert.Equal("200", await AccessKeys.OutcomeAsync(AccessKeys.SendAsync(full, HttpMethod.Head, "/v1/capabilities")));
    }

    [Fact]
    public async Task The_root_leads_to_Swagger_UI()
    {
        await using var service = ServiceFixture.With();
        using var answer = await service.Client.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("/swagger/index.html", answer.RequestMessage!.RequestUri!.AbsolutePath);
    }

    private static string Headers(HttpResponseMessage answer) => string.Join(
        '\n',
        answer.Headers.Concat(answer.Content.Headers)
            .Where(header => !Varying.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}").Order(StringComparer.Ordinal));
}
