using OpenCvSharp;

namespace FaceDeid.Evaluation.Inversions;

/// <summary>Where blocks of one colour meet: neighbouring pixels differ there and almost nowhere else.</summary>
/// <param name="Columns">The first column of each block and, at the end, the picture's width.</param>
/// <param name="Rows">The first row of each block and, at the end, the picture's height.</param>
internal sealed record BlockGrid(int[] Columns, int[] Rows)
{
    private const double LeastSide = 3;
    private const double LeastScore = 0.5;

    /// <summary>Side of a block in pixels, on average.</summary>
    public double Side => Math.Sqrt(Typical(Columns) * Typical(Rows));

    /// <summary>The grid of a picture (<c>CV_8UC3</c>) inside of a mask; null: it has none.</summary>
    public static BlockGrid? Find(Mat picture, Mat mask)
    {
        // The mask reaches a pixel or two beyond what was changed.
        using var kernel = Cv2.GetStructuringElement(MorphShapes.Rect, new Size(5, 5));
        using var inside = mask.Erode(kernel);
        if (Borders(picture, inside) is not { } columns)
            return null;
        using var turned = picture.T().ToMat();
        using var turnedInside = inside.T().ToMat();
        return Borders(turned, turnedInside) is { } rows ? new BlockGrid(columns, rows) : null;
    }

    private static double Typical(int[] borders)
    {
        var sides = borders.Zip(borders.Skip(1), (a, b) => b - a).Order().ToList();
        return sides[sides.Count / 2];
    }

    // The period and phase of the columns that differ from those before them.
    private static int[]? Borders(Mat picture, Mat mask)
    {
        var steps = Steps(picture, mask, out var first);
        var total = steps.Sum();
        if (steps.Length < 2 * LeastSide || total < 1e-6)
            return null;
        var (best, period, phase) = (LeastScore, 0.0, 0);

        // Periods so close together that the last border is never off by more than half a pixel.
        for (var candidate = LeastSide; candidate < steps.Length / 1.2; candidate *= 1 + (0.5 / steps.Length))
        {
            WorkerGate.Checkpoint();
            for (var start = 0; start < candidate; start++)
            {
                var (sum, count) = (0.0, 0);
                for (var x = (double)start; x < steps.Length - 0.5; x += candidate, count++)
                    sum += steps[(int)(x + 0.5)];

                // Half the period would find as much, twice the period half as much with half the borders.
                var score = (sum / total) - ((double)count / steps.Length);
                if (score > best)
                    (best, period, phase) = (score, candidate, start);
            }
        }

        return period > 0 ? WholeLength(picture.Width, first, steps, period, phase) : null;
    }

    private static int[] WholeLength(int length, int first, double[] steps, double period, int phase)
    {
        var borders = new SortedSet<int> { 0, length };
        for (var x = first + phase - (Math.Ceiling((first + phase) / period) * period); x < length; x += period)
        {
            var border = (int)Math.Floor(x + 0.5);
            var place = border - first;
            if (place >= 1 && place < steps.Length - 1)
                border += steps[place - 1] > steps[place] ? -1 : steps[place + 1] > steps[place] ? 1 : 0;
            if (border > 0 && border < length)
                borders.Add(border);
        }

        return [.. borders];
    }

    // The mean squared difference of each column to the one before, where at least half as many rows as in the best column are
    // inside.
    private static unsafe double[] Steps(Mat picture, Mat mask, out int first)
    {
        var middle = TreatedArea.Middle(picture.Size());
        var width = picture.Width;
        var (sums, counts) = (new double[width], new int[width]);
        for (var y = middle.Top; y < middle.Bottom; y++)
        {
            var row = (byte*)picture.Ptr(y);
            var inside = (byte*)mask.Ptr(y);
            for (var x = 1; x < width; x++)
            {
                if ((inside[x] & inside[x - 1]) == 0)
                    continue;
                counts[x]++;
                for (var channel = 0; channel < 3; channel++)
                {
                    var step = row[(3 * x) + channel] - row[(3 * x) + channel - 3];
                    sums[x] += step * step;
                }
            }
        }

        var least = Math.Max(1, counts.Max() / 2);
        first = Array.FindIndex(counts, count => count >= least);
        var last = Array.FindLastIndex(counts, count => count >= least);
        if (first < 0)
            return [];
        var steps = new double[last - first + 1];
        for (var x = first; x <= last; x++)
            steps[x - first] = sums[x] / Math.Max(1, counts[x]);
        return steps;
    }
}
