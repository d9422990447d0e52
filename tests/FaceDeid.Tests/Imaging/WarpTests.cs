using System.Numerics;
using FaceDeid.Geometry;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Imaging;

public sealed class WarpTests
{
    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(1, 0, -150, -80)]
    [InlineData(1, 0.4, 20, -90)]
    [InlineData(2.5, -1, 30, 200)]
    public void What_is_not_made_smaller_is_warped_as_OpenCV_does(double scale, double angle, double right, double down)
    {
        using var picture = Face();
        var transform = new SimilarityTransform(Complex.FromPolarCoordinates(scale, angle), new Complex(right, down));
        using var warped = picture.WarpReduced(transform, new Size(112, 112));

        using var matrix = transform.ToMatrix();
        using var expected = picture.WarpAffine(matrix, new Size(112, 112), InterpolationFlags.Linear, BorderTypes.Replicate);
        // OpenCV samples at 1/32 of a pixel, counted from another corner.
        Assert.InRange(Cv2.Norm(expected, warped, NormTypes.L1) / (112 * 112 * 3), 0, 1);
    }

    [Fact]
    public void What_is_made_smaller_is_averaged_and_stays_in_its_place()
    {
        using var picture = Face();
        var side = Math.Min(picture.Width, picture.Height) / 4 * 4;
        using var square = picture.SubMat(0, side, 0, side);
        using var expected = square.Squeeze(side / 4);
        // A pixel's centre lies at half of it.
        using var warped = square.WarpReduced(new SimilarityTransform(0.25, new Complex(-0.375, -0.375)), expected.Size());

        using var difference = new Mat();
        Cv2.Absdiff(expected, warped, difference);
        Assert.InRange(Cv2.Mean(difference).Val1, 0, 1.5);
    }

    [Fact]
    public void A_piece_beside_the_picture_repeats_its_edge()
    {
        using var white = new Mat(50, 50, MatType.CV_8UC3, Scalar.White);
        foreach (var shift in new[] { new Complex(5000, 0), new Complex(-5000, -5000) })
        {
            using var warped = white.WarpReduced(new SimilarityTransform(0.5, shift), new Size(20, 20));
            Assert.All(Picture.Of(warped).Bytes, value => Assert.Equal(255, value));
        }
    }

    [Fact]
    public void An_inverse_takes_everything_back()
    {
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
        {
            var transform = new SimilarityTransform(
                Complex.FromPolarCoordinates(0.1 + (3 * random.NextDouble()), random.NextDouble() * Math.Tau),
                new Complex(random.Next(-99, 99), random.Next(-99, 99)));
            var point = new Complex(random.Next(1000), random.Next(1000));

            Assert.InRange((transform.Inverse.Apply(transform.Apply(point)) - point).Magnitude, 0, 1e-9);
            Assert.InRange((transform.Inverse.Inverse.Apply(point) - transform.Apply(point)).Magnitude, 0, 1e-9);
            Assert.Equal(1, transform.Scale * transform.Inverse.Scale, 1e-9);
        }
    }

    private static Mat Face()
    {
        using var picture = Engine.Decoder.Decode(File.ReadAllBytes(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg")));
        return picture.Bgr.Clone();
    }
}
