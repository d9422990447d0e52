using System.Numerics;
using OpenCvSharp;

namespace FaceDeid.Scrambling;

/// <summary>
/// 256 bits that tell a picture from others, and stay nearly the same when it is compressed again. Gray is (77 R + 150 G + 29 B) / 256, rounded
/// down. The picture is divided into 16 x 16 cells with edges at <c>i * size / 16</c>, rounded down. Row by row, the most significant bit of a
/// byte first, a cell's bit is set when its mean, rounded down (0 for a cell without pixels), is at least the median: the 129th of the means in
/// ascending order.
/// </summary>
internal static class PictureFingerprint
{
    /// <summary>Length in bytes.</summary>
    public const int Length = Cells * Cells / 8;

    private const int Cells = 16; // in a row, and rows
    private const int MostDifferent = 48; // bits

    /// <summary>The fingerprint of a picture, <c>CV_8UC3</c>.</summary>
    public static byte[] Of(Mat bgr)
    {
        var means = new int[Cells * Cells];
        for (var i = 0; i < means.Length; i++)
            means[i] = Mean(bgr, Edges(i % Cells, bgr.Width), Edges(i / Cells, bgr.Height));
        var median = means.Order().ElementAt(means.Length / 2);
        var bits = new byte[Length];
        for (var i = 0; i < means.Length; i++)
            bits[i / 8] |= (byte)(means[i] >= median ? 0x80 >> (i % 8) : 0);
        return bits;
    }

    /// <summary>Whether two fingerprints are of the same picture, written by whatever codec.</summary>
    public static bool IsSame(byte[] a, byte[] b) => Distance(a, b) <= MostDifferent;

    /// <summary>The number of bits that differ.</summary>
    internal static int Distance(byte[] a, byte[] b) => a.Zip(b, (x, y) => BitOperations.PopCount((uint)(x ^ y))).Sum();

    private static (int From, int To) Edges(int cell, int size) => ((int)((long)cell * size / Cells), (int)((cell + 1L) * size / Cells));

    private static unsafe int Mean(Mat bgr, (int From, int To) columns, (int From, int To) rows)
    {
        var (sum, count) = (0L, (long)(columns.To - columns.From) * (rows.To - rows.From));
        for (var y = rows.From; y < rows.To; y++)
        {
            foreach (var pixel in new ReadOnlySpan<Vec3b>((Vec3b*)bgr.Ptr(y) + columns.From, columns.To - columns.From))
                sum += ((77 * pixel.Item2) + (150 * pixel.Item1) + (29 * pixel.Item0)) >> 8;
        }

        return count == 0 ? 0 : (int)(sum / count);
    }
}
