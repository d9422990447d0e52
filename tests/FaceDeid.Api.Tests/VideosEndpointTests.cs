using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FaceDeid.Api.Jobs;
using FaceDeid.TestData;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
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
    public async Task All_fields_reach_the_work_with_their_defaults_and_photos_beside_them()
    {
        var photos = new List<byte[]>();
        var work = new FakeVideoWork
        {
            Instead = async (run, _) =>
            {
                photos.Add(await run.Store.ReadAsync("only-1"));
                photos.Add(await run.Store.ReadAsync("only-2"));
                throw new FaceDeidException(FaceDeidError.NoFace, "Nobody was found in the recording.");
            },
        };
        var seen = string.Empty;
        await using var service = _folder.Start(work);

        var id = await service.CreateVideoAsync(
            Video, ("method", "blur"), ("strength", "0.5"), ("quality", "fast"), ("container", "webm"), ("crf", "30"),
            ("only", [1, 2, 3], "a"), ("only", [4, 5], "b"), ("retention", "60"));
        var failed = await service.UntilAsync(id, "failed");

        seen = work.Options;
        Assert.Equal(
            "{\"method\":\"blur\",\"strength\":0.5,\"allowWeak\":false,\"region\":\"ellipse\",\"color\":\"#000000\",\"keep\":0,"
            + "\"only\":2,\"pseudonymKey\":null,\"detector\":\"auto\",\"minScore\":null,\"onNoFace\":\"error\","
            + "\"quality\":\"fast\",\"audio\":\"keep\",\"subtitles\":\"drop\",\"container\":\"webm\",\"codec\":\"vp9\","
            + "\"crf\":30,"
            + "\"onDamage\":\"error\",\"uncertain\":\"cover\",\"verify\":true,\"retention\":60}",
            seen);
        Assert.Equal([[1, 2, 3], [4, 5]], photos);
        Assert.Equal(
            """{"code":"no_face","detail":"Nobody was found in the recording."}""", failed["error"]!.ToJsonString());
        Assert.Equal(60, (DateTimeOffset.Parse((string)failed["expires"]!) - DateTimeOffset.Parse((string)failed["ended"]!))
            .TotalSeconds);
        Assert.Equal(
            ["digest", "error"], _folder.Objects().Select(Path.GetFileName).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("crf", "52", "invalid_option")]
    [InlineData("container", "avi", "invalid_option")]
    [InlineData("retention", "86401", "invalid_option")]
    [InlineData("method", "scramble", "invalid_option")]
    [InlineData("review", "true", "unknown_field")]
    [InlineData("webhook", "https://a.example", "unknown_field")]
    public async Task A_wrong_field_is_told_before_the_recording_is_read_and_nothing_is_left(
        string field, string value, string code)
    {
        await using var service = _folder.Start(FakeVideoWork.Quick());

        using var answer = await service.SendVideoAsync(Video, retryKey: null, (field, value));

        Assert.Equal(code, (string)(await answer.JsonAsync())["code"]!);
        Assert.Empty(_folder.Objects());
        Assert.Equal("""{"videos":[]}""", await service.Client.GetStringAsync(new Uri(VideoCalls.Path, UriKind.Relative)));
    }

    [Fact]
    public async Task What_comes_behind_the_recording_is_refused_as_is_one_that_is_empty_missing_or_there_twice()
    {
        await using var service = _folder.Start(FakeVideoWork.Quick(), ("FaceDeid:Videos:MaxMegabytes", "1"));
        FormPart video = ("video", Video, "a");

        Assert.Equal("400 malformed_form", await CodeAsync(video, ("crf", "30")));
        Assert.Equal("400 malformed_form", await CodeAsync(video, ("keep", [1], "a")));
        Assert.Equal("400 duplicate_part", await CodeAsync(video, video));
        Assert.Equal("400 empty_part", await CodeAsync(("video", [], "a")));
        Assert.Equal("400 missing_part", await CodeAsync(("crf", "30")));
        Assert.Equal("400 invalid_option", await CodeAsync(("keep", [1], "a"), ("only", [1], "a"), video));
        Assert.Equal("413 upload_too_large", await CodeAsync(("video", new byte[1_000_001], "a")));
        Assert.Equal("202", await CodeAsync(("video", new byte[1_000_000], "a")));

        async Task<string> CodeAsync(params FormPart[] parts) =>
            await AccessKeys.OutcomeAsync(service.PostAsync(VideoCalls.Path, parts));
    }

    [Fact]
    public async Task A_request_that_is_sent_again_makes_no_second_job_and_another_with_its_key_is_refused()
    {
        await using var service = _folder.Start(FakeVideoWork.Quick());

        using var first = await service.SendVideoAsync(Video, "a-key", ("crf", "30"));
        using var again = await service.SendVideoAsync(Video, "a-key", ("crf", "30"));
        using var otherField = await service.SendVideoAsync(Video, "a-key", ("crf", "31"));
        using var otherFile = await service.SendVideoAsync([.. Video, 1], "a-key", ("crf", "30"));
        using var otherKey = await service.SendVideoAsync(Video, "b-key", ("crf", "30"));

        var id = (string)(await first.JsonAsync())["id"]!;
        Assert.Equal((HttpStatusCode.OK, id), (again.StatusCode, (string)(await again.JsonAsync())["id"]!));
        Assert.Equal("idempotency_conflict", (string)(await otherField.JsonAsync())["code"]!);
        Assert.Equal("idempotency_conflict", (string)(await otherFile.JsonAsync())["code"]!);
        Assert.NotEqual(id, (string)(await otherKey.JsonAsync())["id"]!, StringComparer.Ordinal);
        var list = await ListAsync(service);
        Assert.Equal(2, list["videos"]!.AsArray().Count);
    }

    [Fact]
    public async Task Recordings_are_listed_by_pages_the_newest_first()
    {
        await using var service = _folder.Start(FakeVideoWork.Quick());
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, await service.CreateVideoAsync([1, 2, 3]));

        var first = await ListAsync(service, "?limit=2");
        var second = await ListAsync(service, $"?limit=2&cursor={first["cursor"]}");
        var third = await ListAsync(service, $"?cursor={second["cursor"]}&limit=2");

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

    [Fact]
    public async Task A_recording_that_is_cancelled_stops_and_leaves_nothing()
    {
        var work = new FakeVideoWork();
        await using var service = _folder.Start(work);
        var running = await service.CreateVideoAsync(Video);
        await Patience.UntilAsync(async () => (int?)(await service.VideoAsync(running))["progress"]?["done"] == 10);
        var waiting = await service.CreateVideoAsync(Video);
        Assert.Equal("queued", (string)(await service.VideoAsync(waiting))["state"]!);
        Assert.Equal("409 not_ready", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}/{running}/result"));

        var start = TimeProvider.System.GetTimestamp();
        Assert.Equal("202", await service.OutcomeAsync(HttpMethod.Post, $"{VideoCalls.Path}/{waiting}/cancel"));
        Assert.Equal("202", await service.OutcomeAsync(HttpMethod.Post, $"{VideoCalls.Path}/{running}/cancel"));
        await Patience.UntilAsync(() => work.WasStopped);

        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 2);
        Assert.Equal("cancelled", (string)(await service.VideoAsync(running))["state"]!);
        Assert.Equal("cancelled", (string)(await service.VideoAsync(waiting))["state"]!);
        Assert.Equal("409 already_ended", await service.OutcomeAsync(HttpMethod.Post, $"{VideoCalls.Path}/{running}/cancel"));
        Assert.Equal("409 not_ready", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}/{running}/result"));
        Assert.Equal(1, work.Begun);
        Assert.Empty(_folder.Objects());
    }

    [Fact]
    public async Task Of_a_recording_that_is_deleted_nothing_is_left_whatever_it_does()
    {
        var work = new FakeVideoWork();
        await using var service = _folder.Start(work, _folder.KeptKeys());
        var running = await service.CreateVideoAsync(Video);
        await Patience.UntilAsync(() => work.Begun == 1);

        foreach (var _ in new[] { 1, 2 })
            Assert.Equal("204", await service.OutcomeAsync(HttpMethod.Delete, $"{VideoCalls.Path}/{running}"));
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}/{running}"));
        await Patience.UntilAsync(() => work.WasStopped);
        work.Gate.SetResult();
        var done = await service.CreateVideoAsync(Video);
        await service.UntilAsync(done, "done");
        Assert.NotEmpty(_folder.Objects());
        Assert.Equal("204", await service.OutcomeAsync(HttpMethod.Delete, $"{VideoCalls.Path}/{done}"));

        Assert.Empty(_folder.Objects());
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}/{done}/result"));
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Delete, $"{VideoCalls.Path}/{new string('0', 32)}"));
    }

    [Fact]
    public async Task When_its_time_is_over_a_recording_is_deleted_and_after_a_week_its_name()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var service = _folder.Start(
            FakeVideoWork.Quick(), services => services.AddSingleton<TimeProvider>(time),
            ("FaceDeid:Videos:RetentionSeconds", "600"));
        var engine = service.Services.GetRequiredService<JobEngine>();
        var id = await service.CreateVideoAsync(Video);
        await service.UntilAsync(id, "done");
        var path = $"{VideoCalls.Path}/{id}";

        time.Advance(TimeSpan.FromSeconds(599));
        engine.Sweep();
        Assert.Equal("200", await service.OutcomeAsync(HttpMethod.Get, $"{path}/result"));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("410 expired", await service.OutcomeAsync(HttpMethod.Get, $"{path}/result")); // though nobody swept
        engine.Sweep();

        Assert.Empty(_folder.Objects());
        foreach (var what in new[] { "", "/events", "/result", "/report", "/tracks" })
            Assert.Equal("410 expired", await service.OutcomeAsync(HttpMethod.Get, path + what));
        Assert.Equal("410 expired", await service.OutcomeAsync(HttpMethod.Post, $"{path}/cancel"));
        Assert.Empty((await ListAsync(service))["videos"]!.AsArray());
        time.Advance(TimeSpan.FromDays(7));
        engine.Sweep();
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Get, path));
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
    public async Task More_than_may_wait_or_fit_on_the_disk_are_refused_and_leave_nothing()
    {
        var work = new FakeVideoWork();
        await using var service = _folder.Start(
            work, ("FaceDeid:Videos:MaxQueued", "1"), ("FaceDeid:Videos:MaxSpoolMegabytes", "2"));
        var running = await service.CreateVideoAsync(Video);
        await Patience.UntilAsync(() => work.Begun == 1);

        Assert.Equal("503 service_full", await AccessKeys.OutcomeAsync(service.SendVideoAsync(new byte[1_500_000])));
        Assert.All(_folder.Objects(), path => Assert.Contains(running, path, StringComparison.Ordinal));
        await service.CreateVideoAsync(Video);
        Assert.Equal("503 service_full", await AccessKeys.OutcomeAsync(service.SendVideoAsync(Video)));
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

    [Fact]
    public async Task Nothing_that_was_sent_lies_in_clear_on_the_disk()
    {
        const string Marker = "SECRET-OF-THE-RECORDING-4711";
        var marked = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Marker, 40_000)));
        var work = new FakeVideoWork();
        await using var service = _folder.Start(work, _folder.KeptKeys());
        using var created = await service.SendVideoAsync(
            marked, Marker, ("pseudonymKey", Marker), ("keep", marked[..100], Marker));
        var id = (string)(await created.JsonAsync())["id"]!;
        await Patience.UntilAsync(() => work.Begun == 1);

        Assert.Contains(_folder.Objects(), path => new FileInfo(path).Length > 1_000_000);
        Assert.Empty(_folder.FilesWith(Marker));
        Assert.NotEmpty(_folder.FilesWith(id)); // so the database was looked into
        work.Gate.SetResult();
        await service.UntilAsync(id, "done");

        Assert.Empty(_folder.FilesWith(Marker));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<JsonNode> ListAsync(ServiceFixture service, string query = "")
    {
        using var answer = await service.Client.GetAsync(new Uri(VideoCalls.Path + query, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }
}
