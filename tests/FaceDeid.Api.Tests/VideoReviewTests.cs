using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FaceDeid.Api.Operations;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>A person looks at a recording and changes what is done, over HTTP, with a real recording.</summary>
public sealed class VideoReviewTests : IDisposable
{
    private static readonly FormPart[] Reviewed = [("review", "true"), ("method", "mask")];

    private readonly VideoFolder _folder = new();

    [Fact]
    public async Task A_recording_waits_until_a_person_has_looked_and_what_is_changed_is_done()
    {
        await using var service = _folder.Start();
        var id = await service.CreateVideoAsync(VideoClips.Walk(), Reviewed);
        var waiting = await service.UntilAsync(id, "review");

        Assert.Null(waiting["links"]!["result"]);
        Assert.NotNull(waiting["expires"]);
        Assert.Equal("409 not_ready", await service.OutcomeAsync(HttpMethod.Get, $"/v1/videos/{id}/result"));
        var (tracks, tag) = await TracksAsync(service, id);
        Assert.Equal(("protect", 25), ((string)tracks["tracks"]![0]!["action"]!, (int)tracks["frames"]!));
        await AssertPictureAsync(service, $"/v1/videos/{id}/contact-sheet", "image/jpeg");
        await AssertPictureAsync(service, $"/v1/videos/{id}/contact-sheet?track=1", "image/jpeg");
        await AssertPictureAsync(service, $"/v1/videos/{id}/mask", "video/mp4");

        tracks["tracks"]!.AsArray().Add(JsonNode.Parse(
            """{"keys":[{"frame":3,"box":{"x":10,"y":10,"width":40,"height":40}}],"carry":false}"""));
        Assert.Equal("202", await PutAsync(service, id, tracks.ToJsonString(), tag));
        await service.UntilAsync(id, "done");

        var report = JsonNode.Parse(await service.Client.GetStringAsync(new Uri($"/v1/videos/{id}/report", UriKind.Relative)))!;
        Assert.Equal(
            "given strong",
            string.Join(
                ' ', report["tracks"]!.AsArray().Select(track => (string)track!["evidence"]!).Order(StringComparer.Ordinal)));
        var gray = VideoClips.Gray(await ResultAsync(service, id), 480 * 270);
        Assert.True(gray[3][(30 * 480) + 30] < 40); // what was drawn
        Assert.True(gray[5][(30 * 480) + 30] > 90);
        var (_, after) = await TracksAsync(service, id);
        Assert.False(string.Equals(tag, after, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_changes_it_goes_on_and_is_rendered_again_in_another_way()
    {
        await using var service = _folder.Start();
        var id = await service.CreateVideoAsync(VideoClips.Walk(), Reviewed);
        await service.UntilAsync(id, "review");

        Assert.Equal("202", await service.OutcomeAsync(HttpMethod.Post, $"/v1/videos/{id}/render"));
        await service.UntilAsync(id, "done");
        var masked = await ResultAsync(service, id);
        Assert.Equal("202", await RenderAsync(service, id, ("method", "blur"), ("container", "mkv")));
        await service.UntilAsync(id, "done");

        using var result = await service.Client.GetAsync(new Uri($"/v1/videos/{id}/result", UriKind.Relative));
        Assert.Equal("video/x-matroska", result.Content.Headers.ContentType!.MediaType);
        Assert.NotEqual(masked, await result.BytesAsync());
        var report = await service.Client.GetStringAsync(new Uri($"/v1/videos/{id}/report", UriKind.Relative));
        Assert.Contains("\"method\":\"blur\"", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_that_cannot_be_had_are_refused_and_nothing_happens()
    {
        await using var service = _folder.Start();
        var id = await service.CreateVideoAsync(VideoClips.Walk(), Reviewed);
        await service.UntilAsync(id, "review");
        var (tracks, tag) = await TracksAsync(service, id);
        var all = tracks.ToJsonString();

        Assert.Equal("412 tracks_changed", await PutAsync(service, id, all, "\"other\""));
        Assert.Equal("412 tracks_changed", await PutAsync(service, id, all, tag: null));
        Assert.Equal("415 unsupported_media_type", await PutAsync(service, id, all, tag, "text/plain"));
        Assert.Equal("422 bad_tracks", await PutAsync(service, id, "{", tag));
        Assert.Equal("422 bad_tracks", await PutAsync(service, id, "{}", tag));
        Assert.Equal("422 bad_tracks", await PutAsync(service, id, """{"tracks":[]}""", tag));
        Assert.Equal("422 bad_tracks", await PutAsync(service, id, """{"tracks":[{"id":1,"acton":"leave"}]}""", tag));
        Assert.Equal("422 no_face", await PutAsync(service, id, """{"tracks":[{"id":1,"action":"leave"}]}""", tag));
        Assert.Equal("400 unknown_field", await RenderAsync(service, id, ("quality", "fast")));
        Assert.Equal("400 invalid_option", await RenderAsync(service, id, ("method", "eyebar")));
        Assert.Equal("400 invalid_option", await RenderAsync(service, id, ("method", "scramble")));
        Assert.Equal("400 invalid_option", await RenderAsync(service, id, ("container", "webm"), ("codec", "h264")));
        var sheet = $"/v1/videos/{id}/contact-sheet";
        Assert.Equal("400 invalid_option", await service.OutcomeAsync(HttpMethod.Get, $"{sheet}?track=0"));
        Assert.Equal("400 invalid_option", await service.OutcomeAsync(HttpMethod.Get, $"{sheet}?original=1"));
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Get, $"{sheet}?track=9"));

        Assert.Equal("review", (string)(await service.VideoAsync(id))["state"]!);
    }

    [Fact]
    public async Task Of_two_who_change_the_same_tracks_one_is_told_so()
    {
        await using var service = _folder.Start();
        var id = await service.CreateVideoAsync(VideoClips.Walk(), Reviewed);
        await service.UntilAsync(id, "review");
        var (tracks, tag) = await TracksAsync(service, id);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PutAsync(service, id, tracks.ToJsonString(), tag)));

        Assert.Single(outcomes, outcome => string.Equals(outcome, "202", StringComparison.Ordinal));
        Assert.All(outcomes, outcome => Assert.Matches("^(202|412 tracks_changed|409 not_ready)$", outcome));
        await service.UntilAsync(id, "done");
    }

    [Fact]
    public async Task What_was_sent_without_review_cannot_be_changed()
    {
        await using var service = _folder.Start();
        var id = await service.CreateVideoAsync(VideoClips.Walk(), ("method", "mask"));
        await service.UntilAsync(id, "done");
        var (tracks, tag) = await TracksAsync(service, id);

        Assert.Equal("409 already_ended", await PutAsync(service, id, tracks.ToJsonString(), tag));
        Assert.Equal("409 already_ended", await service.OutcomeAsync(HttpMethod.Post, $"/v1/videos/{id}/render"));
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Get, $"/v1/videos/{id}/contact-sheet"));
        Assert.Equal("409 not_ready", await service.OutcomeAsync(HttpMethod.Get, $"/v1/videos/{id}/mask"));
    }

    [Fact]
    public async Task Originals_are_shown_to_who_may_review_and_that_is_noted()
    {
        using var lines = new LoggedLines<Audit>();
        await using var service = ServiceFixture.With(
            [
                ("FaceDeid:Videos:Spool", _folder.Spool),
                AccessKeys.Known("one", "key-one-of-these-tests"), AccessKeys.Known("eyes", "key-eyes-of-these-tests"),
                AccessKeys.Scope("eyes", "review"),
            ],
            services => services.AddSingleton(new Audit(lines)));
        service.Client.DefaultRequestHeaders.Add(AccessKeys.Header, "key-one-of-these-tests");
        var mine = await service.CreateVideoAsync(VideoClips.Walk(), Reviewed);
        await service.UntilAsync(mine, "review");
        service.Client.DefaultRequestHeaders.Clear();
        service.Client.DefaultRequestHeaders.Add(AccessKeys.Header, "key-eyes-of-these-tests");
        var theirs = await service.CreateVideoAsync(VideoClips.Walk(), Reviewed);
        await service.UntilAsync(theirs, "review");
        service.Client.DefaultRequestHeaders.Clear();

        Assert.Equal("200", await SheetAsync(mine, "one", original: false));
        Assert.Equal("403 missing_scope", await SheetAsync(mine, "one", original: true));
        Assert.Equal("404 not_found", await SheetAsync(mine, "eyes", original: true));
        Assert.Equal("200", await SheetAsync(theirs, "eyes", original: true));

        var seen = Assert.Single(lines.Written, line => line.Contains("originals seen", StringComparison.Ordinal));
        Assert.Contains(theirs, seen, StringComparison.Ordinal);
        Assert.Contains("key:eyes", seen, StringComparison.Ordinal);

        async Task<string> SheetAsync(string id, string key, bool original) => await service.OutcomeAsync(
            HttpMethod.Get, $"/v1/videos/{id}/contact-sheet?original={(original ? "true" : "false")}",
            $"key-{key}-of-these-tests");
    }

    [Theory]
    [InlineData("no json", 400)]
    [InlineData("[{}]", 400)]
    [InlineData("""[{"action":"cover","polygon":[{"x":0,"y":0}]}]""", 400)]
    [InlineData("""[{"action":"hide","polygon":[{"x":0,"y":0},{"x":9,"y":0},{"x":9,"y":9}]}]""", 400)]
    [InlineData("""[{"action":"cover","polygon":[{"x":0,"y":0},{"x":9,"y":0},{"x":9,"y":9}],"from":2,"to":1}]""", 400)]
    [InlineData("[]", 202)]
    public async Task Areas_that_cannot_be_had_are_refused_at_once(string regions, int status)
    {
        await using var service = _folder.Start();
        using var answer = await service.SendVideoAsync(
            VideoClips.Walk(), retryKey: null, ("regions", regions), ("method", "mask"));

        Assert.Equal(status, (int)answer.StatusCode);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<(JsonNode Tracks, string Tag)> TracksAsync(ServiceFixture service, string id)
    {
        using var answer = await service.Client.GetAsync(new Uri($"/v1/videos/{id}/tracks", UriKind.Relative));
        return (await answer.JsonAsync(), answer.Headers.ETag!.ToString());
    }

    private static async Task<string> PutAsync(
        ServiceFixture service, string id, string body, string? tag, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"/v1/videos/{id}/tracks", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, type),
        };
        if (tag is not null)
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        return await AccessKeys.OutcomeAsync(service.Client.SendAsync(request));
    }

    private static async Task<string> RenderAsync(ServiceFixture service, string id, params FormPart[] fields)
    {
        using var form = Requests.Form(fields);
        return await AccessKeys.OutcomeAsync(
            service.Client.PostAsync(new Uri($"/v1/videos/{id}/render", UriKind.Relative), form));
    }

    private static async Task<byte[]> ResultAsync(ServiceFixture service, string id) =>
        await service.Client.GetByteArrayAsync(new Uri($"/v1/videos/{id}/result", UriKind.Relative));

    private static async Task AssertPictureAsync(ServiceFixture service, string path, string type)
    {
        using var answer = await service.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.NotEmpty(await answer.BytesAsync());
    }
}
