using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Geometry;
using FaceDeid.Notebook;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Faces.Landmarks;

public sealed class LandmarkOverlayTests
{
    private static readonly RgbColor[] SevenColours =
    [
        new(250, 0, 0), new(0, 250, 0), new(0, 0, 250), new(250, 250, 0), new(0, 250, 250), new(250, 0, 250), new(250, 250, 250),
    ];

    [Fact]
    public void Only_the_faces_are_drawn_on()
    {
        using var picture = Load("faces/2009_004587.jpg");
        var faces = Faces(picture);
        Assert.Equal(2, faces.Count);

        using var drawn = Drawn(picture, faces, new OverlayOptions([new RgbColor(0, 0, 0)], Alpha: 0.75));

        var (before, after) = (Picture.Of(picture), Picture.Of(drawn));
        var near = faces.Select(face => Around(face, margin: 3)).ToList();
        var (touched, outside) = (0, 0);
        for (var y = 0; y < before.Height; y++)
        {
            for (var x = 0; x < before.Width; x++)
            {
                if (Enumerable.Range(0, 3).All(band => before[x, y, band] == after[x, y, band]))
                    continue;
                touched++;
                if (!near.Exists(box => box.Contains(x, y)))
                    outside++;
            }
        }

        Assert.Equal(0, outside);
        Assert.InRange(touched, near.Sum(box => box.Width * box.Height) / 20, near.Sum(box => box.Width * box.Height));
    }

    [Fact]
    public void Each_region_has_its_own_colour()
    {
        using var picture = Load("faces/Tom_Cruise_avp_2014_4.jpg");
        var face = Faces(picture).Single();

        using var drawn = Drawn(picture, [face], new OverlayOptions(SevenColours, Alpha: 1));

        var result = Picture.Of(drawn);
        for (var i = 0; i < FaceRegion.All.Count; i++)
        {
            var points = face.In(FaceRegion.All[i]);
            // The middle of an area; of the jaw's line, a point on it.
            var (x, y) = FaceRegion.All[i] == FaceRegion.Jaw
                ? (points[8].X, points[8].Y)
                : ((int)points.Average(p => p.X), (int)points.Average(p => p.Y));
            Assert.Equal(SevenColours[i], new RgbColor(result[x, y, 0], result[x, y, 1], result[x, y, 2]));
        }
    }

    [Fact]
    public void One_colour_serves_all_regions()
    {
        using var picture = Load("faces/Tom_Cruise_avp_2014_4.jpg");
        var face = Faces(picture).Single();

        using var one = Drawn(picture, [face], new OverlayOptions([SevenColours[0]], Alpha: 1));
        using var seven = Drawn(picture, [face], new OverlayOptions([.. Enumerable.Repeat(SevenColours[0], 7)], Alpha: 1));

        Assert.Equal(Picture.Of(seven).Bytes, Picture.Of(one).Bytes);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    [InlineData(1.0)]
    public void Alpha_is_the_share_of_the_drawing(double alpha)
    {
        using var picture = Load("faces/Tom_Cruise_avp_2014_4.jpg");
        var face = Faces(picture).Single();
        using var solid = Drawn(picture, [face], new OverlayOptions(SevenColours, Alpha: 1));

        using var drawn = Drawn(picture, [face], new OverlayOptions(SevenColours, alpha));

        var expected = Picture.Of(picture).Bytes.Zip(Picture.Of(solid).Bytes, (a, b) => (a * (1 - alpha)) + (b * alpha));
        Assert.All(
            expected.Zip(Picture.Of(drawn).Bytes), pair => Assert.InRange(pair.Second, pair.First - 0.51, pair.First + 0.51));
    }

    [Fact]
    public void A_face_may_reach_beyond_the_edge_of_the_picture()
    {
        using var picture = Load("faces/Tom_Cruise_avp_2014_4.jpg");
        var before = Picture.Of(picture);
        var beyond = new Landmarks68([.. Faces(picture).Single().Points.Select(p => new PixelPoint(p.X - 250, p.Y - 250))]);

        using var drawn = Drawn(picture, [beyond], new OverlayOptions(SevenColours, Alpha: 1));

        Assert.NotEqual(before.Bytes, Picture.Of(drawn).Bytes);
    }

    private static Mat Drawn(Mat picture, IReadOnlyList<Landmarks68> faces, OverlayOptions options)
    {
        var drawn = picture.Clone();
        LandmarkOverlay.Draw(drawn, faces, options);
        return drawn;
    }

    private static Mat Load(string name)
    {
        using var picture = Engine.Decoder.Decode(File.ReadAllBytes(TestFiles.Example(name)));
        return picture.Bgr.Clone();
    }

    private static List<Landmarks68> Faces(Mat picture)
    {
        using var image = new SearchImage(picture.Clone());
        var faces = Engine.Finder.Find(image, new DetectionOptions { Detector = DetectorKind.Hog });
        return [.. faces.Select(face => Engine.Predictor.Predict(image.Gray, face))];
    }

    private static Rect Around(Landmarks68 face, int margin)
    {
        var box = Cv2.BoundingRect(face.Points.Select(p => new Point(p.X, p.Y)));
        return new Rect(box.X - margin, box.Y - margin, box.Width + (2 * margin), box.Height + (2 * margin));
    }
}
