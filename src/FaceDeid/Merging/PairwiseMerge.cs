using System.Numerics;
using OpenCvSharp;

namespace FaceDeid.Merging;

/// <summary>The notebook's merge of two faces, of gray values and of landmark coordinates.</summary>
internal static class PairwiseMerge
{
    /// <summary>Merges two gray pictures (<c>CV_8UC1</c>) of one size, truncating to whole levels; the caller owns the result.</summary>
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
    public static void Row(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> merged, MergeNormalization normalization)
    {
        var column = 0;
        for (; column <= merged.Length - Vector<byte>.Count; column += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(first[column..]), out var a0, out var a1);
            Vector.Widen(new Vector<byte>(second[column..]), out var b0, out var b1);
            Vector.Narrow(Merge(a0, b0, normalization), Merge(a1, b1, normalization)).CopyTo(merged[column..]);
        }

        for (; column < merged.Length; column++)
            merged[column] = (byte)Merge(first[column], second[column], normalization);
    }

    /// <summary>
    /// Sums of squares fit into floats exactly, and no root that is not whole lies so near to a whole number that it would be rounded to it.
    /// </summary>
    private static Vector<ushort> Merge(Vector<ushort> a, Vector<ushort> b, MergeNormalization normalization)
    {
        Vector.Widen(a * a, out var a0, out var a1);
        Vector.Widen(b * b, out var b0, out var b1);
        return Vector.Narrow(Root(a0 + b0), Root(a1 + b1));

        Vector<uint> Root(Vector<uint> squares)
        {
            var sum = Vector.ConvertToSingle(squares.As<uint, int>());
            return normalization == MergeNormalization.Half
                ? Vector.ConvertToInt32Native(Vector.SquareRoot(sum)).As<int, uint>() >> 1
                : Vector.ConvertToInt32Native(Vector.SquareRoot(sum * 0.5f)).As<int, uint>();
        }
    }

    /// <summary>The same formula on the coordinates of corresponding landmarks, not truncated.</summary>
    public static IReadOnlyList<MergedPoint> Coordinates(
        IReadOnlyList<MergedPoint> first, IReadOnlyList<MergedPoint> second, MergeNormalization normalization) =>
        [.. first.Zip(second, (a, b) => new MergedPoint(Merge(a.X, b.X, normalization), Merge(a.Y, b.Y, normalization)))];

    private static double Merge(double a, double b, MergeNormalization normalization) =>
        normalization == MergeNormalization.Half ? Math.Sqrt((a * a) + (b * b)) / 2 : Math.Sqrt(((a * a) + (b * b)) / 2);
}
