using System.Numerics;
using FaceDeid.Geometry;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Imaging;

public sealed class PiecewiseAffineWarpTests
{
    private const int Side = 100;
    private static readonly Size Square = new(Side, Side);

    // A square with points in it, among them two that are nearly one.
    private static readonly Complex[] Points =
    [
        new(10, 10), new(90, 10), new(90, 90), new(10, 90), new(50, 12), new(30, 40), new(70, 35), new(50, 60), new(50.5, 60.5),
        new(33, 77), new(64, 80),
    ];

    [Fact]
    public void Points_carried_to_their_own_places_give_the_picture_and_its_first_pixel_around_it()
    {
        using var picture = Colours();
        using var warped = new PiecewiseAffineWarp(Points).Apply(picture, Points, Points, Square);
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var isInside = x is >= 10 and <= 90 && y is >= 10 and <= 90;
                Assert.Equal(isInside ? picture.At<Vec3b>(y, x) : picture.At<Vec3b>(0, 0), warped.At<Vec3b>(y, x));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Triangles_leave_no_hole_between_them(int seed)
    {
        var random = new Random(seed);
        Complex[] to = [.. Points.Select((p, i) =>
            i < 4 ? p : p + new Complex((random.NextDouble() * 6) - 3, (random.NextDouble() * 6) - 3))];
        using var white = new Mat(Square, MatType.CV_8UC3, Scalar.White);
        white.Set(0, 0, default(Vec3b));
        using var warped = new PiecewiseAffineWarp(Points).Apply(white, Points, to, Square);
        // The edge's own middle point may bend it.
        using var pixels = warped.SubMat(16, 90, 11, 90);
        using var expected = new Mat(pixels.Size(), pixels.Type(), Scalar.White);
        Assert.Equal(0, Cv2.Norm(expected, pixels, NormTypes.INF));
    }

    [Fact]
    public void A_similarity_of_all_points_is_that_similarity_of_the_picture()
    {
        using var picture = Colours();
        var transform = new SimilarityTransform(Complex.FromPolarCoordinates(1.4, 0.3), new Complex(20, -15));
        var to = transform.Apply(Points);
        using var warped = new PiecewiseAffineWarp(Points).Apply(picture, Points, to, new Size(200, 200));
        using var covered = Covered(to, new Size(200, 200));
        using var matrix = transform.ToMatrix();
        using var expected = picture.WarpAffine(matrix, new Size(200, 200));
        Assert.True(Cv2.CountNonZero(covered) > 10_000);
        Assert.InRange(Cv2.Norm(expected, warped, NormTypes.INF, covered), 0, 6);
    }

    [Fact]
    public void Points_in_one_place_or_beside_the_target_cover_nothing_and_are_no_error()
    {
        foreach (var place in new[] { (Func<Complex, Complex>)(_ => new Complex(50, 50)), p => p + 1000, p => p - 1000 })
        {
            using var covered = Covered([.. Points.Select(place)], Square);
            Assert.Equal(0, Cv2.CountNonZero(covered));
        }
    }

    // 255 where the triangles lie, else 0, as the first pixel.
    private static Mat Covered(Complex[] to, Size size)
    {
        using var white = new Mat(Square, MatType.CV_8UC1, Scalar.White);
        white.Set(0, 0, (byte)0);
        using var warped = new PiecewiseAffineWarp(Points).Apply(white, Points, to, size);
        return warped.Threshold(254, 255, ThresholdTypes.Binary);
    }

    private static Mat Colours() =>
        Picture.Of(Side, Side, 3, (x, y, band) => band == 0 ? 2 * x : band == 1 ? 2 * y : x + y).ToMat();
}
