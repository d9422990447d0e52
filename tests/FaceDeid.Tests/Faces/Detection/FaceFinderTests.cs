using FaceDeid.Faces.Detection;
using FaceDeid.Geometry;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Faces.Detection;

/// <summary>The union of detectors, turned pictures, and the places where landmarks are looked for.</summary>
public sealed class FaceFinderTests
{
    private const string Portrait = "faces/Tom_Cruise_avp_2014_4.jpg";
    private static readonly Box Large = new(100, 100, 80, 100);

    [Fact]
    public void Auto_has_every_face_of_each_detector_once()
    {
        var finder = Finder(
            (DetectorKind.UltraFace, [new(Large, 0.9), new(new Box(400, 50, 40, 50), 0.4)]),
            (DetectorKind.YuNet, [new(Large with { X = 104 }, 0.95), new(new Box(300, 300, 30, 40), 0.8)]),
            (DetectorKind.Hog, [new(new Box(10, 300, 60, 60), 0.2, 1)]));
        using var image = Gray(640, 480);

        var faces = finder.Find(image, new DetectionOptions());

        Assert.Equal([DetectorKind.YuNet, DetectorKind.YuNet, DetectorKind.UltraFace], faces.Select(face => face.Detector));
        Assert.Equal([1, 2, 3], faces.Select(face => face.Id));
        Assert.Equal(Large with { X = 104 }, faces[0].Box);
        Assert.All(faces, face => Assert.Equal(Certainty.High, face.Certainty)); // their word counts
    }

    [Fact]
    public void A_face_where_the_edges_of_a_picture_of_360_degrees_meet_is_found_at_both()
    {
        using var portrait = Cv2.ImRead(TestFiles.Example(Portrait));
        using var face = portrait.Resize(new Size(400 * portrait.Width / portrait.Height, 400), 0, 0, InterpolationFlags.Area);
        using var panorama = new Mat(400, 800, MatType.CV_8UC3, new Scalar(120, 130, 140));
        face.CopyTo(panorama.SubMat(new Rect(400 - (face.Width / 2), 0, face.Width, face.Height)));
        using var left = panorama.ColRange(0, 400);
        using var right = panorama.ColRange(400, 800);
        using var turned = new Mat();
        Cv2.HConcat([right, left], turned);
        using var image = new SearchImage(turned.Clone());

        var faces = Engine.Finder.Find(image, new DetectionOptions());

        var (first, last) = (faces[0].Box, faces[^1].Box);
        Assert.True(first.X < 0 && last.X + last.Width > 800, $"{first}, {last}");
        Assert.Equal(first with { X = first.X + 800 }, last);
    }

    [Theory]
    [InlineData(DetectorKind.UltraFace)]
    [InlineData(DetectorKind.YuNet)]
    [InlineData(DetectorKind.HaarProfile)]
    public void A_detector_that_throws_ends_the_search(DetectorKind broken)
    {
        DetectorKind[] kinds = [DetectorKind.UltraFace, DetectorKind.YuNet, DetectorKind.HaarProfile];
        var finder = Finder([.. kinds.Select(kind => (kind, kind == broken ? null : new RawDetection[] { new(Large, 0.9) }))]);
        using var image = Gray(640, 480);

        Assert.Throws<InvalidOperationException>(() => finder.Find(image, new DetectionOptions { Thorough = true }));
    }

    [Fact]
    public void YuNet_without_its_file_is_refused_with_where_it_comes_from()
    {
        using var image = Gray(64, 48);

        Refusal.Of(FaceDeidError.InvalidOption, "OpenCV model zoo", () =>
            Engine.Finder.Find(image, new DetectionOptions { Detector = DetectorKind.YuNet }));
        Assert.DoesNotContain(DetectorKind.YuNet, Engine.Finder.Kinds);
    }

