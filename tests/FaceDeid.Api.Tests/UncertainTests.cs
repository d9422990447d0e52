using System.Net;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>What may be a face or not, over HTTP.</summary>
public sealed class UncertainTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task An_uncertain_face_is_blurred_and_named()
    {
        var picture = await UncertainPicture.FindAsync(service);

        using var answer = await service.PostAsync(Deidentified.Path, "image/png", Requests.Image(picture));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("1", answer.Headers.GetValues(FaceDeidHeaders.Uncertain).Single());
        Assert.Equal("1", answer.Headers.GetValues(FaceDeidHeaders.Fallbacks).Single());

        using var report = await service.PostAsync(Deidentified.Path, "application/json", Requests.Image(picture));
        var face = (await report.JsonAsync())["faces"]!.AsArray().Single()!;
        Assert.Equal(
            ("low", "blur", "uncertain"), ((string)face["certainty"]!, (string)face["method"]!, (string)face["fallback"]!));
    }

    [Fact]
    public async Task It_is_left_or_refused_as_asked()
    {
        var picture = await UncertainPicture.FindAsync(service);

        using var left = await service.PostAsync(Deidentified.Path, "image/png", Requests.Image(picture), ("uncertain", "leave"));
        using var refused = await service.PostAsync(
            Deidentified.Path, "image/png", Requests.Image(picture), ("uncertain", "error"));

        Assert.Equal("no_face", (string)(await left.JsonAsync())["code"]!);
        Assert.Equal("uncertain_faces", (string)(await refused.JsonAsync())["code"]!);
    }

    [Fact]
    public async Task A_clear_face_is_certain()
    {
        using var answer = await service.PostAsync(
            Deidentified.Path, "image/png", Requests.Image(Pictures.Face), ("uncertain", "error"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("0", answer.Headers.GetValues(FaceDeidHeaders.Uncertain).Single());
    }
}

/// <summary>A picture whose one face is small and half covered, so that it may be one or not.</summary>
internal static class UncertainPicture
{
    private static readonly double[] Seen = [0.4, 0.5, 0.6, 0.7]; // of the face, from above

    public static async Task<byte[]> FindAsync(ServiceFixture service)
    {
        foreach (var picture in Candidates())
        {
            using var answer = await service.PostAsync("/v1/detect", "application/json", Requests.Image(picture));
            var faces = (await answer.JsonAsync())["faces"]!.AsArray();
            if (faces is [{ } face] && (string)face["certainty"]! is "low")
                return picture;
        }

        throw new InvalidOperationException("Every face is certain, or none at all: cover them otherwise.");
    }

    private static IEnumerable<byte[]> Candidates()
    {
        foreach (var (size, seen) in
            from size in Enumerable.Range(12, 20)
            from seen in Seen
            select (size, seen))
        {
            using var face = Pictures.Decode(Pictures.Face);
            using var small = face.Resize(new Size(size, size), 0, 0, InterpolationFlags.Area);
            using var canvas = new Mat(240, 320, MatType.CV_8UC3, new Scalar(120, 130, 140));
            using var shown = small.SubMat(new Rect(0, 0, size, (int)(seen * size)));
            using (var place = canvas.SubMat(new Rect(130, 90, shown.Width, shown.Height)))
                shown.CopyTo(place);
            Cv2.ImEncode(".png", canvas, out var file);
            yield return file;
        }
    }
}
