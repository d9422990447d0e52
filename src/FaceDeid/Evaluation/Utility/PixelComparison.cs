using OpenCvSharp;

namespace FaceDeid.Evaluation.Utility;

/// <summary>How alike two pictures of one size are, in some of their pixels.</summary>
/// <param name="Ssim">Mean structural similarity of the gray values (Wang, Bovik, Sheikh and Simoncelli 2004).</param>
/// <param name="SquaredError">Mean squared error of the bytes.</param>
/// <param name="Changed">Part of the bytes that differ.</param>
internal readonly record struct PixelComparison(double Ssim, double SquaredError, double Changed)
{
    private const double Sigma = 1.5;
    private const int Window = 11;
    private const double C1 = 0.01 * 255 * 0.01 * 255;
    private const double C2 = 0.03 * 255 * 0.03 * 255;

    /// <summary>Compares the pixels (<c>CV_8UC3</c>) where a mask (<c>CV_8UC1</c>) is not 0; null: it is 0 everywhere.</summary>
    public static PixelComparison? Measure(Mat before, Mat after, Mat mask)
    {
        var (count, ssim, error, changed) = (0L, 0.0, 0.0, 0L);
        foreach (var strip in Strips.Split(new Rect(0, 0, before.Width, before.Height)))
        {
            // The filter of a strip's edge looks into the next one.
            var around = strip;
            around.Inflate(0, Window / 2);
            around = around.Intersect(new Rect(0, 0, before.Width, before.Height));
            using var inside = mask.SubMat(strip);
            var pixels = inside.CountNonZero();
            if (pixels == 0)
                continue;
            count += pixels;
            using (var map = SsimMap(before, after, around))
            using (var own = map.SubMat(strip.Top - around.Top, strip.Bottom - around.Top, 0, strip.Width))
                ssim += Cv2.Mean(own, inside).Val0 * pixels;

            using var left = before.SubMat(strip);
            using var right = after.SubMat(strip);
            using var difference = new Mat();
            Cv2.Absdiff(left, right, difference);
            using var chosen = new Mat(difference.Size(), difference.Type(), Scalar.All(0));
            difference.CopyTo(chosen, inside);
            error += chosen.Norm(NormTypes.L2SQR);
            using var bytes = chosen.Reshape(1);
            changed += bytes.CountNonZero();
        }

        return count == 0 ? null : new PixelComparison(ssim / count, error / (3 * count), changed / (3.0 * count));
    }

    /// <summary>Equation 13 for every pixel of a part, with a Gaussian window; the caller owns it.</summary>
    private static Mat SsimMap(Mat before, Mat after, Rect part)
    {
        using var a = Gray(before, part);
        using var b = Gray(after, part);
        using var meanA = Smooth(a);
        using var meanB = Smooth(b);
        using var varianceA = Covariance(a, a, meanA, meanA);
        using var varianceB = Covariance(b, b, meanB, meanB);
        using var covariance = Covariance(a, b, meanA, meanB);
        using var upper = Product(meanA, meanB, 2, C1, covariance, 2);
        using var squareA = meanA.Mul(meanA).ToMat();
        using var squareB = meanB.Mul(meanB).ToMat();
        using var means = new Mat();
        using var variances = new Mat();
        Cv2.AddWeighted(squareA, 1, squareB, 1, C1, means);
        Cv2.AddWeighted(varianceA, 1, varianceB, 1, C2, variances);
        using var lower = new Mat();
        Cv2.Multiply(means, variances, lower);
        var map = new Mat();
        Cv2.Divide(upper, lower, map);
        return map;
    }

    /// <summary>(2 a b + C1) (2 covariance + C2), the numerator.</summary>
    private static Mat Product(Mat a, Mat b, double twice, double c1, Mat covariance, double factor)
    {
        using var means = new Mat();
        Cv2.Multiply(a, b, means, twice);
        using var first = new Mat();
        means.ConvertTo(first, MatType.CV_32FC1, 1, c1);
        using var second = new Mat();
        covariance.ConvertTo(second, MatType.CV_32FC1, factor, C2);
        var product = new Mat();
        Cv2.Multiply(first, second, product);
        return product;
    }

    private static Mat Gray(Mat bgr, Rect part)
    {
        using var cut = bgr.SubMat(part);
        using var gray = cut.ToGray();
        var numbers = new Mat();
        gray.ConvertTo(numbers, MatType.CV_32FC1);
        return numbers;
    }

    private static Mat Smooth(Mat gray) => gray.GaussianBlur(new Size(Window, Window), Sigma, Sigma, BorderTypes.Reflect101);

    private static Mat Covariance(Mat a, Mat b, Mat meanA, Mat meanB)
    {
        using var product = new Mat();
        Cv2.Multiply(a, b, product);
        using var meanOfProduct = Smooth(product);
        using var productOfMeans = new Mat();
        Cv2.Multiply(meanA, meanB, productOfMeans);
        var covariance = new Mat();
        Cv2.Subtract(meanOfProduct, productOfMeans, covariance);
        return covariance;
    }
}
