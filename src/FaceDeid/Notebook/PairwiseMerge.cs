using System.Runtime.Intrinsics;
using OpenCvSharp;

namespace FaceDeid.Notebook;

/// <summary>The notebook's merge of two faces, of gray values and of landmark coordinates.</summary>
internal static class PairwiseMerge
{
    /// <summary>
    /// Merges two gray pictures (<c>CV_8UC1</c>) of one size, truncating to whole levels; the caller owns the result.
    /// </summary>
    public static unsafe Mat Pixels(Mat first, Mat second, MergeNormalization normalization)
    {
        if (first.Size() != second.Size() || first.Type() != MatType.CV_8UC1 || second.Type() != MatType.CV_8UC1)
            throw new ArgumentException("Both pictures must be 8-bit gray and of one size.", nameof(second));

        var merged = new Mat(first.Size(), MatType.CV_8UC1);
        var (rows, columns) = (merged.Rows, merged.Cols);
        if (first.IsContinuous() && second.IsContinuous())
            (rows, columns) = (1, checked(rows * columns));
        for (var row = 0; row < rows; row++)
        {
            Row(
                new ReadOnlySpan<byte>((void*)first.Ptr(row), columns), new ReadOnlySpan<byte>((void*)second.Ptr(row), columns),
                new Span<byte>((void*)merged.Ptr(row), columns), normalization);
        }

        return merged;
    }

    /// <summary>The kernel: a row of gray values.</summary>
    public static void Row(
        ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> merged, MergeNormalization normalization)
    {
        var column = 0;
        for (; column <= merged.Length - Vector512<byte>.Count; column += Vector512<byte>.Count)
        {
            var (a0, a1) = Vector512.Widen(Vector512.Create(first[column..]));
            var (b0, b1) = Vector512.Widen(Vector512.Create(second[column..]));
            Vector512.Narrow(Merge(a0, b0, normalization), Merge(a1, b1, normalization)).CopyTo(merged[column..]);
        }

        for (; column < merged.Length; column++)
            merged[column] = (byte)Merge(first[column], second[column], normalization);
    }

    /// <summary>
    /// Sums of squares fit into floats exactly, and no root that is not whole lies so near to a whole number that it would be
    /// rounded to it.
    /// </summary>
    private static Vector512<ushort> Merge(Vector512<ushort> a, Vector512<ushort> b, MergeNormalization normalization)
    {
        var (a0, a1) = Vector512.Widen(a * a);
        var (b0, b1) = Vector512.Widen(b * b);
        return Vector512.Narrow(Root(a0 + b0, normalization), Root(a1 + b1, normalization));
    }

    private static Vector512<uint> Root(Vector512<uint> squares, MergeNormalization normalization)
    {
        var sum = Vector512.ConvertToSingle(squares.AsInt32());
        return normalization == MergeNormalization.Half
            ? Vector512.ConvertToInt32Native(Vector512.Sqrt(sum)).AsUInt32() >> 1
            : Vector512.ConvertToInt32Native(Vector512.Sqrt(sum * 0.5f)).AsUInt32();
    }

    /// <summary>The same formula on the coordinates of corresponding landmarks, not truncated.</summary>
    public static IReadOnlyList<MergedPoint> Coordinates(
        IReadOnlyList<MergedPoint> first, IReadOnlyList<MergedPoint> second, MergeNormalization normalization) =>
        [.. first.Zip(second, (a, b) => new MergedPoint(Merge(a.X, b.X, normalization), Merge(a.Y, b.Y, normalization)))];

    private static double Merge(double a, double b, MergeNormalization normalization) =>
        normalization == MergeNormalization.Half ? Math.Sqrt((a * a) + (b * b)) / 2 : Math.Sqrt(((a * a) + (b * b)) / 2);
}
