using System.Numerics;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Notebook;
using FaceDeid.TestData;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Notebook;

public sealed class LandmarkAlignmentTests
{
    private const int Side = 300;

    [Property]
    public Property A_turn_with_scale_and_a_shift_are_recovered_exactly(
        short seed, sbyte real, sbyte imaginary, short right, short down)
    {
        // Whole complex numbers take pixel positions to pixel positions: nothing is rounded.
        var (turn, shift) = (new Complex(real, imaginary), new Complex(right, down));
        var from = Scattered(seed);

        var found = LandmarkAlignment.Similarity(from, Map(from, turn, shift));

        return ((found.Turn - turn).Magnitude < 1e-9 && (found.Shift - shift).Magnitude < 1e-6).When(turn != Complex.Zero);
    }

    [Property]
    public bool Positions_rounded_to_pixels_are_met_to_within_a_pixel(short seed, byte angle, byte scale, short right, short down)
    {
        var turn = Complex.FromPolarCoordinates(0.2 + (scale / 64.0), angle * Math.Tau / 256);
        var from = Scattered(seed);
        var to = Map(from, turn, new Complex(right, down));

        var found = LandmarkAlignment.Similarity(from, to);

        return from.Points.Zip(to.Points).All(pair => ((found.Turn * new Complex(pair.First.X, pair.First.Y)) + found.Shift
            - new Complex(pair.Second.X, pair.Second.Y)).Magnitude < 1);
    }

    [Property]
    public bool No_other_similarity_comes_closer(short seed, sbyte real, sbyte imaginary, sbyte right, sbyte down)
    {
        var (from, to) = (Scattered(seed), Scattered(seed + 1));
        var (turn, shift) = LandmarkAlignment.Similarity(from, to);

        return Distance(turn, shift)
            <= Distance(turn + (new Complex(real, imaginary) / 500), shift + (new Complex(right, down) / 5)) + 1e-6;

        double Distance(Complex turn, Complex shift) => from.Points.Zip(to.Points).Sum(pair => Math.Pow(
            ((turn * new Complex(pair.First.X, pair.First.Y)) + shift - new Complex(pair.Second.X, pair.Second.Y)).Magnitude, 2));
    }

    [Fact]
    public void Points_that_all_lie_in_one_place_give_a_picture_and_not_an_error()
    {
        var point = new Landmarks68([.. Enumerable.Repeat(new PixelPoint(5, 5), 68)]);
        using var gray = Picture.Patches(bands: 1).ToMat();

        var (turn, shift) = LandmarkAlignment.Similarity(point, Scattered(1));
        using var brought = LandmarkAlignment.Onto(gray.ImageSize(), Scattered(1), gray, point, 64);

        Assert.True(Complex.IsFinite(turn) && Complex.IsFinite(shift));
        Assert.Equal(new Size(64, 64), brought.Size());
    }

    [Fact]
    public void A_square_picture_brought_onto_itself_is_itself()
    {
        using var gray = Picture.Patches(columns: 4, rows: 4, bands: 1).ToMat();

        using var brought = LandmarkAlignment.Onto(gray.ImageSize(), Scattered(1), gray, Scattered(1), gray.Width);

        Assert.Equal(Picture.Of(gray).Bytes, Picture.Of(brought).Bytes);
    }

    [Theory]
    [InlineData("faces/Tom_Cruise_avp_2014_4.jpg")]
    [InlineData("faces/bald_guys.jpg")]
    [InlineData("johns/John_Simm/000288_00470387.jpg")]
    public void A_picture_brought_onto_itself_is_its_squeezed_self(string name)
    {
        using var gray = Gray(name);
        var face = Face(gray);
        using var squeezed = gray.Squeeze(Side);

        using var brought = LandmarkAlignment.Onto(gray.ImageSize(), face, gray, face, Side);

        // The two are made in different ways, but they lie on each other: a pixel to any side, and they differ more.
        var difference = Difference(squeezed, brought);
        foreach (var (right, down) in new[] { (1, 0), (-1, 0), (0, 1), (0, -1) })
        {
            using var shifted = Shifted(brought, right, down);
            Assert.InRange(difference, 0, 0.75 * Difference(squeezed, shifted));
        }
    }

    [Theory]
    [InlineData(20, 0.8)]
    [InlineData(-15, 1.3)]
    [InlineData(12, 3.0)]
    public void A_turned_and_scaled_copy_comes_back_onto_the_face(double degrees, double scale)
    {
        using var first = Gray("faces/Tom_Cruise_avp_2014_4.jpg");
        using var second = Turned(first, degrees, scale);
        var (face, turnedFace) = (Face(first), Face(second));
        using var target = first.Squeeze(Side);
        using var unaligned = second.Squeeze(Side);

        using var aligned = LandmarkAlignment.Onto(first.ImageSize(), face, second, turnedFace, Side);

        var around = InSquare(face, first.ImageSize());
        Assert.InRange(Difference(target, aligned, around), 0, 0.35 * Difference(target, unaligned, around));
    }

