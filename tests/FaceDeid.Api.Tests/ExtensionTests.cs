using System.Text.Json.Nodes;
using FaceDeid.Faces.Detection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Subjects;
using Microsoft.Extensions.DependencyInjection;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>A detector and a method of somebody else's: this assembly sees nothing of the library but what is public.</summary>
public sealed class ExtensionTests
{
    private static readonly Box Wall = new(4, 4, 40, 40);

    [Fact]
    public async Task A_detector_and_a_method_can_be_added()
    {
        await using var service = ServiceFixture.With(services => services
            .AddSingleton<IFaceDetector, CornerDetector>()
            .AddSingleton<IFaceTransform, GreenBlur>());
        var picture = Pictures.Group;

        using var answer = await service.PostAsync(
            "/v1/deidentify", new FormPart("image", picture, "group.jpg"), ("method", "blur"),
            ("format", "png"), ("verify", "false"));

        Assert.Equal("blur", answer.Headers.GetValues(FaceDeidHeaders.Method).Single());
        using var treated = Pictures.Decode(await answer.Content.ReadAsByteArrayAsync());
        // Only the added detector finds it, and the added method paints.
        Assert.Equal(new Vec3b(0, 255, 0), treated.At<Vec3b>(Wall.Y + 20, Wall.X + 20));

        using var found = await service.PostAsync("/v1/detect", new FormPart("image", picture, "group.jpg"));
        var faces = JsonNode.Parse(await found.Content.ReadAsStringAsync())!["faces"]!.AsArray();
        Assert.Contains(faces, face => (int)face!["box"]!["x"]! == Wall.X && (string)face["detector"]! is "ultraFace");
        Assert.True(faces.Count > 1); // the others look as before
    }

    /// <summary>Finds a face in one corner of large pictures: the face of the self-test has none there.</summary>
    private sealed class CornerDetector : IFaceDetector
    {
        public DetectorKind Kind => DetectorKind.UltraFace;

        public int MaxSide => 4000;

        public IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options) =>
            image.Width > 300 && image.BgrRow(0).Length == 3 * image.Width
            && image.GrayRow(image.Height - 1).Length == image.Width ? [new RawDetection(Wall, Score: 0.9)] : [];
    }

    /// <summary>Paints the face's box green.</summary>
    private sealed class GreenBlur : IFaceTransform
    {
        public DeidentificationMethod Method => DeidentificationMethod.Blur;

        public void Apply(Canvas canvas, Subject subject, Treatment treatment)
        {
            var (left, right) = (Math.Max(0, subject.Box.X), Math.Min(canvas.Width, subject.Box.X + subject.Box.Width));
            for (var y = Math.Max(0, subject.Box.Y); y < Math.Min(canvas.Height, subject.Box.Y + subject.Box.Height); y++)
            {
                var row = canvas.Row(y)[(3 * left)..(3 * right)];
                for (var i = 0; i < row.Length; i++)
                    row[i] = i % 3 == 1 ? byte.MaxValue : (byte)0;
            }
        }
    }
}
