using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FaceDeid.Collections;
using FaceDeid.Video;
using FaceDeid.Video.Evidence;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// <c>POST /v1/videos/verify</c>: a recording and its report are valid as they came, and what was changed is told. These services
/// have no spool.
/// </summary>
public sealed class VideoVerifyTests : IDisposable
{
    private const string Path = "/v1/videos/verify";

    private static readonly byte[] Video = RandomNumberGenerator.GetBytes(300_000);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-verify-");
    private readonly string _keyFile;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public VideoVerifyTests() => _keyFile = KeyFile("own", _key);

    [Fact]
    public async Task What_the_service_made_is_valid_and_anybody_can_check_its_signature()
    {
        using var folder = new VideoFolder();
        await using var service = folder.Start(SigningKey());
        var id = await service.CreateVideoAsync(VideoClips.Walk(), ("method", "mask"));
        await service.UntilAsync(id, "done");
        var report = await service.Client.GetByteArrayAsync(new Uri($"{VideoCalls.Path}/{id}/report", UriKind.Relative));
        var video = await service.Client.GetByteArrayAsync(new Uri($"{VideoCalls.Path}/{id}/result", UriKind.Relative));

        var verdict = await VerifyAsync(service, report, video);

        Assert.Equal("valid True schema:True signature:True video:True", Words(verdict));
        Assert.Equal("notChecked", verdict.AsObject().First().Key);
        // As docs/videos.md says: by text alone.
        var text = Encoding.UTF8.GetString(report);
        var start = text.IndexOf(",\"signature\":{", StringComparison.Ordinal);
        var signature = JsonNode.Parse(text)!["signature"]!;
        Assert.Equal("ECDSA-SHA256", (string)signature["algorithm"]!);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_key.ExportSubjectPublicKeyInfo())), (string)signature["keyId"]!);
        Assert.True(_key.VerifyData(
            Encoding.UTF8.GetBytes(text[..start] + "}"), Convert.FromHexString((string)signature["value"]!),
            HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public async Task A_byte_of_the_recording_or_a_figure_of_the_report_that_was_changed_is_found()
    {
        await using var service = ServiceFixture.With(SigningKey());
        var report = Encoding.UTF8.GetString(Signed(_keyFile));
        Assert.Equal("valid True schema:True signature:True video:True", Words(await VerifyAsync(service, report, Video)));
        byte[] other = [.. Video[..^1], (byte)(Video[^1] ^ 1)];
        Assert.Equal("invalid False schema:True signature:True video:False", Words(await VerifyAsync(service, report, other)));

        foreach (var (from, to) in new[]
        {
            ("\"faceFrames\":20", "\"faceFrames\":21"), ("\"signature\":", " \"signature\":"),
            ("\"value\":\"30", "\"value\":\"31"), ("\"value\":\"30", "\"value\":\"x0"), ("\"value\":\"30", "\"value\":\"0"),
            ("}}", "}}\n"),
        })
        {
            var changed = report.Replace(from, to, StringComparison.Ordinal);
            Assert.NotEqual(report, changed, StringComparer.Ordinal);
            Assert.Equal(
                "invalid False schema:True signature:False video:True", Words(await VerifyAsync(service, changed, Video)));
        }
    }

    [Fact]
    public async Task What_was_added_behind_the_signature_or_written_twice_is_no_report()
    {
        await using var service = ServiceFixture.With(SigningKey());
        var report = Encoding.UTF8.GetString(Signed(_keyFile));
        string[] none =
        [
            report[..^1] + ",\"method\":\"replace\"}", report[..^1] + ",\"note\":1}", "{}", "null", "[1]", "no JSON", "",
            report[..^1], new string('[', 100_000),
            report.Replace("\"sha256\":\"", "\"sha256\":null,\"x\":\"", StringComparison.Ordinal),
        ];

        foreach (var text in none)
            Assert.Equal("invalid False schema:False", Words(await VerifyAsync(service, text, Video)));
    }

    [Fact]
    public async Task A_report_that_nobody_known_here_signed_is_unsigned()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var foreign = Signed(KeyFile("other", other));
        var unsigned = JsonSerializer.SerializeToUtf8Bytes(Report(), VideoPipeline.Json);
        await using var signing = ServiceFixture.With(SigningKey());
        await using var keyless = ServiceFixture.With();

        foreach (var report in new[] { foreign, unsigned })
        {
            Assert.Equal("unsigned False schema:True signature: video:True", Words(await VerifyAsync(signing, report, Video)));
            Assert.Equal("unsigned True schema:True signature: video:True", Words(await VerifyAsync(keyless, report, Video)));
            Assert.Equal("invalid False schema:True signature: video:False", Words(await VerifyAsync(keyless, report, [1])));
        }
    }

    [Fact]
    public async Task Forms_are_read_strictly_here_too_and_in_any_order()
    {
        await using var service = ServiceFixture.With(SigningKey(), ("FaceDeid:Videos:MaxMegabytes", "1"));
        FormPart report = ("report", Signed(_keyFile), "report.json");
        FormPart video = ("video", Video, "a.mp4");

        using var turned = await service.PostAsync(Path, video, report);
        Assert.Equal("valid", (string)(await turned.JsonAsync())["verdict"]!);
        Assert.Equal("400 missing_part", await service.RefusedAsync(Path, video));
        Assert.Equal("400 missing_part", await service.RefusedAsync(Path, report));
        Assert.Equal("400 missing_part", await service.RefusedAsync(Path, ("report", "{}"), video));
        Assert.Equal("400 duplicate_part", await service.RefusedAsync(Path, report, report, video));
        Assert.Equal("400 duplicate_part", await service.RefusedAsync(Path, video, video, report));
        Assert.Equal("400 unknown_field", await service.RefusedAsync(Path, report, video, ("method", "mask")));
        Assert.Equal("413 upload_too_large", await service.RefusedAsync(Path, report, ("video", new byte[1_000_001], "a.mp4")));
        Assert.Equal(
            "413 upload_too_large", await service.RefusedAsync(Path, ("report", new byte[32_000_001], "a.json"), video));
        using var picture = await service.PostAsync(Path, "image/png", report, video);
        Assert.Equal("not_acceptable", (string)(await picture.JsonAsync())["code"]!);
    }

    public void Dispose()
    {
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    private static VideoReport Report() => new(
        new VideoSource("mp4", "h264", 480, 270, 25, 1, false, 0, false, new VideoDropped(0, 0, 0, false)),
        new VideoResult(Convert.ToHexStringLower(SHA256.HashData(Video)), VideoContainer.Mp4, VideoCodec.H264, 25, 1, true),
        DeidentificationMethod.Mask, VideoQuality.Normal, new VideoCoverage(20, 20, 0, 0, 0, 0, [], Verified: null),
        [
            new TrackReport(
                1, Person: null, false, TrackEvidence.Weak, new FrameRange(0, 19), 0, 0.8, 20, 0, 0, 0, 0.7, 20, 30,
                Method: null, 0, Edited: false),
        ],
        [], [new FrameRange(0, 24)], [VideoWarning.VoiceKept], [new CertificateModel("one", "ab")]);

    private static byte[] Signed(string keyFile)
    {
        using var key = CertificateKey.Load(keyFile);
        return SignedReport.Sign(Report(), key);
    }

    private static Task<JsonNode> VerifyAsync(ServiceFixture service, string report, byte[] video) =>
        VerifyAsync(service, Encoding.UTF8.GetBytes(report), video);

    private static async Task<JsonNode> VerifyAsync(ServiceFixture service, byte[] report, byte[] video)
    {
        using var answer = await service.PostAsync(Path, ("report", report, "report.json"), ("video", video, "a.mp4"));
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.JsonAsync();
    }

    private static string Words(JsonNode verdict) =>
        $"{verdict["verdict"]} {(bool)verdict["valid"]!} " + string.Join(' ', verdict["checks"]!.AsArray()
            .Select(check => $"{check!["name"]}:{(bool?)check["passed"]}"));

    private (string Key, string Value) SigningKey() => ("FaceDeid:Certificates:SigningKeyFile", _keyFile);

    private string KeyFile(string name, ECDsa key)
    {
        var file = System.IO.Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, key.ExportPkcs8PrivateKeyPem());
        return file;
    }
}
