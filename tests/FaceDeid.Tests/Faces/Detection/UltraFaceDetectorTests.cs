using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Networks;
using FaceDeid.Geometry;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Faces.Detection;

/// <summary>
/// Faces of every size in pictures of every size; what all detectors keep is in <see cref="DetectorContractTests"/>.
/// </summary>
public sealed class UltraFaceDetectorTests
{
    private static readonly DetectionOptions Options = new() { Detector = DetectorKind.UltraFace };

    // Pieces of 532 x 498 begin every 467 x 434 pixels in this canvas, at half its size every 568 x 418, that is 1136 x 836 here.
    [Theory]
    [InlineData(40, 600, 440)]
    [InlineData(40, 440, 480)]
    [InlineData(100, 600, 450)]
    [InlineData(100, 390, 390)]
    [InlineData(220, 520, 400)]
    [InlineData(220, 1080, 900)]
    [InlineData(600, 900, 500)]
    [InlineData(1000, 700, 300)]
    public void A_face_across_the_borders_of_tiles_is_found_once(int side, int x, int y)
    {
        using var face = Face();
        using var canvas = new Mat(1800, 2400, MatType.CV_8UC3, new Scalar(90, 110, 100));
        using var sized = face.Resize(
            new Size(side, side), 0, 0, side < face.Width ? InterpolationFlags.Area : InterpolationFlags.Cubic);
        using (var place = new Mat(canvas, new Rect(x, y, side, side)))
            sized.CopyTo(place);
        using var image = new SearchImage(canvas.Clone());

        var found = Assert.Single(Engine.Finder.Find(image, Options));

        Assert.InRange(found.Box.Width, 0.4 * side, 1.0 * side);
        Assert.InRange(found.Box.CentreX(), x + (0.35 * side), x + (0.65 * side));
        Assert.InRange(found.Box.CentreY(), y + (0.35 * side), y + (0.65 * side));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.55)]
    [InlineData(0.2)]
    public void A_face_that_fills_or_overflows_a_picture_of_any_size_is_found(double part)
    {
        using var picture = Engine.Decoder.Decode(File.ReadAllBytes(TestFiles.Example("johns/John_Simm/000288_00470387.jpg")));
        var missed = 0;
        foreach (var side in new[] { 48, 100, 150, 700 })
        {
            // The face is about 85 x 110 pixels in the middle of 150 x 150.
            var crop = (int)(85 + (65 * part));
            using var cut = new Mat(picture.Bgr, new Rect((150 - crop) / 2, (150 - crop) / 2, crop, crop));
            using var image = new SearchImage(
                cut.Resize(new Size(side, side), 0, 0, side < crop ? InterpolationFlags.Area : InterpolationFlags.Cubic));
            missed += Engine.Finder.Find(image, Options).Count == 1 ? 0 : 1;
        }

        Assert.Equal(0, missed);
    }

    [Theory]
    [InlineData(8660, 5770)] // 50 megapixels
    [InlineData(20_000, 2500)]
    [InlineData(20_000, 1)]
    [InlineData(1, 1)]
    [InlineData(641, 480)]
    public void Pieces_cover_every_pixel_and_their_number_is_bounded(int width, int height)
    {
        using var picture = new Mat(height, width, MatType.CV_8UC3, Scalar.Gray);
        List<Rect2d> places = [];

        using var image = new SearchImage(picture.Clone());
        using var pyramid = new SearchPyramid(image);
        foreach (var piece in pyramid.Pieces)
        {
            Assert.InRange(piece.Pixels.Width, 1, 640);
            Assert.InRange(piece.Pixels.Height, 1, 480);
            places.Add(piece.Place);
        }

        Assert.InRange(places.Count, 2, 850);
        foreach (var level in pyramid.Pieces.GroupBy(piece => Math.Round(Math.Log2(piece.Scale)), piece => piece.Place))
        {
            foreach (var (x, y) in new[]
            {
                (0.5, 0.5), (width - 0.5, 0.5), (0.5, height - 0.5), (width - 0.5, height - 0.5), (width / 2.0, height / 2.0),
                (width / 3.1, height / 1.7),
            })
                Assert.Contains(level, place => x >= place.Left && x <= place.Right && y >= place.Top && y <= place.Bottom);
        }
    }

    [Theory]
    [InlineData(DetectorKind.UltraFace, 0.09)]
    [InlineData(DetectorKind.UltraFace, 1.1)]
    [InlineData(DetectorKind.Auto, -0.5)]
    public void A_score_that_would_make_thousands_of_boxes_is_refused(DetectorKind kind, double score)
    {
        using var face = Face();
        using var image = new SearchImage(face.Clone());

        Refusal.Of(FaceDeidError.InvalidOption, "'minScore'", () =>
            Engine.Finder.Find(image, new DetectionOptions { Detector = kind, MinScore = score }));
    }

    [Fact]
    public void A_file_that_is_no_network_is_refused()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("facedeid-test-").FullName, "network.onnx");
        Refusal.Of(FaceDeidError.ModelUnavailable, file, () => new UltraFace(file).Dispose());
        foreach (var content in new[] { "", "no network" })
        {
            File.WriteAllText(file, content);
            Refusal.Of(FaceDeidError.ModelUnavailable, file, () => new UltraFace(file).Dispose());
        }

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    /// <summary>A face in the middle of a square, which takes about six tenths of its width.</summary>
    private static Mat Face()
    {
        using var picture = Engine.Decoder.Decode(File.ReadAllBytes(TestFiles.Example("johns/John_Simm/000288_00470387.jpg")));
        return picture.Bgr.Clone();
    }
}