    [Fact]
    public void A_file_that_is_no_YuNet_is_refused()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("facedeid-test-").FullName, YuNetDetector.FileName);
        File.WriteAllText(file, "no network");

        Refusal.Of(FaceDeidError.ModelUnavailable, file, () => _ = new YuNetDetector(file));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(-30)]
    [InlineData(90)]
    [InlineData(-90)]
    [InlineData(180)]
    public void A_thorough_search_finds_a_turned_face_and_its_landmarks(int degrees)
    {
        using var upright = Search(Portrait);
        var size = new Size(1000, 1000);
        var turn = new Turn(degrees, new Point2d(upright.Width / 2.0, upright.Height / 2.0), new Point2d(500, 500));
        using var pixels = turn.Apply(upright.Bgr, size);
        using var turned = new SearchImage(pixels.Clone());
        var expected = Assert.Single(Engine.Finder.Find(upright, new DetectionOptions()));

        // Of what else it takes for a face here, this test says nothing.
        var (found, away) = Engine.Finder.Find(turned, new DetectionOptions { Thorough = true })
            .Select(face => (face, Away(face))).MinBy(pair => pair.Item2);

        Assert.InRange(away, 0, 0.15 * expected.Box.Width);
        Assert.InRange(found.Box.Width * found.Box.Height / (double)(expected.Box.Width * expected.Box.Height), 0.7, 1.4);
        if (Math.Abs(degrees) == 90)
            Assert.True(found.Box.Width > found.Box.Height);

        var points = Engine.Predictor.Predict(turned.Gray, found).Points.Select(point => turn.Back(point.X, point.Y));
        var distance = Engine.Predictor.Predict(upright.Gray, expected).Points
            .Zip(points, (a, b) => double.Hypot(a.X - b.X, a.Y - b.Y)).Average();
        Assert.InRange(distance / expected.Box.Width, 0, 0.05);

        double Away(FoundFace face)
        {
            var centre = turn.Back(face.Box.CentreX(), face.Box.CentreY());
            return double.Hypot(centre.X - expected.Box.CentreX(), centre.Y - expected.Box.CentreY());
        }
    }

    [Fact]
    public void Landmarks_in_a_networks_boxes_are_those_in_HOGs()
    {
        List<double> distances = [];
        foreach (var name in new[] { Portrait, "faces/2009_004587.jpg", "faces/2008_002506.jpg", "faces/2008_001009.jpg" })
        {
            using var image = Search(name);
            var ultraFace = Engine.Finder.Find(image, new DetectionOptions { Detector = DetectorKind.UltraFace });
            foreach (var hog in Engine.Finder.Find(image, new DetectionOptions { Detector = DetectorKind.Hog }))
            {
                var other = ultraFace.MaxBy(face => face.Box.Overlap(hog.Box))!;
                var (a, b) =
                    (Engine.Predictor.Predict(image.Gray, hog).Points, Engine.Predictor.Predict(image.Gray, other).Points);
                distances.Add(a.Zip(b, (p, q) => double.Hypot(p.X - q.X, p.Y - q.Y)).Average() / hog.Box.Width);
            }
        }

        Assert.True(distances.Count >= 8);
        Assert.InRange(distances.Average(), 0, 0.03); // of the face's width
    }

    [Theory]
    [InlineData(110, 105, 80, 100, true)] // nearly the same
    [InlineData(120, 140, 40, 50, true)] // a part of the face
    [InlineData(80, 60, 150, 180, false)] // the whole of which the kept one is a part
    [InlineData(120, 140, 12, 16, false)] // somebody behind: a fiftieth of its area
    [InlineData(165, 100, 80, 100, false)] // a neighbour
    [InlineData(180, 100, 80, 100, false)]
    public void A_box_is_left_out_only_when_another_shows_its_face(int x, int y, int width, int height, bool covered) =>
        Assert.Equal(covered, OneBoxPerFace.Covers(Large, new Box(x, y, width, height)));

    private static FaceFinder Finder(params (DetectorKind Kind, RawDetection[]? Found)[] detectors) =>
        new(detectors.Select(detector => new Fake(detector.Kind, detector.Found)), Engine.SecondLook, Engine.Gate);

    private static SearchImage Gray(int width, int height)
    {
        using var pixels = new Mat(height, width, MatType.CV_8UC3, Scalar.Gray);
        return new SearchImage(pixels.Clone());
    }

    private static SearchImage Search(string name)
    {
        using var picture = Engine.Decoder.Decode(File.ReadAllBytes(TestFiles.Example(name)));
        return new SearchImage(picture.Bgr.Clone());
    }

    private sealed class Fake(DetectorKind kind, RawDetection[]? found) : IFaceDetector
    {
        public DetectorKind Kind => kind;

        public int MaxSide => 1000;

        public IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options) =>
            found ?? throw new InvalidOperationException("broken");
    }
}
