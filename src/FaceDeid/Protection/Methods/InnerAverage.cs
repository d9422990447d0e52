using OpenCvSharp;

namespace FaceDeid.Protection.Methods;

/// <summary>
/// Averages over the pixels of a region and over nothing else. What is outside stays visible: were it part of an average, it
/// could be subtracted again, and the average would say more about the inside than it should.
/// </summary>
internal static class InnerAverage
{
    /// <summary>
    /// The mean colour of each cell of a grid over the region, cells of <paramref name="cell"/> pixels a side, only pixels inside
    /// the mask counting. Cells without any have the region's mean. <c>CV_32FC3</c>; the caller owns it.
    /// </summary>
    /// <param name="pixels">The region's pixels, <c>CV_8UC3</c>.</param>
    /// <param name="mask">255 inside the region, else 0.</param>
    /// <param name="cell">Side of a cell in pixels.</param>
    /// <param name="weights">How much of each cell lies inside the mask, 0 to 1, <c>CV_32FC1</c>; the caller owns it.</param>
    public static unsafe Mat Grid(Mat pixels, Mat mask, int cell, out Mat weights)
    {
        var (width, height) = (pixels.Width, pixels.Height);
        var size = new Size((width + cell - 1) / cell, (height + cell - 1) / cell);
        var means = new Mat(size, MatType.CV_32FC3, Cv2.Mean(pixels, mask));
        weights = new Mat(size, MatType.CV_32FC1, Scalar.Black);

        // One row of cells at a time: a region can be as large as the largest picture, and nothing of its size is allocated.
        var sums = new (long Blue, long Green, long Red, long Count)[size.Width];
        for (var row = 0; row < size.Height; row++)
        {
            Array.Clear(sums);
            for (var y = row * cell; y < Math.Min(height, (row + 1) * cell); y++)
            {
                var colours = (byte*)pixels.Ptr(y);
                var inside = (byte*)mask.Ptr(y);
                for (var x = 0; x < width; x++)
                {
                    if (inside[x] == 0)
                        continue;
                    ref var sum = ref sums[x / cell];
                    sum.Blue += colours[3 * x];
                    sum.Green += colours[(3 * x) + 1];
                    sum.Red += colours[(3 * x) + 2];
                    sum.Count++;
                }
            }

            for (var column = 0; column < size.Width; column++)
            {
                var (blue, green, red, count) = sums[column];
                if (count > 0)
                    means.Set(row, column, new Vec3f((float)blue / count, (float)green / count, (float)red / count));
                weights.Set(row, column, count / ((float)cell * cell));
            }
        }

        return means;
    }

    /// <summary>
    /// A Gaussian blur of values that count by their weights, of standard deviation <paramref name="sigma"/> in cells; the caller
    /// owns it.
    /// </summary>
    public static Mat Gaussian(Mat values, Mat weights, double sigma)
    {
        using var colours = Weighted(values, weights);
        using var colourSum = colours.GaussianBlur(default, sigma, sigma, BorderTypes.Constant);
        using var weightSum = weights.GaussianBlur(default, sigma, sigma, BorderTypes.Constant);
        return Quotient(colourSum, weightSum, Cv2.Mean(values));
    }

    /// <summary>
    /// Cells as large as what they stand for, <c>CV_8UC3</c>; the caller owns them. One cell takes no more than the region: a
    /// face can be given that is many times larger than the picture.
    /// </summary>
    /// <param name="grid">The colours of the cells, <c>CV_32FC3</c>.</param>
    /// <param name="cell">Side of a cell in pixels.</param>
    /// <param name="region">Size of the region.</param>
    /// <param name="interpolation">What is between the middles of cells.</param>
    public static Mat Enlarge(Mat grid, int cell, Size region, InterpolationFlags interpolation)
    {
        using var colours = new Mat();
        grid.ConvertTo(colours, MatType.CV_8UC3);
        var size = new Size(
            grid.Width == 1 ? region.Width : grid.Width * cell, grid.Height == 1 ? region.Height : grid.Height * cell);
        using var all = colours.Resize(size, 0, 0, interpolation);
        return all.SubMat(0, region.Height, 0, region.Width);
    }

    private static Mat Weighted(Mat values, Mat weight)
    {
        using var weights = weight.CvtColor(ColorConversionCodes.GRAY2BGR);
        var weighted = new Mat();
        Cv2.Multiply(values, weights, weighted);
        return weighted;
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
