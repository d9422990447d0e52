using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>The life of recordings over HTTP; what is done to them is another's work.</summary>
public sealed class VideosEndpointTests : IDisposable
{
    private static readonly byte[] Video = RandomNumberGenerator.GetBytes(700_000);

    private readonly VideoFolder _folder = new();

    [Fact]
    public async Task A_recording_is_taken_worked_on_and_given_back_and_its_original_is_gone()
    {
        await using var service = _folder.Start(FakeVideoWork.Quick());

        using var created = await service.SendVideoAsync(Video);
        Assert.Equal(HttpStatusCode.Accepted, created.StatusCode);
        var id = (string)(await created.JsonAsync())["id"]!;
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal($"/v1/videos/{id}", created.Headers.Location!.ToString());
        var done = await service.UntilAsync(id, "done");

        Assert.Equal("""["weakTracks"]""", done["warnings"]!.ToJsonString());
        Assert.Equal("""{"phase":"render","done":20,"total":20,"faces":2}""", done["progress"]!.ToJsonString());
        Assert.Equal(
            TimeSpan.FromDays(1), DateTimeOffset.Parse((string)done["expires"]!) - DateTimeOffset.Parse((string)done["ended"]!));
        using var result = await service.Client.GetAsync(new Uri((string)done["links"]!["result"]!, UriKind.Relative));
        Assert.Equal(Video, await result.BytesAsync());
        Assert.Equal("video/mp4", result.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            ("attachment", $"{id}.mp4"),
            (result.Content.Headers.ContentDisposition!.DispositionType, result.Content.Headers.ContentDisposition.FileName));
        Assert.Equal(
            """{"coverage":{}}""",
            await service.Client.GetStringAsync(new Uri((string)done["links"]!["report"]!, UriKind.Relative)));
        Assert.Equal(
            """{"tracks":[]}""",
            await service.Client.GetStringAsync(new Uri((string)done["links"]!["tracks"]!, UriKind.Relative)));
        Assert.DoesNotContain(_folder.Objects(), path => path.EndsWith("/source", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_of_the_result_is_given_and_its_tag_tells_whether_it_is_the_same()
    {
        await using var service = _folder.Start(FakeVideoWork.Quick());
        var id = await service.CreateVideoAsync(Video);
        await service.UntilAsync(id, "done");
        var address = new Uri($"{VideoCalls.Path}/{id}/result", UriKind.Relative);
        using var whole = await service.Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);

        using var part = await GetAsync(request => request.Headers.Range = new RangeHeaderValue(262_000, 263_000));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(Video[262_000..263_001], await part.BytesAsync());
        Assert.Equal($"bytes 262000-263000/{Video.Length}", part.Content.Headers.ContentRange!.ToString());
        using var end = await GetAsync(request => request.Headers.Range = new RangeHeaderValue(null, 5));
        Assert.Equal(Video[^5..], await end.BytesAsync());
        using var beyond = await GetAsync(request => request.Headers.Range = new RangeHeaderValue(Video.Length, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        using var same = await GetAsync(request => request.Headers.IfNoneMatch.Add(whole.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);

        async Task<HttpResponseMessage> GetAsync(Action<HttpRequestMessage> change)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            change(request);
            return await service.Client.SendAsync(request);
        }
    }

    [Fact]
    public async Task Recordings_are_listed_by_pages_the_newest_first()
    {
        await using var service = _folder.Start(FakeVideoWork.Quick());
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, await service.CreateVideoAsync([1, 2, 3]));

        var first = await service.VideosAsync("?limit=2");
        var second = await service.VideosAsync($"?limit=2&cursor={first["cursor"]}");
        var third = await service.VideosAsync($"?cursor={second["cursor"]}&limit=2");

        Assert.Equal(ids, new[] { first, second, third }.SelectMany(Ids), StringComparer.Ordinal);
        Assert.Null(third["cursor"]);
        Assert.Equal("400 invalid_option", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}?limit=0"));
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}?cursor=x"));
        Assert.Equal("400 unknown_parameter", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}?page=2"));

        static IEnumerable<string> Ids(JsonNode page) => page["videos"]!.AsArray().Select(video => (string)video!["id"]!);
    }

    [Fact]
    public async Task For_others_there_is_none_but_for_who_may_see_all()
    {
        await using var service = _folder.Start(
            FakeVideoWork.Quick(), AccessKeys.Known("one", "key-one-of-these-tests"),
            AccessKeys.Known("two", "key-two-of-these-tests"), AccessKeys.Known("all", "key-all-of-these-tests"),
            AccessKeys.Scope("all", "videos"));
        service.Client.DefaultRequestHeaders.Add(AccessKeys.Header, "key-one-of-these-tests");
        var id = await service.CreateVideoAsync(Video);
        await service.UntilAsync(id, "done");
        service.Client.DefaultRequestHeaders.Clear();
        string[] gets = ["", "/events", "/result", "/report", "/tracks"];

        foreach (var path in gets)
            Assert.Equal("404 not_found", await CallAsync(HttpMethod.Get, $"/{id}{path}", "two"));
        Assert.Equal("404 not_found", await CallAsync(HttpMethod.Post, $"/{id}/cancel", "two"));
        Assert.Equal("404 not_found", await CallAsync(HttpMethod.Delete, $"/{id}", "two"));
        Assert.Equal("404 not_found", await CallAsync(HttpMethod.Get, $"?cursor={id}", "two"));
        Assert.Empty((await ListAsync("two"))["videos"]!.AsArray());
        foreach (var path in gets)
            Assert.Equal("200", await CallAsync(HttpMethod.Get, $"/{id}{path}", "all"));
        Assert.Single((await ListAsync("all"))["videos"]!.AsArray());
        Assert.Equal("204", await CallAsync(HttpMethod.Delete, $"/{id}", "all"));
        Assert.Equal("404 not_found", await CallAsync(HttpMethod.Get, $"/{id}", "one"));

        async Task<string> CallAsync(HttpMethod method, string path, string key) =>
            await service.OutcomeAsync(method, VideoCalls.Path + path, $"key-{key}-of-these-tests");

        async Task<JsonNode> ListAsync(string key)
        {
            using var answer = await AccessKeys.SendAsync(
                service, HttpMethod.Get, VideoCalls.Path, AccessKeys.Header, $"key-{key}-of-these-tests");
            return await answer.JsonAsync();
        }
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("application/x-ndjson")]
    public async Task Events_tell_each_change_and_after_a_break_only_the_new_ones(string mediaType)
    {
        var work = new FakeVideoWork();
        await using var service = _folder.Start(work);
        var id = await service.CreateVideoAsync(Video);
        await Patience.UntilAsync(async () => (int?)(await service.VideoAsync(id))["progress"]?["done"] == 10);
        var events = ReadAsync("0");
        await Task.Delay(600);
        work.Gate.SetResult();

        var all = await events;

        Assert.Equal(["analysing", "done"], all.Select(change => change.State).Distinct(StringComparer.Ordinal)
            .Where(state => state is not "rendering"), StringComparer.Ordinal);
        Assert.Equal(all.Select(change => change.Id).Order(), all.Select(change => change.Id));
        Assert.Equal(["done"], (await ReadAsync($"{all[^2].Id}")).Select(change => change.State), StringComparer.Ordinal);
        Assert.Empty(await ReadAsync($"{all[^1].Id}"));

        async Task<IReadOnlyList<(long Id, string State)>> ReadAsync(string last)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, new Uri($"{VideoCalls.Path}/{id}/events", UriKind.Relative));
            request.Headers.Add("Accept", mediaType);
            request.Headers.Add("Last-Event-ID", last);
            using var answer = await service.Client.SendAsync(request);
            Assert.Equal(mediaType, answer.Content.Headers.ContentType!.MediaType);
            var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (mediaType is "application/x-ndjson")
            {
                return [.. lines.Select(line => JsonNode.Parse(line)!)
                    .Select(line => ((long)line["id"]!, (string)line["job"]!["state"]!))];
            }

            return [.. lines.Chunk(3).Select(change => (
                long.Parse(change[0]["id: ".Length..]), (string)JsonNode.Parse(change[2]["data: ".Length..])!["state"]!))];
        }
    }

    [Fact]
    public async Task Without_a_folder_recordings_are_not_taken_and_capabilities_do_not_name_them()
    {
        await using var service = ServiceFixture.With();

        Assert.Equal("503 jobs_off", await AccessKeys.OutcomeAsync(service.SendVideoAsync(Video)));
        Assert.Equal("503 jobs_off", await service.OutcomeAsync(HttpMethod.Get, VideoCalls.Path));
        Assert.DoesNotContain(
            "\"videos\"", await service.Client.GetStringAsync(new Uri("/v1/capabilities", UriKind.Relative)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_folder_capabilities_name_the_limits_of_recordings()
    {
        await using var service = _folder.Start(FakeVideoWork.Quick());
        using var answer = await service.Client.GetAsync(new Uri("/v1/capabilities", UriKind.Relative));

        Assert.Equal(
            """{"maxMegabytes":8000,"maxHours":4,"maxFrames":500000,"maxSide":4096,"maxStreams":16,"retentionSeconds":86400}""",
            (await answer.JsonAsync())["videos"]!.ToJsonString());
    }

    public void Dispose() => _folder.Dispose();
}
