using System.Runtime.InteropServices;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>
/// The average of some textures and their mirror images in which hair, glasses and shadows of a few leave no trace.
/// </summary>
internal static class TrimmedMean
{
    /// <summary>
    /// Per channel of each pixel, the mean of the middle half of the values, <c>CV_8UC3</c>; the caller owns it.
    /// </summary>
    public static Mat Compute(IReadOnlyList<Mat> textures)
    {
        var values = textures.SelectMany(BothWays).ToArray();
        var (rows, columns) = (textures[0].Rows, textures[0].Cols);
        var mean = new byte[values[0].Length];
        var skipped = values.Length / 4;
        var kept = values.Length - (2 * skipped);
        Parallel.For(0, rows, row =>
        {
            Span<byte> sorted = stackalloc byte[values.Length];
            for (var at = row * columns * 3; at < (row + 1) * columns * 3; at++)
            {
                for (var i = 0; i < values.Length; i++)
                    sorted[i] = values[i][at];
                sorted.Sort();
                var sum = 0;
                foreach (var value in sorted.Slice(skipped, kept))
                    sum += value;
                mean[at] = (byte)((sum + (kept / 2)) / kept);
            }
        });
        return mean.ToMat(rows, columns, MatType.CV_8UC3);
    }

    private static byte[][] BothWays(Mat texture)
    {
        using var mirrored = texture.Flip(FlipMode.Y);
        return [Bytes(texture), Bytes(mirrored)];
    }

    private static byte[] Bytes(Mat texture)
    {
        texture.GetArray(out Vec3b[] pixels);
        return MemoryMarshal.AsBytes(pixels.AsSpan()).ToArray();
    }
}