    [Fact]
    public void Aligned_coordinates_lie_on_the_first_face_and_agree_with_the_aligned_picture()
    {
        using var first = Gray("faces/Tom_Cruise_avp_2014_4.jpg");
        using var second = Turned(first, 20, 1.5);
        var (face, turnedFace) = (Face(first), Face(second));
        var target = LandmarkAlignment.InSquare(face, first.ImageSize(), Side);

        var aligned = LandmarkAlignment.Onto(first.ImageSize(), face, turnedFace, Side);
        var unaligned = LandmarkAlignment.InSquare(turnedFace, second.ImageSize(), Side);

        Assert.InRange(MeanDistance(target, aligned), 0, 5);
        Assert.InRange(MeanDistance(target, unaligned), 15, 300);
    }

    [Fact]
    public void Coordinates_in_the_square_follow_the_squeeze_of_the_picture()
    {
        // cv::resize shows a block of 2 x 4 pixels in one: the middle of that block is the middle of the pixel.
        var points = new Landmarks68([.. Enumerable.Range(0, 68).Select(i => new PixelPoint(i, 2 * i))]);

        var inSquare = LandmarkAlignment.InSquare(points, new ImageSize(200, 400), 100);

        Assert.Equal(Enumerable.Range(0, 68).Select(i => new MergedPoint((i / 2.0) - 0.25, (i / 2.0) - 0.375)), inSquare);
        Assert.Equal(
            points.Points.Select(p => new MergedPoint(p.X, p.Y)),
            LandmarkAlignment.InSquare(points, new ImageSize(300, 300), 300));
    }

    private static Landmarks68 Scattered(int seed)
    {
        var random = new Random(seed);
        return new Landmarks68(
            [.. Enumerable.Range(0, 68).Select(_ => new PixelPoint(random.Next(-50, 400), random.Next(-50, 400)))]);
    }

    private static Landmarks68 Map(Landmarks68 points, Complex turn, Complex shift) => new([.. points.Points
        .Select(p => (turn * new Complex(p.X, p.Y)) + shift)
        .Select(z => new PixelPoint((int)Math.Round(z.Real), (int)Math.Round(z.Imaginary)))]);

    private static Mat Gray(string name)
    {
        using var picture = Engine.Decoder.Decode(File.ReadAllBytes(TestFiles.Example(name)));
        return picture.Bgr.ToGray();
    }

    private static Landmarks68 Face(Mat gray)
    {
        using var image = new SearchImage(gray.CvtColor(ColorConversionCodes.GRAY2BGR));
        var faces = Engine.Finder.Find(image, new DetectionOptions { Detector = DetectorKind.Hog });
        return Engine.Predictor.Predict(gray, faces.MaxBy(face => face.Box.Width)!);
    }

    /// <summary>The picture turned about its middle and scaled, on a canvas of another shape.</summary>
    private static Mat Turned(Mat picture, double degrees, double scale)
    {
        var canvas = new Size(picture.Width * scale * 1.3, picture.Height * scale * 1.1);
        using var turn = Cv2.GetRotationMatrix2D(new Point2f(picture.Width / 2f, picture.Height / 2f), degrees, scale);
        turn.Set(0, 2, turn.At<double>(0, 2) + ((canvas.Width - picture.Width) / 2.0));
        turn.Set(1, 2, turn.At<double>(1, 2) + ((canvas.Height - picture.Height) / 2.0));
        return picture.WarpAffine(turn, canvas, InterpolationFlags.Linear, BorderTypes.Replicate);
    }

    private static Mat Shifted(Mat picture, double right, double down)
    {
        using var shift = Mat.FromArray(new[,] { { 1, 0, right }, { 0, 1, down } });
        return picture.WarpAffine(shift, picture.Size(), InterpolationFlags.Linear, BorderTypes.Replicate);
    }

    private static Rect InSquare(Landmarks68 face, ImageSize size) =>
        Cv2.BoundingRect(LandmarkAlignment.InSquare(face, size, Side).Select(p => new Point((int)p.X, (int)p.Y)));

    private static double Difference(Mat a, Mat b) => Difference(a, b, new Rect(0, 0, a.Width, a.Height));

    private static double Difference(Mat a, Mat b, Rect within)
    {
        using var partOfA = new Mat(a, within);
        using var partOfB = new Mat(b, within);
        return Cv2.Norm(partOfA, partOfB, NormTypes.L1) / (within.Width * within.Height);
    }

    private static double MeanDistance(IReadOnlyList<MergedPoint> a, IReadOnlyList<MergedPoint> b) =>
        a.Zip(b, (p, q) => double.Hypot(p.X - q.X, p.Y - q.Y)).Average();
}
