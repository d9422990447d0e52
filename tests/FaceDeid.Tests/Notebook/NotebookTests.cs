using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Geometry;
using FaceDeid.Imaging;
using FaceDeid.Notebook;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Notebook;

/// <summary>The original notebook's results, through the whole library: equal to the last bit, overlays to two levels.</summary>
public sealed class NotebookTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly NotebookReference Reference = NotebookReference.Load();

    public static TheoryData<int> Pictures => [.. Enumerable.Range(0, Reference.Images.Count)];

    public static TheoryData<int> Pairs => [.. Enumerable.Range(0, Reference.Merges.Count)];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Gray_pictures_are_equal(int number)
    {
        using var picture = Engine.Decoder.Decode(Input(number), colourManaged: false);
        using var square = picture.Bgr.Squeeze(DetectionOptions.NotebookSide);
        using var gray = square.ToGray();

        Assert.Equal(Stored($"gray_{number + 1}.png").Bytes, Picture.Of(gray).Bytes);
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task Haar_boxes_are_equal(int number)
    {
        var found = await Engine.FacePipeline.DetectAsync(Input(number), DetectionOptions.Notebook(DetectorKind.Haar), Never);

        Assert.Equal(new ImageSize(300, 300), found.Image);
        Assert.Equal(
            Reference.Images[number].Haar,
            found.Faces.Select(face => new[] { face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height }));
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task HOG_boxes_landmarks_and_regions_are_equal(int number)
    {
        var found = await Engine.FacePipeline.LandmarksAsync(Input(number), DetectionOptions.Notebook(DetectorKind.Hog), Never);

        Assert.Equal(Reference.Images[number].Hog.Count, found.Faces.Count);
        foreach (var (expected, actual) in Reference.Images[number].Hog.Zip(found.Faces))
        {
            var (left, top, right, bottom) = expected.Rect;
            Assert.Equal(new Box(left, top, right - left + 1, bottom - top + 1), actual.Face.Box);
            Assert.Equal(expected.Landmarks, actual.Landmarks.Points.Select(p => new[] { p.X, p.Y }));
            Assert.Equal(expected.Regions.Keys, FaceRegion.All.Select(region => region.Name), StringComparer.Ordinal);
            foreach (var region in FaceRegion.All)
                Assert.Equal(expected.Regions[region.Name], actual.Landmarks.In(region).Select(p => new[] { p.X, p.Y }));
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Merged_pictures_and_coordinates_are_equal(int pair)
    {
        var merge = Reference.Merges[pair];
        var (first, second) = (Input(merge.A - 1), Input(merge.B - 1));
        var options = new MergeOptions(
            300, MergeNormalization.Half, MergeAlignment.None, DetectionOptions.Notebook(DetectorKind.Hog));

        var pixels = await Engine.Notebook.MergePixelsAsync(first, second, options, new ImageOutput(ImageFormat.Png), Never);
        var points = await Engine.Notebook.MergeLandmarksAsync(first, second, options, Never);

        Assert.Equal(Stored(merge.Png).Bytes, Picture.Raw(pixels.Picture).Bytes);
        Assert.Equal(merge.Landmarks, points.Points.Select(p => new[] { Math.Round(p.X, 6), Math.Round(p.Y, 6) }));
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task Overlays_differ_by_two_levels_at_most_on_nearly_all_pixels(int number)
    {
        var drawn = await Engine.Notebook.OverlayAsync(
            Input(number),
            DetectionOptions.Notebook(DetectorKind.Hog),
            new OverlayOptions([new RgbColor(0, 0, 0)], Alpha: 0.75),
            new ImageOutput(ImageFormat.Png),
            Never);

        using var expected = new Mat(TestFiles.Reference($"overlay_{number + 1}.png"));
        var differences = Picture.Of(expected).Bytes.Zip(Picture.Raw(drawn.Picture).Bytes, (a, b) => Math.Abs(a - b));
        Assert.InRange(differences.Count(d => d > 2) / (300.0 * 300 * 3), 0, 0.001);
    }

    private static byte[] Input(int number) => File.ReadAllBytes(Reference.Images[number].Path);

    private static Picture Stored(string name)
    {
        using var gray = new Mat(TestFiles.Reference(name), ImreadModes.Grayscale);
        return Picture.Of(gray);
    }
}
