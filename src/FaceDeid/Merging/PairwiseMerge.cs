using OpenCvSharp;

namespace FaceDeid.Merging;

/// <summary>The notebook's merge of two faces, of gray values and of landmark coordinates.</summary>
internal static class PairwiseMerge
{
    // There are only 256 x 256 pairs of gray values: the exact answers are computed once and looked up.
    private static readonly byte[] Half = Table(MergeNormalization.Half);
    private static readonly byte[] Rms = Table(MergeNormalization.Rms);

    /// <summary>Merges two gray pictures (<c>CV_8UC1</c>) of one size, truncating to whole levels; the caller owns the result.</summary>
    public static unsafe Mat Pixels(Mat first, Mat second, MergeNormalization normalization)
    {
        if (first.Size() != second.Size() || first.Type() != MatType.CV_8UC1 || second.Type() != MatType.CV_8UC1)
            throw new ArgumentException("Both pictures must be 8-bit gray and of one size.", nameof(second));

        var table = normalization == MergeNormalization.Half ? Half : Rms;
        var merged = new Mat(first.Size(), MatType.CV_8UC1);
        var (rows, columns) = (merged.Rows, merged.Cols);
        for (var row = 0; row < rows; row++)
        {
            var a = new ReadOnlySpan<byte>((void*)first.Ptr(row), columns);
            var b = new ReadOnlySpan<byte>((void*)second.Ptr(row), columns);
            var result = new Span<byte>((void*)merged.Ptr(row), columns);
            for (var column = 0; column < result.Length; column++)
                result[column] = table[(a[column] << 8) | b[column]];
        }

        return merged;
    }

    /// <summary>The same formula on the coordinates of corresponding landmarks, not truncated.</summary>
    public static IReadOnlyList<MergedPoint> Coordinates(
        IReadOnlyList<MergedPoint> first, IReadOnlyList<MergedPoint> second, MergeNormalization normalization) =>
        [.. first.Zip(second, (a, b) => new MergedPoint(Merge(a.X, b.X, normalization), Merge(a.Y, b.Y, normalization)))];

    private static double Merge(double a, double b, MergeNormalization normalization) =>
        normalization == MergeNormalization.Half ? Math.Sqrt((a * a) + (b * b)) / 2 : Math.Sqrt(((a * a) + (b * b)) / 2);

    private static byte[] Table(MergeNormalization normalization)
    {
        var table = new byte[256 * 256];
        for (var i = 0; i < table.Length; i++)
            table[i] = (byte)Merge(i >> 8, i & 255, normalization);
        return table;
    }
}
