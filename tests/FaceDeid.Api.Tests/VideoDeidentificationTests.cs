using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Recordings over HTTP, from the upload to the result, with the real work.</summary>
public sealed class VideoDeidentificationTests
{
    private const int Width = 480;

    [Fact]
    public async Task A_recording_comes_back_with_its_face_covered_and_nothing_said_of_it()
    {
        using var folder = new VideoFolder();
        await using var service = folder.Start();
        var clip = VideoClips.Walk();

        var id = await service.CreateVideoAsync(clip, ("method", "mask"));
        var job = await service.UntilAsync(id, "done");
        var result = await ReadAsync(service, $"{id}/result");
        var report = JsonNode.Parse(await ReadAsync(service, $"{id}/report"))!;
        var tracks = JsonNode.Parse(await ReadAsync(service, $"{id}/tracks"))!;

        Assert.Equal(25, (int)job["progress"]!["total"]!);
        Assert.Equal("voiceKept", string.Join(' ', job["warnings"]!.AsArray().Select(warning => (string)warning!)));
        Assert.Equal((25, 25), ((int)report["source"]!["frames"]!, (int)report["result"]!["frames"]!));
        Assert.True((bool)report["result"]!["timestampsEqual"]!);
        Assert.Equal(25, (int)report["coverage"]!["faceFrames"]!);
        Assert.Equal(25, tracks["tracks"]![0]!["places"]!.AsArray().Count);
        var (before, after) = (VideoClips.Gray(clip, Width * 270), VideoClips.Gray(result, Width * 270));
        Assert.Equal(25, after.Count);
        for (var i = 0; i < 25; i++)
        {
            Assert.True(Face(before[i], i).Average(value => value) > 60);
            Assert.All(Face(after[i], i), value => Assert.True(value < 40));
        }

        Assert.DoesNotContain(VideoClips.Marker, Encoding.Latin1.GetString(result), StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Objects(), path => path.EndsWith("/source", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_recording_without_a_face_fails_and_says_why()
    {
        using var folder = new VideoFolder();
        await using var service = folder.Start();

        var id = await service.CreateVideoAsync(VideoClips.Plain(), ("method", "blur"));
        var job = await service.UntilAsync(id, "failed");

        Assert.Equal("no_face", (string)job["error"]!["code"]!);
        using var result = await service.Client.GetAsync(new Uri($"{VideoCalls.Path}/{id}/result", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Conflict, result.StatusCode);
    }

    // A few bright pixels in the middle of the face.
    private static IEnumerable<byte> Face(byte[] frame, int number) =>
        Enumerable.Range(115, 20).SelectMany(y => Enumerable.Range(170 + number, 20).Select(x => frame[(y * Width) + x]));

    private static async Task<byte[]> ReadAsync(ServiceFixture service, string path) =>
        await service.Client.GetByteArrayAsync(new Uri($"{VideoCalls.Path}/{path}", UriKind.Relative));
}
