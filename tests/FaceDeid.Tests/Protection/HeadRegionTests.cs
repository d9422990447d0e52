using FaceDeid.Faces.Landmarks;
using FaceDeid.Geometry;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection;

/// <summary>What <c>region=head</c> covers beyond the face, and what that costs.</summary>
public sealed class HeadRegionTests
{
    private const string Group = "faces/2007_007763.jpg";

    public static TheoryData<DeidentificationMethod> WithRegion => ObfuscationTests.WithRegion;

    // Looked up in the pictures: a point of the face; then hair over the forehead, at the sides and beside the neck, and ears.
    // The man of the last picture looks aside, and his landmarks are unreliable.
    [Theory]
    [InlineData("faces/2008_004176.jpg", 222, 240, new[] { 224, 213, 200, 240, 200, 270, 250, 245, 254, 265 })]
    [InlineData("faces/2008_007676.jpg", 130, 165, new[] { 130, 120, 100, 150, 92, 172, 160, 180, 160, 195 })]
    [InlineData(Group, 405, 105, new[] { 425, 72, 440, 105, 448, 95, 447, 108 })]
    public void It_covers_hair_and_ears_that_the_ellipse_leaves(string name, int x, int y, int[] hair)
    {
        using var scene = Scene.Of(name);
        var face = Assert.Single(
            scene.Subjects, s => x >= s.Box.X && y >= s.Box.Y && x < s.Box.X + s.Box.Width && y < s.Box.Y + s.Box.Height);
        var points = hair.Chunk(2).Select(p => new Point(p[0], p[1])).ToList();

        Assert.All(points, p => Assert.True(Covers(scene, face, RegionShape.Head, p), $"{p}"));
        Assert.Contains(points, p => !Covers(scene, face, RegionShape.Ellipse, p));
    }

    [Theory]
    [InlineData(Group)]
    [InlineData("faces/bald_guys.jpg")]
    [InlineData("faces/2008_007676.jpg")]
    public void It_holds_the_ellipse_and_about_as_much_again(string name)
    {
        using var scene = Scene.Of(name);
        Assert.NotEmpty(scene.Subjects);
        foreach (var face in scene.Subjects)
            AssertHoldsEllipse(face, scene.Bgr.Size());

        var size = scene.Bgr.Size();
        var inside = scene.Subjects.Where(face => face.HasReliableLandmarks && IsInside(face, size)).ToList();
        Assert.All(inside, face => Assert.InRange(
            Area(face, size, RegionShape.Head) / (double)Area(face, size, RegionShape.Ellipse), 1.6, 3.2));
    }

    [Theory]
    [InlineData(60, 60, 80, 100, 0)]
    [InlineData(60, 60, 80, 100, 90)]
    [InlineData(60, 60, 80, 100, -30)]
    [InlineData(60, 60, 80, 100, 180)]
    [InlineData(100, 100, 200, 20, 0)]
    [InlineData(-40, -60, 100, 100, 0)]
    [InlineData(350, 250, 100, 100, 0)]
    [InlineData(0, 0, 1, 1, 0)]
    [InlineData(-10_000, -10_000, 20_000, 20_000, 0)]
    public void It_holds_the_ellipse_of_any_box(int x, int y, int width, int height, int roll)
    {
        var face = Scene.Unknown(new Box(x, y, width, height));
        AssertHoldsEllipse(face with { Face = face.Face with { Roll = roll } }, new Size(400, 300));
    }

    [Fact]
    public void It_holds_the_ellipse_where_landmarks_that_are_called_reliable_are_one_point()
    {
        var landmarks = new Landmarks68([.. Enumerable.Repeat(new PixelPoint(100, 110), Landmarks68.Count)]);
        AssertHoldsEllipse(Scene.Unknown(new Box(60, 60, 80, 100), landmarks: landmarks), new Size(400, 300));
    }

