using System.Numerics;
using System.Runtime.InteropServices;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>The part of a face that is skin for sure: cheeks and nose, without eyes, brows and mouth.</summary>
internal static class SureSkin
{
    private const double AroundFeatures = 0.10; // of the distance between the eyes
    private const double FromEdge = 0.06; // the same
    private const double BrowThickness = 0.12; // the same
    private static readonly int[] Hull = [1, 2, 3, 13, 14, 15, 28, 31, 33, 35]; // no beard grows there

    /// <summary>255 where skin is for sure, <c>CV_8UC1</c>; the caller owns it.</summary>
    /// <param name="p">68 landmarks or more.</param>
    /// <param name="size">Size of the picture that they are in.</param>
    public static Mat Mask(IReadOnlyList<Complex> p, Size size)
    {
        var interocular = FaceMesh.InterocularOf(p);
        var mask = new Mat(size, MatType.CV_8UC1, Scalar.Black);
        Cv2.FillConvexPoly(mask, Cv2.ConvexHull(Hull.Select(i => ToPoint(p[i]))), Scalar.White);
        using var features = new Mat(size, MatType.CV_8UC1, Scalar.Black);
        foreach (var range in new[] { 36..42, 42..48, 48..60 })
            Cv2.FillConvexPoly(features, Cv2.ConvexHull(Points(p, range)), Scalar.White);
        var brow = Math.Max(2, (int)(BrowThickness * interocular));
        Cv2.Polylines(features, [Points(p, 17..22), Points(p, 22..27)], isClosed: false, Scalar.White, brow);
        using var around = Square(AroundFeatures * interocular);
        Cv2.Dilate(features, features, around);
        mask.SetTo(Scalar.Black, features);
        using var edge = Square(FromEdge * interocular);
        Cv2.Erode(mask, mask, edge);
        return mask;
    }

    public static Point ToPoint(Complex p) => new(Math.Round(p.Real), Math.Round(p.Imaginary));

    public static Point[] Points(IReadOnlyList<Complex> p, System.Range range)
    {
        var (start, length) = range.GetOffsetAndLength(p.Count);
        return [.. Enumerable.Range(start, length).Select(i => ToPoint(p[i]))];
    }

    private static Mat Square(double radius)
    {
        var side = (2 * Math.Max(1, (int)radius)) + 1;
        return Cv2.GetStructuringElement(MorphShapes.Rect, new Size(side, side));
    }
}

/// <summary>The colours of some skin.</summary>
/// <param name="Tone">The median of each channel.</param>
/// <param name="Spread">The standard deviation of each channel, by the median absolute deviation.</param>
/// <param name="Dark">Lightness of its shadows: the 5th percentile.</param>
/// <param name="Bright">Lightness of its highlights: the 95th percentile.</param>
/// <param name="Count">Pixels that were looked at.</param>
internal sealed record SkinColours(Vec3f Tone, Vec3f Spread, float Dark, float Bright, int Count)
{
    /// <summary>Fewest pixels that say anything.</summary>
    public const int Enough = 20;

    private const float LeastSpread = 0.5f;
    private const float Free = 3.5f; // squared standard deviations that count as none
    private const float Never = 30; // squared standard deviations from which nothing is skin
    private const float Outlier = 2.5f; // standard deviations

    /// <summary>Of the pixels of a picture (<c>CV_32FC3</c>) inside a mask; a beard or a shadow of some is left out.</summary>
    public static SkinColours Of(Mat lab, Mat mask) => Of(Values(lab, mask), out _);

    private static SkinColours Of(Vec3f[] values, out Vec3f[] near)
    {
        near = values;
        if (values.Length == 0)
            return new SkinColours(default, new Vec3f(LeastSpread, LeastSpread, LeastSpread), 0, 0, 0);
        var sorted = new float[values.Length];
        var (tone, spread) = (new Vec3f(), new Vec3f());
        for (var channel = 0; channel < 3; channel++)
            (tone[channel], spread[channel]) = MedianAndDeviation(values, channel, sorted);
        near = Array.FindAll(values, v => IsNear(v, 0) && IsNear(v, 1) && IsNear(v, 2));
        if (near.Length == 0) // of no skin, each pixel is far off in one way or another
            near = values;
        for (var channel = 2; channel >= 0; channel--) // lightness last: it is then what is sorted
            (tone[channel], spread[channel]) = MedianAndDeviation(near, channel, sorted);
        return new SkinColours(tone, spread, sorted[near.Length / 20], sorted[near.Length * 19 / 20], values.Length);

        bool IsNear(Vec3f v, int channel) => Math.Abs(v[channel] - tone[channel]) < (Outlier * spread[channel]) + 3;
    }

