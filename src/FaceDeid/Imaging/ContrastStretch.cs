using System.Numerics;
using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>
/// Brings a picture that uses a small part of its range, such as a thermal camera's, to all of it: in it faces are looked for, as
/// a person would who turns the brightness up.
/// </summary>
/// <param name="Low">The sample that becomes black, of 65,535.</param>
/// <param name="High">The sample that becomes white, of 65,535.</param>
/// <param name="IsFine">Whether the picture came with 16 bits, of which its 8 are the upper ones.</param>
internal sealed record ContrastStretch(int Low, int High, bool IsFine)
{
    private const double Outside = 0.001; // the part of the samples, at either end, that does not count
    private const int MostUsed = 65_535 / 4;
    private const int LeastUsed = 8; // levels: in fewer there is no face, and much noise
    private const int Of8Bits = 257;
    private const int Sampled = 1 << 16; // pixels, in whole rows: enough to tell, and soon looked at

    /// <summary>What a picture needs; null: it uses its range.</summary>
    /// <param name="samples">Gray or colours of 8 or 16 bits; a last channel with opacity does not count.</param>
    public static ContrastStretch? For(Mat samples)
    {
        var is16 = samples.Depth() == MatType.CV_16U;
        var histogram = Histogram(samples, is16 ? ushort.MaxValue + 1 : byte.MaxValue + 1);
        var outside = (long)(histogram.Sum() * Outside);
        var unit = is16 ? 1 : Of8Bits;
        var (low, high) = (
            Edge(histogram, outside) * unit, (histogram.Length - 1 - Edge([.. histogram.Reverse()], outside)) * unit);
        return high - low >= LeastUsed * unit && high - low < MostUsed ? new ContrastStretch(low, high, is16) : null;
    }

    /// <summary>The stretched picture with 8 bits; the caller owns it.</summary>
    public Mat Apply(Mat samples)
    {
        var unit = samples.Depth() == MatType.CV_16U ? 1 : Of8Bits;
        var stretched = new Mat();
        samples.ConvertTo(stretched, MatType.CV_8U, 255.0 * unit / (High - Low), -255.0 * Low / (High - Low));
        return stretched;
    }

    /// <summary>
    /// The stretched picture as <see cref="Apply"/> gives it, <c>CV_8UC3</c> from samples in their own order; the caller owns it.
    /// </summary>
    public Mat ApplyToColours(Mat samples)
    {
        var stretched = new Mat(samples.Size(), MatType.CV_8UC3);
        try
        {
            foreach (var strip in Strips.Split(new Rect(default, samples.Size())))
            {
                using var part = samples.SubMat(strip);
                using var colours = part.ToBgr();
                using var applied = Apply(colours);
                using var target = stretched.SubMat(strip);
                applied.CopyTo(target);
            }

            return stretched;
        }
        catch
        {
            stretched.Dispose(); // the caller may be gone between two strips
            throw;
        }
    }

    /// <summary>Stretched pixels in the contrast that the picture has with 8 bits; the caller owns the result.</summary>
    public Mat Undo(Mat stretched)
    {
        var own = new Mat();
        var (unit, offset) = IsFine ? (256.0, -0.5) : (Of8Bits, 0); // the former were cut off, not rounded
        stretched.ConvertTo(own, MatType.CV_8U, (High - Low) / (255 * unit), (Low / unit) + offset);
        return own;
    }

    private static int Edge(long[] histogram, long outside)
    {
        var at = 0;
        while (at < histogram.Length - 1 && (outside -= histogram[at]) >= 0)
            at++;
        return at;
    }

    private static long[] Histogram(Mat samples, int length)
    {
        var histogram = new long[length];
        var step = (int)Math.Max(1, samples.Total() / Sampled);
        var (height, channels) = (samples.Height, samples.Channels());
        var colours = channels is 2 or 4 ? channels - 1 : channels;
        for (var y = 0; y < height; y += step)
        {
            if (length > byte.MaxValue + 1)
                Count<ushort>(samples.Row<ushort>(y));
            else
                Count<byte>(samples.Row<byte>(y));
        }

        return histogram;

        void Count<T>(ReadOnlySpan<T> row)
            where T : unmanaged, IBinaryInteger<T>
        {
            for (var i = 0; i < row.Length; i++)
            {
                if (i % channels < colours)
                    histogram[int.CreateTruncating(row[i])]++;
            }
        }
    }
}
