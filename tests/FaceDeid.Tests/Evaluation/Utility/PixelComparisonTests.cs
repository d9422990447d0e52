using FaceDeid.Evaluation.Utility;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Utility;

public sealed class PixelComparisonTests
{
    private const double C1 = 6.5025;
    private const double C2 = 58.5225;

    [Fact]
    public void A_picture_is_itself()
    {
        using var picture = Noise(60, 40, 1);
        using var everywhere = Everywhere(picture);

        Assert.Equal(new PixelComparison(1, 0, 0), PixelComparison.Measure(picture, picture, everywhere));
    }

    [Fact]
    public void Only_what_the_mask_shows_counts()
    {
        using var before = Noise(60, 40, 1);
        using var after = before.Clone();
        after[new Rect(30, 0, 30, 40)].SetTo(Scalar.Black);
        using var left = new Mat(before.Size(), MatType.CV_8UC1, Scalar.Black);
        left[new Rect(0, 0, 20, 40)].SetTo(Scalar.White); // further from the other half than the filter sees
        using var nothing = new Mat(before.Size(), MatType.CV_8UC1, Scalar.Black);

        Assert.Equal(new PixelComparison(1, 0, 0), PixelComparison.Measure(before, after, left));
        Assert.Null(PixelComparison.Measure(before, after, nothing));
    }

    [Fact]
    public void Errors_are_counted_by_the_byte()
    {
        using var before = new Mat(10, 10, MatType.CV_8UC3, Scalar.All(100));
        using var after = before.Clone();
        after.Set(3, 4, new Vec3b(100, 110, 80)); // two of three bytes of one of a hundred pixels
        using var everywhere = Everywhere(before);

        var comparison = PixelComparison.Measure(before, after, everywhere)!.Value;

        Assert.Equal((100 + 400) / 300.0, comparison.SquaredError, 9);
        Assert.Equal(2 / 300.0, comparison.Changed, 9);
    }

    [Theory]
    [InlineData(50, 40)]
    [InlineData(900, 700)] // several strips
    public void Similarity_is_that_of_the_paper(int width, int height)
    {
        using var before = Noise(width, height, 1);
        using var after = Noise(width, height, 2);
        Cv2.AddWeighted(before, 0.7, after, 0.3, 0, after);
        using var one = new Mat(before.Size(), MatType.CV_8UC1, Scalar.Black);
        var random = new Random(3);
        foreach (var _ in Enumerable.Range(0, 20))
        {
            var (x, y) = (5 + random.Next(width - 10), 5 + random.Next(height - 10));
            one.SetTo(Scalar.Black);
            one.Set<byte>(y, x, 255);

            Assert.Equal(Ssim(before, after, x, y), PixelComparison.Measure(before, after, one)!.Value.Ssim, 3);
        }
    }

    /// <summary>Equations 13 to 16 of Wang et al. 2004 for one pixel.</summary>
    private static double Ssim(Mat before, Mat after, int x, int y)
    {
        using var a = before.CvtColor(ColorConversionCodes.BGR2GRAY);
        using var b = after.CvtColor(ColorConversionCodes.BGR2GRAY);
        var (weights, meanA, meanB) = (0.0, 0.0, 0.0);
        Each((w, p, q) => (weights, meanA, meanB) = (weights + w, meanA + (w * p), meanB + (w * q)));
        (meanA, meanB) = (meanA / weights, meanB / weights);
        var (varianceA, varianceB, covariance) = (0.0, 0.0, 0.0);
        Each((w, p, q) => (varianceA, varianceB, covariance) = (
            varianceA + (w * (p - meanA) * (p - meanA)), varianceB + (w * (q - meanB) * (q - meanB)),
            covariance + (w * (p - meanA) * (q - meanB))));
        (varianceA, varianceB, covariance) = (varianceA / weights, varianceB / weights, covariance / weights);
        return ((2 * meanA * meanB) + C1) * ((2 * covariance) + C2)
            / (((meanA * meanA) + (meanB * meanB) + C1) * (varianceA + varianceB + C2));

        void Each(Action<double, double, double> take)
        {
            for (var dy = -5; dy <= 5; dy++)
            {
                for (var dx = -5; dx <= 5; dx++)
                {
                    take(
                        Math.Exp(-((dx * dx) + (dy * dy)) / (2 * 1.5 * 1.5)),
                        a.At<byte>(y + dy, x + dx), b.At<byte>(y + dy, x + dx));
                }
            }
        }
    }

    private static Mat Everywhere(Mat picture) => new(picture.Size(), MatType.CV_8UC1, Scalar.White);

    private static Mat Noise(int width, int height, int seed)
    {
        var random = new Random(seed);
        return Picture.Of(width, height, 3, (_, _, _) => random.Next(256)).ToMat();
    }
}