    [Theory]
    [InlineData(0, 0, -1)]
    [InlineData(180, 0, 1)]
    [InlineData(90, 1, 0)]
    [InlineData(-90, -1, 0)]
    public void It_reaches_further_over_the_hair_than_below_the_chin_however_the_face_lies(int roll, int x, int y)
    {
        var face = Scene.Unknown(new Box(450, 450, 100, 100));
        var bounds = ProtectedRegion.BoundsOf(
            face with { Face = face.Face with { Roll = roll } }, new Size(1000, 1000), RegionShape.Head);

        var (hair, chin) = (
            x + y < 0 ? 500 - (x < 0 ? bounds.Left : bounds.Top) : (x > 0 ? bounds.Right : bounds.Bottom) - 500,
            x + y < 0 ? (x < 0 ? bounds.Right : bounds.Bottom) - 500 : 500 - (x > 0 ? bounds.Left : bounds.Top));
        Assert.True(hair > chin + 5, $"{hair} {chin}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void It_reaches_further_to_the_back_of_a_head_that_is_turned(int side)
    {
        using var scene = Scene.Of("faces/2008_007676.jpg");
        var face = scene.Subjects.First(s => s.HasReliableLandmarks);
        var turned = face with
        {
            Landmarks = new Landmarks68([.. face.Landmarks.Points.Select(
                (p, i) => i == 30 ? new PixelPoint(p.X + (side * face.Box.Width / 3), p.Y) : p)]),
        };
        var (straight, aside) = (Bounds(face), Bounds(turned));

        var further = side > 0 ? straight.Left - aside.Left : aside.Right - straight.Right;
        Assert.InRange(further, face.Box.Width / 10, face.Box.Width / 2);

        Rect Bounds(Subject subject) => ProtectedRegion.BoundsOf(subject, scene.Bgr.Size(), RegionShape.Head);
    }

    [Theory]
    [MemberData(nameof(WithRegion))]
    public void Every_method_with_a_region_treats_all_of_it_and_nothing_else(DeidentificationMethod method)
    {
        using var scene = Scene.Of(Group);
        foreach (var face in scene.Subjects)
        {
            using var ellipse = Mask(face, scene.Bgr.Size(), RegionShape.Ellipse);
            using var head = Mask(face, scene.Bgr.Size(), RegionShape.Head);
            using var after = scene.After(face, new DeidentificationOptions { Method = method, Region = RegionShape.Head });
            using var changed = Scene.Difference(scene.Bgr, after);
            using var outside = Without(changed, head);
            Assert.Equal(0, Cv2.CountNonZero(outside));

            using var ring = Without(head, ellipse);
            using var covered = new Mat();
            Cv2.BitwiseAnd(changed, ring, covered);
            Assert.InRange(Cv2.CountNonZero(covered) / (double)Cv2.CountNonZero(ring), 0.8, 1);
        }
    }

    [Theory]
    [InlineData(0.15)]
    [InlineData(0.25)]
    public void Strengths_are_relative_to_the_head_as_wide_as_its_hair(double strength)
    {
        using var scene = Scene.Of(Group);
        var options = new DeidentificationOptions
        {
            Method = DeidentificationMethod.Pixelate,
            Strength = strength,
            Region = RegionShape.Head,
        };
        using var after = scene.After(scene.Main, options);
        using var region = ProtectedRegion.Create(scene.Main, scene.Bgr.Size(), RegionShape.Head);
        var block = (int)Math.Round(scene.Main.Box.Width * 2.2 * strength);
        var colours = ObfuscationTests.AssertBlocks(after, region, block);

        Assert.True(colours.Distinct().Count() > colours.Count / 2);
    }

    [Theory]
    [InlineData(DeidentificationMethod.Blur)]
    [InlineData(DeidentificationMethod.Pixelate)]
    public void A_head_far_larger_than_the_picture_becomes_one_colour_and_takes_no_memory(DeidentificationMethod method)
    {
        using var picture = Picture.Of(150, 120, 3, (x, y, _) => x + y).ToMat();
        using var after = Scene.Applied( // 88,000 pixels a side would be more than an array holds
            picture, Scene.Unknown(new Box(-20_000, -20_000, 40_000, 40_000)),
            new DeidentificationOptions { Method = method, Strength = 1, Region = RegionShape.Head });

        using var samples = after.Reshape(1);
        Cv2.MinMaxLoc(samples, out double least, out double most);
        Assert.Equal(least, most);
    }

    [Theory]
    [InlineData(RegionShape.Ellipse)]
    [InlineData(RegionShape.Hull)]
    [InlineData(RegionShape.Head)]
    public void Its_bounds_are_known_before_it_is_made(RegionShape shape)
    {
        using var scene = Scene.Of(Group);
        PixelPoint[] drawn = [new(20, 20), new(120, 20), new(20, 120)];
        Subject[] faces =
            [.. scene.Subjects, Scene.Unknown(Boxes.Around(drawn), drawn), Scene.Unknown(new Box(-90, 0, 100, 100))];
        Assert.All(faces, face =>
        {
            using var region = ProtectedRegion.Create(face, scene.Bgr.Size(), shape);
            Assert.Equal(region.Bounds, ProtectedRegion.BoundsOf(face, scene.Bgr.Size(), shape));
        });
    }

    [Fact]
    public void It_costs_more_work_and_memory_than_the_ellipse()
    {
        using var pixels = new Mat(6000, 10_000, MatType.CV_8UC3, Scalar.Gray);
        using var picture = new UprightImage(pixels.Share(), alpha: null);
        var face = Scene.Unknown(new Box(3500, 2000, 1900, 2400));
        void Memory(RegionShape shape) => TreatmentMemory.Check(
            uploaded: 1, picture, [face], new DeidentificationOptions { Region = shape }, keepsOriginal: false);
        void Work(RegionShape shape) => WorkBudget.CheckGiven(
            new ImageSize(10_000, 6000), new DeidentificationOptions
            {
                Region = shape,
                Faces = [.. Enumerable.Repeat(new EditedFace(null, face.Box, null), 14)],
            });

        Memory(RegionShape.Ellipse);
        Work(RegionShape.Ellipse);
        Assert.Equal(
            FaceDeidError.TooManyPixels, Assert.Throws<FaceDeidException>(() => Memory(RegionShape.Head)).Code);
        Assert.Equal(FaceDeidError.TooMuchWork, Assert.Throws<FaceDeidException>(() => Work(RegionShape.Head)).Code);
    }

    private static void AssertHoldsEllipse(Subject face, Size picture)
    {
        using var ellipse = Mask(face, picture, RegionShape.Ellipse);
        using var head = Mask(face, picture, RegionShape.Head);
        using var left = Without(ellipse, head);
        Assert.Equal(0, Cv2.CountNonZero(left));
        Assert.NotEqual(0, Cv2.CountNonZero(head));
    }

    private static bool Covers(Scene scene, Subject face, RegionShape shape, Point point)
    {
        using var mask = Mask(face, scene.Bgr.Size(), shape);
        return mask.At<byte>(point.Y, point.X) != 0;
    }

    private static bool IsInside(Subject face, Size picture)
    {
        var bounds = ProtectedRegion.BoundsOf(face, picture, RegionShape.Head);
        return bounds is { Left: > 0, Top: > 0 } && bounds.Right < picture.Width && bounds.Bottom < picture.Height;
    }

    private static int Area(Subject face, Size picture, RegionShape shape)
    {
        using var mask = Mask(face, picture, shape);
        return Cv2.CountNonZero(mask);
    }

    private static Mat Without(Mat mask, Mat other)
    {
        var left = new Mat();
        Cv2.Subtract(mask, other, left);
        return left;
    }

    private static Mat Mask(Subject face, Size picture, RegionShape shape)
    {
        using var region = ProtectedRegion.Create(face, picture, shape);
        return Scene.MaskOf(region, picture);
    }
}
