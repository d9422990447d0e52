using FaceDeid.Faces.Landmarks;
using FaceDeid.Geometry;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection;

public sealed class ProtectedRegionTests
{
    private static readonly Size Canvas = new(200, 150);

    [Theory]
    [InlineData(RegionShape.Ellipse)]
    [InlineData(RegionShape.Hull)]
    [InlineData(RegionShape.Head)]
    public void A_polygon_is_taken_as_it_is(RegionShape shape)
    {
        // Concave: a hull or an ellipse would cover the notch.
        PixelPoint[] arrow = [new(20, 20), new(120, 20), new(70, 60), new(120, 120), new(20, 120)];
        using var region = ProtectedRegion.Create(Scene.Unknown(Boxes.Around(arrow), arrow), Canvas, shape);
        using var mask = Scene.MaskOf(region, Canvas);

        Assert.All(arrow, p => Assert.Equal(255, mask.At<byte>(p.Y, p.X)));
        Assert.Equal(255, mask.At<byte>(60, 30));
        Assert.Equal(0, mask.At<byte>(60, 100));
        Assert.Equal(0, mask.At<byte>(60, 18));
        using var expected = new Mat(Canvas, MatType.CV_8UC1, Scalar.Black);
        Cv2.FillPoly(expected, [arrow.Select(p => new Point(p.X, p.Y))], Scalar.White);
        Scene.AssertSame(expected, mask);
    }

    [Fact]
    public void An_outline_that_crosses_itself_leaves_no_hole()
    {
        PixelPoint[] star = [new(100, 10), new(130, 110), new(45, 50), new(155, 50), new(70, 110)];
        using var region = ProtectedRegion.Create(Scene.Unknown(Boxes.Around(star), star), Canvas, RegionShape.Ellipse);
        using var mask = Scene.MaskOf(region, Canvas);

        Assert.Equal(255, mask.At<byte>(70, 100)); // the middle, which an even-odd filling leaves out
        Assert.Equal(0, mask.At<byte>(20, 50));
    }

    [Theory]
    [InlineData(-30, -30)]
    [InlineData(170, 120)]
    [InlineData(-30, 120)]
    [InlineData(170, -30)]
    public void It_is_cut_off_at_the_pictures_edge(int x, int y)
    {
        using var region = ProtectedRegion.Create(Scene.Unknown(new Box(x, y, 60, 60)), Canvas, RegionShape.Ellipse);

        Assert.False(region.IsEmpty);
        Assert.Equal(region.Bounds, region.Bounds.Intersect(new Rect(0, 0, Canvas.Width, Canvas.Height)));
        Assert.Equal(region.Bounds.Size, region.Mask.Size());
        using var mask = Scene.MaskOf(region, Canvas);
        Assert.Equal(255, mask.At<byte>(Math.Clamp(y + 30, 0, Canvas.Height - 1), Math.Clamp(x + 30, 0, Canvas.Width - 1)));
    }

    [Theory]
    [InlineData(-100, 40)]
    [InlineData(40, -100)]
    [InlineData(260, 40)]
    [InlineData(40, 210)]
    [InlineData(-100, -100)]
    public void It_is_empty_beside_the_picture(int x, int y)
    {
        var box = new Box(x, y, 50, 50);
        PixelPoint[] polygon = [new(x, y), new(x + 49, y), new(x, y + 49)];

        using var ellipse = ProtectedRegion.Create(Scene.Unknown(box), Canvas, RegionShape.Ellipse);
        using var drawn = ProtectedRegion.Create(Scene.Unknown(box, polygon), Canvas, RegionShape.Ellipse);

        Assert.True(ellipse.IsEmpty);
        Assert.True(drawn.IsEmpty);
    }

    [Theory]
    [InlineData(RegionShape.Ellipse)]
    [InlineData(RegionShape.Hull)]
    [InlineData(RegionShape.Head)]
    public void It_covers_all_reliable_landmarks_even_beside_the_box(RegionShape shape)
    {
        // A face as wide as the picture around a box that is far too small.
        var landmarks = new Landmarks68([.. Enumerable.Range(0, Landmarks68.Count).Select(i => new PixelPoint(
            100 + (int)(60 * Math.Cos(i * Math.Tau / Landmarks68.Count)),
            75 + (int)(50 * Math.Sin(i * Math.Tau / Landmarks68.Count))))]);
        using var region = ProtectedRegion.Create(Scene.Unknown(new Box(90, 65, 20, 20), landmarks: landmarks), Canvas, shape);
        using var mask = Scene.MaskOf(region, Canvas);

        Assert.All(landmarks.Points, p => Assert.Equal(255, mask.At<byte>(p.Y, p.X)));
    }

    [Theory]
    [InlineData("faces/2007_007763.jpg", RegionShape.Ellipse)]
    [InlineData("faces/2007_007763.jpg", RegionShape.Hull)]
    [InlineData("faces/bald_guys.jpg", RegionShape.Ellipse)]
    public void It_covers_the_landmarks_of_real_faces(string name, RegionShape shape)
    {
        using var scene = Scene.Of(name);
        var faces = scene.Subjects.Where(s => s.HasReliableLandmarks).ToList();
        Assert.NotEmpty(faces);
        foreach (var face in faces)
        {
            using var region = ProtectedRegion.Create(face, scene.Bgr.Size(), shape);
            using var mask = Scene.MaskOf(region, scene.Bgr.Size());
            Assert.All(
                face.Landmarks.Points.Where(p => p.X >= 0 && p.Y >= 0 && p.X < mask.Width && p.Y < mask.Height),
                p => Assert.Equal(255, mask.At<byte>(p.Y, p.X)));
        }
    }

    [Fact]
    public void A_hull_without_reliable_landmarks_is_the_ellipse()
    {
        var face = Scene.Unknown(new Box(60, 40, 60, 60));
        using var ellipse = ProtectedRegion.Create(face, Canvas, RegionShape.Ellipse);
        using var hull = ProtectedRegion.Create(face, Canvas, RegionShape.Hull);

        Assert.Equal(ellipse.Bounds, hull.Bounds);
        Scene.AssertSame(ellipse.Mask, hull.Mask);
        Assert.Equal(60, ellipse.Width);
    }
}
