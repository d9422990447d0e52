using OpenCvSharp;

namespace FaceDeid.Protection.Scrambling;

/// <summary>
/// How bright each block of a scrambled face is, 0 to 255: blocks put in order that are not those that were put out of order
/// would give a picture of nothing. Of a pixel it is (77 R + 150 G + 29 B) / 256, of a block the mean of that, both rounded down.
/// Compression hardly changes it.
/// </summary>
internal static class BlockMeans
{
    private const double MostDifferent = 8; // on average; JPEG of quality 50 changes less than 1, another order about 60

    /// <summary>The means of a face's own blocks, a byte each, in the order of <see cref="OwnBlocks"/>.</summary>
    public static byte[] Compute(Mat bgr, OwnBlocks blocks) =>
        [.. blocks.Groups.SelectMany(group => group).Select(block => Mean(bgr, block))];

    /// <summary>Whether these are the same blocks in the same places, written by whatever codec.</summary>
    public static bool AreSame(byte[] a, byte[] b) =>
        a.Length > 0 && a.Length == b.Length && a.Zip(b, (x, y) => Math.Abs(x - y)).Average() <= MostDifferent;

    private static unsafe byte Mean(Mat bgr, Rect block)
    {
        var sum = 0;
        for (var y = block.Top; y < block.Bottom; y++)
        {
            foreach (var pixel in new ReadOnlySpan<Vec3b>((Vec3b*)bgr.Ptr(y) + block.X, block.Width))
                sum += ((77 * pixel.Item2) + (150 * pixel.Item1) + (29 * pixel.Item0)) >> 8;
        }

        return (byte)(sum / (block.Width * block.Height));
    }
}
