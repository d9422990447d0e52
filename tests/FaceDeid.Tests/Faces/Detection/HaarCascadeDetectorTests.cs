using FaceDeid.Faces.Detection;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Faces.Detection;

public sealed class HaarCascadeDetectorTests
{
    private static readonly string Cascade = Path.Combine(Engine.ModelsDirectory, "cache", "haarcascade_frontalface_default.xml");

    [Theory]
    [InlineData(1.1, 4)]
    [InlineData(1.3, 2)]
    [InlineData(1.1, 12)]
    public void Its_boxes_are_those_of_detectMultiScale_from_left_to_right(double scaleFactor, int minNeighbors)
    {
        using var gray = new Mat(TestFiles.Example("faces/2008_002470.jpg"), ImreadModes.Grayscale);
        using var cascade = new CascadeClassifier(Cascade);
        // OpenCV's own order depends on how many threads it runs.
        var expected = cascade.DetectMultiScale(gray, scaleFactor, minNeighbors).OrderBy(box => box.X)
            .ThenBy(box => box.Y).ToList();

        using var image = new SearchImage(gray.CvtColor(ColorConversionCodes.GRAY2BGR));
        var found = Engine.Detector(DetectorKind.Haar)
            .Detect(
                image,
                new DetectionOptions { Detector = DetectorKind.Haar, ScaleFactor = scaleFactor, MinNeighbors = minNeighbors });

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(box => new Box(box.X, box.Y, box.Width, box.Height)), found.Select(face => face.Box));
        Assert.All(found, face => Assert.InRange(face.Score, minNeighbors, 1000));
    }

    [Fact]
    public void A_file_that_is_no_cascade_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("facedeid-test-");
        var file = Path.Combine(folder.FullName, "cascade.xml");
        AssertRefused();
        foreach (var content in new[] { "", "not xml", "<?xml version=\"1.0\"?><opencv_storage></opencv_storage>" })
        {
            File.WriteAllText(file, content);
            AssertRefused();
        }

        folder.Delete(recursive: true);

        void AssertRefused() =>
            Refusal.Of(FaceDeidError.ModelUnavailable, file, () => new HaarCascadeDetector(file).Dispose());
    }
}
