using OpenCvSharp;

namespace FaceDeid.Deidentification;

/// <summary>
/// Averages over the pixels of a region and over nothing else. What is outside stays visible: were it part of an average, it could
/// be subtracted again, and the average would say more about the inside than it should.
/// </summary>
internal static class InnerAverage
{
    /// <summary>
    /// The mean colour of each cell of a grid over the region, cells of <paramref name="cell"/> pixels a side, only pixels inside the
    /// mask counting. Cells without any have the region's mean. <c>CV_32FC3</c>; the caller owns it.
    /// </summary>
    public static Mat Grid(Mat pixels, Mat mask, int cell)
    {
        var size = new Size((pixels.Width + cell - 1) / cell, (pixels.Height + cell - 1) / cell);
        using var weight = new Mat();
        mask.ConvertTo(weight, MatType.CV_32FC1, 1 / 255.0);
        using var colours = Weighted(pixels, weight);
        using var colourSum = Cells(colours, size, cell);
        using var weightSum = Coverage(mask, cell);
        return Quotient(colourSum, weightSum, Cv2.Mean(pixels, mask));
    }

    /// <summary>How much of each cell lies inside the mask, 0 to 1, <c>CV_32FC1</c>; the caller owns it.</summary>
    public static Mat Coverage(Mat mask, int cell)
    {
        using var weight = new Mat();
        mask.ConvertTo(weight, MatType.CV_32FC1, 1 / 255.0);
        return Cells(weight, new Size((mask.Width + cell - 1) / cell, (mask.Height + cell - 1) / cell), cell);
    }

    /// <summary>A Gaussian blur of values that count by their weights, of standard deviation <paramref name="sigma"/> in cells; the caller owns it.</summary>
    public static Mat Gaussian(Mat values, Mat weights, double sigma)
    {
        using var colours = Weighted(values, weights);
        using var colourSum = colours.GaussianBlur(default, sigma, sigma, BorderTypes.Constant);
        using var weightSum = weights.GaussianBlur(default, sigma, sigma, BorderTypes.Constant);
        return Quotient(colourSum, weightSum, Cv2.Mean(values));
    }

    private static Mat Weighted(Mat pixels, Mat weight)
    {
        using var weights = weight.CvtColor(ColorConversionCodes.GRAY2BGR);
        var weighted = new Mat();
        pixels.ConvertTo(weighted, MatType.CV_32FC3);
        Cv2.Multiply(weighted, weights, weighted);
        return weighted;
    }

    private static Mat Cells(Mat values, Size size, int cell)
    {
        using var whole = new Mat();
        Cv2.CopyMakeBorder(
            values, whole, 0, (size.Height * cell) - values.Height, 0, (size.Width * cell) - values.Width, BorderTypes.Constant, Scalar.Black);
        return whole.Resize(size, 0, 0, InterpolationFlags.Area);
    }

    private static Mat Quotient(Mat colourSum, Mat weightSum, Scalar elsewhere)
    {
        using var empty = new Mat();
        Cv2.Compare(weightSum, new Scalar(1e-6), empty, CmpTypes.LT);
        using var weights = weightSum.CvtColor(ColorConversionCodes.GRAY2BGR);
        var mean = new Mat();
        Cv2.Divide(colourSum, weights, mean);
        mean.SetTo(elsewhere, empty);
        return mean;
    }
}
