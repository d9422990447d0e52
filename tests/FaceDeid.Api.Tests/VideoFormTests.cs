using System.Net;
using System.Security.Cryptography;
using FaceDeid.Api.Jobs;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>What is sent with a recording, and what of it is refused; what is done to them is another's work.</summary>
public sealed class VideoFormTests : IDisposable
{
    private static readonly byte[] Video = RandomNumberGenerator.GetBytes(700_000);

    private readonly VideoFolder _folder = new();

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
            + "\"onDamage\":\"error\",\"uncertain\":\"cover\",\"verify\":true,\"regions\":[],"
            + "\"review\":false,\"retention\":60,\"webhook\":null}",
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
    [InlineData("review", "perhaps", "invalid_option")]
    [InlineData("webhook", "https://a.example", "invalid_option")]
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
        var list = await service.VideosAsync();
        Assert.Equal(2, list["videos"]!.AsArray().Count);
    }

    public void Dispose() => _folder.Dispose();
}
