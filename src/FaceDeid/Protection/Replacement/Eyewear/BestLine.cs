using OpenCvSharp;

namespace FaceDeid.Protection.Replacement.Eyewear;

/// <summary>
/// The line from the left edge of a field of values to the right one along which they are highest: by dynamic programming, as
/// in Amini, Weymouth, Jain (1990), "Using dynamic programming for solving variational problems in vision".
/// </summary>
/// <param name="Rows">Where it is in each column.</param>
/// <param name="Values">The values there.</param>
internal sealed record BestLine(int[] Rows, float[] Values)
{
    private const int Steepest = 2; // rows by which it goes up or down from one column to the next
    private const float Bend = 1; // what such a row costs

    /// <summary>The best line.</summary>
    /// <param name="values">The field, <c>CV_32FC1</c>.</param>
    /// <param name="closed">Whether the last column lies beside the first.</param>
    public static BestLine Of(Mat values, bool closed)
    {
        var (height, width) = (values.Rows, values.Cols);
        var field = new float[width * height]; // column by column
        for (var y = 0; y < height; y++)
        {
            var row = values.Row<float>(y);
            for (var x = 0; x < width; x++)
                field[(x * height) + y] = row[x];
        }

        // Of three turns, the one in the middle ends where it began.
        var columns = closed ? 3 * width : width;
        var sums = field[..height];
        var before = new int[columns * height];
        for (var x = 1; x < columns; x++)
            sums = Next(sums, field.AsSpan(x % width * height, height), before.AsSpan(x * height, height));
        var rows = new int[columns];
        rows[^1] = Enumerable.Range(0, height).MaxBy(y => sums[y]);
        for (var x = columns - 1; x > 0; x--)
            rows[x - 1] = before[(x * height) + rows[x]];
        var turn = closed ? rows[width..(2 * width)] : rows;
        return new BestLine(turn, [.. turn.Select((y, x) => field[(x * height) + y])]);
    }

    // The best sums up to the next column, and from which row of the last one each comes.
    private static float[] Next(float[] sums, ReadOnlySpan<float> column, Span<int> before)
    {
        var next = new float[sums.Length];
        for (var y = 0; y < next.Length; y++)
        {
            var best = float.MinValue;
            var last = Math.Min(next.Length - 1, y + Steepest);
            for (var from = Math.Max(0, y - Steepest); from <= last; from++)
            {
                var sum = sums[from] - (Bend * Math.Abs(from - y));
                if (sum > best)
                    (best, before[y]) = (sum, from);
            }

            next[y] = best + column[y];
        }

        return next;
    }
}
