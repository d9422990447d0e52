using System.Net;
using FaceDeid.Api.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Who fetched a result is noted, once for each time it was.</summary>
public sealed class VideoDownloadTests : IDisposable
{
    private const string Page = "https://app.example.org";

    private static readonly byte[] Video = new byte[100_000];

    private readonly VideoFolder _folder = new();

    [Fact]
    public async Task A_result_that_is_fetched_in_parts_is_noted_once_and_whoever_else_fetches_it_too()
    {
        var (time, lines) = (new FakeTimeProvider(DateTimeOffset.UtcNow), new LoggedLines<Audit>());
        await using var service = _folder.Start(
            FakeVideoWork.Quick(),
            services => services.AddSingleton<TimeProvider>(time).AddSingleton(_ => new Audit(lines)),
            AccessKeys.Known("one", "key-one-of-these-tests"), AccessKeys.Known("all", "key-all-of-these-tests"),
            AccessKeys.Scope("all", "videos"));
        service.Client.DefaultRequestHeaders.Add(AccessKeys.Header, "key-one-of-these-tests");
        var id = await service.CreateVideoAsync(Video);
        await service.UntilAsync(id, "done");
        service.Client.DefaultRequestHeaders.Clear();

        await FetchAsync("one", "bytes=1-"); // all but a byte: a first part, wherever it begins
        await FetchAsync("one", "bytes=0-99");
        await FetchAsync("one", "bytes=500-");
        Assert.Equal(["key:one"], Noted());
        await FetchAsync("all", "bytes=500-599");
        await FetchAsync("one", "bytes=600-699");
        Assert.Equal(["key:one", "key:all"], Noted());
        await FetchAsync("one", range: null);
        await FetchAsync("one", range: null);
        Assert.Equal(["key:one", "key:all", "key:one", "key:one"], Noted());
        time.Advance(TimeSpan.FromMinutes(61));
        await FetchAsync("all", "bytes=700-");
        Assert.Equal(5, Noted().Count);

        async Task FetchAsync(string key, string? range)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address(id));
            request.Headers.Add(AccessKeys.Header, $"key-{key}-of-these-tests");
            request.Headers.TryAddWithoutValidation("Range", range);
            using var answer = await service.Client.SendAsync(request);
            Assert.Equal(range is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent, answer.StatusCode);
        }

        List<string> Noted() =>
            [.. lines.Written.Where(line => line.Contains($"{id}: downloaded", StringComparison.Ordinal))
                .Select(line => line.Split("Client ")[1].Split(',')[0])];
    }

    [Fact]
    public async Task A_page_of_another_origin_may_read_every_header_that_it_needs()
    {
        await using var service = _folder.Start(FakeVideoWork.Quick(), ("FaceDeid:Cors:Origins:0", Page));
        service.Client.DefaultRequestHeaders.Add("Origin", Page);
        using var created = await service.SendVideoAsync(Video);
        var id = (string)(await created.JsonAsync())["id"]!;
        await service.UntilAsync(id, "done");
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(id));
        request.Headers.Add("Range", "bytes=10-19");
        using var part = await service.Client.SendAsync(request);

        AssertReadable(created, "Location");
        AssertReadable(part, "ETag", "Accept-Ranges", "Content-Range", "Content-Disposition");

        static void AssertReadable(HttpResponseMessage answer, params string[] names)
        {
            var exposed = string.Join(',', answer.Headers.GetValues("Access-Control-Expose-Headers")).Split(',');
            List<string> sent = [.. answer.Headers.Concat(answer.Content.Headers).Select(header => header.Key)];
            Assert.All(names, name =>
            {
                Assert.Contains(name, sent, StringComparer.Ordinal);
                Assert.Contains(name, exposed, StringComparer.Ordinal);
            });
        }
    }

    public void Dispose() => _folder.Dispose();

    private static Uri Address(string id) => new($"{VideoCalls.Path}/{id}/result", UriKind.Relative);
}
