using FaceDeid.Imaging;
using FaceDeid.Sealing;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Sealing;

public sealed class FacePixelsTests
{
    private static readonly Box Left = new(20, 20, 40, 50);
    private static readonly Box Right = new(70, 25, 30, 40);

    [Fact]
    public void All_faces_together_give_the_original_to_the_last_bit()
    {
        using var scene = Scene.Random();
        var own = Of(scene.Original, scene.Treated, alpha: null, [Left, Right]);

        using var restored = scene.Treated.Clone();
        foreach (var face in own)
            Restore(restored, face!);

        Assert.NotEqual(0, Cv2.Norm(scene.Original, scene.Treated, NormTypes.INF));
        Assert.Equal(0, Cv2.Norm(scene.Original, restored, NormTypes.INF));
    }

    [Fact]
    public void One_face_comes_back_without_a_pixel_of_the_other()
    {
        using var scene = Scene.Random();
        var own = Of(scene.Original, scene.Treated, alpha: null, [Left, Right]);

        using var first = scene.Treated.Clone();
        Restore(first, own[0]!);
        using var second = scene.Treated.Clone();
        Restore(second, own[1]!);

        Assert.Equal(0, Differs(first, scene.Original, Left.X + 15, Left.Y + 20));
        Assert.NotEqual(0, Differs(first, scene.Original, Right.X + 10, Right.Y + 15));
        Assert.Equal(0, Differs(first, scene.Treated, Right.X + 10, Right.Y + 15));
        using var byFirst = Changed(first, scene.Treated);
        using var bySecond = Changed(second, scene.Treated);
        using var both = new Mat();
        Cv2.BitwiseAnd(byFirst, bySecond, both);
        Assert.Equal(0, Cv2.CountNonZero(both));
    }

    [Fact]
    public void Faces_far_apart_in_a_large_picture_come_back_too()
    {
        using var original = new Mat(1100, 900, MatType.CV_8UC3); // several strips
        Cv2.Randu(original, Scalar.All(0), Scalar.All(255));
        Box[] faces = [new(700, 40, 60, 80), new(30, 950, 50, 70)];
        using var treated = original.Clone();
        foreach (var face in faces)
            treated.Rectangle(new Rect(face.X, face.Y, face.Width, face.Height), Scalar.Black, -1);

        using var restored = treated.Clone();
        foreach (var face in Of(original, treated, alpha: null, faces))
            Restore(restored, face!);

        Assert.NotEqual(0, Cv2.Norm(original, treated, NormTypes.INF));
        Assert.Equal(0, Cv2.Norm(original, restored, NormTypes.INF));
    }

    [Fact]
    public void What_is_fully_transparent_is_not_kept_and_a_face_without_pixels_has_none()
    {
        using var scene = Scene.Random();
        using var alpha = new Mat(scene.Original.Size(), MatType.CV_8UC1, Scalar.White);
        alpha.Rectangle(new Rect(0, 0, 90, 120), Scalar.Black, -1);

        var own = Of(scene.Original, scene.Treated, alpha, [Left, new Box(74, 30, 30, 40), new Box(1000, 1000, 10, 10)]);

        Assert.Null(own[0]);
        Assert.NotNull(own[1]);
        Assert.InRange(own[1]!.Region.X, 90, 120);
        Assert.Null(own[2]);
    }

    [Fact]
    public void In_a_crowd_each_pixel_is_the_nearest_faces_in_sizes_of_its_box()
    {
        var random = new Random(5);
        using var original = new Mat(150, 190, MatType.CV_8UC3, new Scalar(10, 20, 30));
        using var treated = new Mat(150, 190, MatType.CV_8UC3, new Scalar(200, 200, 200)); // every pixel is changed
        Box[] faces = [.. Enumerable.Range(0, 60)
            .Select(_ => new Box(random.Next(-20, 190), random.Next(-20, 150), random.Next(3, 60), random.Next(3, 60)))];

        var own = Of(original, treated, alpha: null, faces);

        using var owners = new Mat(150, 190, MatType.CV_16SC1, new Scalar(-1));
        foreach (var (face, pixels) in own.Index().Where(entry => entry.Item is not null))
        {
            using var part = Engine.Decoder.Decode(pixels!.Content);
            using var place = owners.SubMat(
                pixels.Region.Y, pixels.Region.Y + pixels.Region.Height, pixels.Region.X, pixels.Region.X + pixels.Region.Width);
            place.SetTo(new Scalar(face), part.Alpha);
        }

        for (var y = 0; y < 150; y++)
        {
            for (var x = 0; x < 190; x++)
                Assert.Equal(Enumerable.Range(0, faces.Length).MinBy(i => Distance(faces[i], x, y)), owners.At<short>(y, x));
        }

        static double Distance(Box face, int x, int y) => Math.Pow((x - face.X - (face.Width / 2.0)) / face.Width, 2)
            + Math.Pow((y - face.Y - (face.Height / 2.0)) / face.Height, 2);
    }

    private static IReadOnlyList<OwnPixels?> Of(Mat original, Mat treated, Mat? alpha, IReadOnlyList<Box> faces)
    {
        using var before = new UprightImage(original.Share(), alpha?.Share());
        using var after = new UprightImage(treated.Share(), alpha?.Share());
        return FacePixels.Collect(before, after, faces, hasOpacity: true);
    }

    private static void Restore(Mat canvas, OwnPixels face)
    {
        using var pixels = Engine.Decoder.Decode(Assert.Single(FacePixels.Split(face.Content)!));
        using var picture = new UprightImage(canvas.Share(), alpha: null);
        FacePixels.Restore(picture, face.Region, [pixels]);
    }

    private static double Differs(Mat a, Mat b, int x, int y)
    {
        using var first = a.SubMat(y, y + 5, x, x + 5);
        using var second = b.SubMat(y, y + 5, x, x + 5);
        return Cv2.Norm(first, second, NormTypes.INF);
    }

    private static Mat Changed(Mat a, Mat b)
    {
        using var difference = new Mat();
        Cv2.Absdiff(a, b, difference);
        using var gray = difference.CvtColor(ColorConversionCodes.BGR2GRAY);
        return gray.Threshold(0, 255, ThresholdTypes.Binary);
    }

    private sealed class Scene : IDisposable
    {
        public Mat Original { get; } = new(120, 140, MatType.CV_8UC3);

        public Mat Treated { get; private init; } = new();

        public static Scene Random()
        {
            var scene = new Scene();
            var random = new RNG(7);
            random.Fill(scene.Original, DistributionType.Uniform, new Scalar(0), new Scalar(256));
            scene.Original.CopyTo(scene.Treated);
            foreach (var face in (Box[])[Left, Right])
            {
                // They overlap.
                scene.Treated.Ellipse(
                    new Point(face.X + (face.Width / 2), face.Y + (face.Height / 2)), new Size(face.Width, face.Height),
                    0, 0, 360, new Scalar(face.X, 0, 0), -1);
            }

            return scene;
        }

        public void Dispose()
        {
            Original.Dispose();
            Treated.Dispose();
        }
    }
}