    // Of a normal distribution, the median absolute deviation is 0.67 of the standard deviation.
    private static (float Median, float Deviation) MedianAndDeviation(Vec3f[] values, int channel, float[] space)
    {
        var sorted = space.AsSpan(0, values.Length);
        for (var i = 0; i < values.Length; i++)
            sorted[i] = values[i][channel];
        sorted.Sort();
        var middle = sorted.Length / 2;
        var median = sorted[middle];
        // The next nearest value lies above what was passed, or below.
        var (below, above, deviation) = (middle - 1, middle, 0f);
        for (var i = 0; i <= middle; i++)
        {
            deviation = below < 0 || (above < sorted.Length && sorted[above] - median <= median - sorted[below])
                ? sorted[above++] - median
                : median - sorted[below--];
        }

        return (median, (1.48f * deviation) + LeastSpread);
    }

    /// <summary>
    /// How much each pixel of a picture (<c>CV_32FC3</c>) looks like the skin inside a mask, 0 to 1, <c>CV_32FC1</c>: by the
    /// Mahalanobis distance, lightness counting less than colour, since light falls off towards the hair. The caller owns it.
    /// </summary>
    public static Mat Likeness(Mat lab, Mat sure) => Likeness(lab, sure, out _);

    /// <summary>The same, and the colours themselves.</summary>
    public static unsafe Mat Likeness(Mat lab, Mat sure, out SkinColours of)
    {
        var values = Values(lab, sure);
        of = Of(values, out var near);
        if (values.Length < Enough)
            return new Mat(lab.Size(), MatType.CV_32FC1, Scalar.White);
        var (tone, inverse) = (of.Tone, InverseCovariance(near));
        var result = new Mat(lab.Size(), MatType.CV_32FC1);
        var (rows, columns) = (lab.Rows, lab.Cols);
        for (var y = 0; y < rows; y++)
        {
            var from = (float*)lab.Ptr(y);
            var to = (float*)result.Ptr(y);
            for (var x = 0; x < columns; x++, from += 3)
            {
                var (l, a, b) = (from[0] - tone.Item0, from[1] - tone.Item1, from[2] - tone.Item2);
                var distance = (l * ((inverse[0] * l) + (2 * inverse[1] * a) + (2 * inverse[2] * b)))
                    + (a * ((inverse[4] * a) + (2 * inverse[5] * b))) + (inverse[8] * b * b);
                to[x] = distance < Free ? 1 : distance > Never ? 0 : MathF.Exp((Free - distance) / 3);
            }
        }

        return result;
    }

    // Wider than it is: shadows and redness are skin, too.
    private static float[] InverseCovariance(Vec3f[] near)
    {
        var (sums, products) = (new double[3], new double[3, 3]);
        foreach (var v in near)
        {
            for (var i = 0; i < 3; i++)
            {
                sums[i] += v[i];
                for (var j = 0; j < 3; j++)
                    products[i, j] += (double)v[i] * v[j];
            }
        }

        using var covariance = new Mat(3, 3, MatType.CV_64FC1);
        double[] wider = [90, 9, 9];
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                var own = (products[i, j] - (sums[i] * sums[j] / near.Length)) / near.Length;
                covariance.Set(i, j, own + (i == j ? wider[i] : 0));
            }
        }

        using var inverse = new Mat();
        Cv2.Invert(covariance, inverse, DecompTypes.Cholesky);
        inverse.GetArray(out double[] numbers);
        return Array.ConvertAll(numbers, n => (float)n);
    }

    // At most so many, evenly: a face can be large.
    private static Vec3f[] Values(Mat lab, Mat mask)
    {
        const int most = 1024;
        var step = Math.Max(1, (int)Math.Ceiling(Math.Sqrt(Cv2.CountNonZero(mask) / (double)most)));
        var values = new List<Vec3f>(most);
        var (rows, columns) = (lab.Rows, lab.Cols);
        for (var y = 0; y < rows; y += step)
        {
            var colours = MemoryMarshal.Cast<float, Vec3f>(lab.Row<float>(y));
            var inside = mask.Row<byte>(y);
            for (var x = 0; x < columns; x += step)
            {
                if (inside[x] != 0)
                    values.Add(colours[x]);
            }
        }

        return [.. values];
    }
}
