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
        var histogram = new long[is16 ? ushort.MaxValue + 1 : byte.MaxValue + 1];
        var unit = is16 ? 1 : Of8Bits;
        var (step, channels) = ((int)Math.Max(1, samples.Total() / Sampled), samples.Channels());
        var colours = channels is 2 or 4 ? channels - 1 : channels;
        var rows = (samples.Height + step - 1) / step;
        var outside = (long)((long)rows * samples.Width * colours * Outside);
        var used = (Low: 0, High: 0);
        for (var row = 0; row < rows; row++)
        {
            if (is16)
                Count<ushort>(samples.Row<ushort>(row * step));
            else
                Count<byte>(samples.Row<byte>(row * step));
            if (row < rows - 1 && !BitOperations.IsPow2(row + 1))
                continue;
            used = (unit * Edge(histogram, outside, 0, 1), unit * Edge(histogram, outside, histogram.Length - 1, -1));
            if (used.High - used.Low >= MostUsed) // further rows make it more
                return null;
        }

        return used.High - used.Low >= LeastUsed * unit ? new ContrastStretch(used.Low, used.High, is16) : null;

        void Count<T>(ReadOnlySpan<T> row)
            where T : unmanaged, IBinaryInteger<T>
        {
            for (; row.Length > 0; row = row[channels..])
            {
                foreach (var sample in row[..colours])
                    histogram[int.CreateTruncating(sample)]++;
            }
        }
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

    /// <summary>The first level, from one end of the range, beyond which more samples lie than do not count.</summary>
    private static int Edge(long[] histogram, long outside, int end, int step)
    {
        var at = end;
        while (at + step >= 0 && at + step < histogram.Length && (outside -= histogram[at]) >= 0)
            at += step;
        return at;
    }
}
