using OpenCvSharp;

namespace FaceDeid.Evaluation.Inversions;

/// <summary>The blocks of a grid over a treated area: their means, and pixels interpolated between their centres.</summary>
internal sealed class Blocks
{
    private readonly Size _size;
    private readonly byte[] _inside;
    private readonly int _columns;
    private readonly int _rows;
    private readonly int[] _column; // of each x
    private readonly int[] _row; // of each y
    private readonly Taps[] _across;
    private readonly Taps[] _down;
    private readonly bool[] _counts; // whether a pixel has a part in its block's mean

    public Blocks(BlockGrid grid, Mat mask)
    {
        _size = mask.Size();
        mask.GetArray(out _inside);
        (_columns, _rows) = (grid.Columns.Length - 1, grid.Rows.Length - 1);
        (_column, _across) = Axis(grid.Columns);
        (_row, _down) = Axis(grid.Rows);

        // A block that reaches out of the area is the mean of what lies in it; one outside has the mean of what is seen there.
        var touched = new bool[_columns * _rows];
        for (var i = 0; i < _inside.Length; i++)
            touched[BlockOf(i)] |= _inside[i] != 0;
        _counts = [.. _inside.Select((inside, i) => inside != 0 || !touched[BlockOf(i)])];
    }

    /// <summary>A channel of a picture (<c>CV_8UC3</c>).</summary>
    public static float[] Channel(Mat picture, int channel)
    {
        using var plane = picture.ExtractChannel(channel);
        using var values = new Mat();
        plane.ConvertTo(values, MatType.CV_32FC1);
        values.GetArray(out float[] pixels);
        return pixels;
    }

    /// <summary>The mean of each block.</summary>
    public float[] Means(float[] pixels)
    {
        var (sums, counts) = (new double[_columns * _rows], new int[_columns * _rows]);
        for (var i = 0; i < pixels.Length; i++)
        {
            if (!_counts[i])
                continue;
            sums[BlockOf(i)] += pixels[i];
            counts[BlockOf(i)]++;
        }

        return [.. sums.Zip(counts, (sum, count) => (float)(sum / Math.Max(1, count)))];
    }

    /// <summary>The variance within the blocks of the treated area's middle and between their means.</summary>
    public (double Within, double Between) Variances(float[] pixels, float[] means)
    {
        var (within, sum, squares, count) = (0.0, 0.0, 0.0, 0);
        foreach (var i in MiddlePixels())
        {
            var mean = means[BlockOf(i)];
            within += Square(pixels[i] - mean);
            sum += mean;
            squares += Square(mean);
            count++;
        }

        count = Math.Max(1, count);
        return (within / count, (squares / count) - Square(sum / count));
    }

    /// <summary>The mean square of values of blocks, over the treated area's middle.</summary>
    public double MeanSquare(float[] values) => MiddlePixels().Select(i => Square(values[BlockOf(i)])).DefaultIfEmpty().Average();

    /// <summary>
    /// Adds values of blocks to a treated area's pixels, or puts them in their place, by Keys's cubic interpolation (1981).
    /// </summary>
    public void Add(float[] pixels, float[] values, bool replace)
    {
        var lines = new float[_rows][];
        for (var row = 0; row < _rows; row++)
        {
            var blocks = values.AsSpan(row * _columns, _columns);
            var line = lines[row] = new float[_size.Width];
            for (var x = 0; x < line.Length; x++)
            {
                ref readonly var taps = ref _across[x];
                line[x] =
                    (taps.A * blocks[taps.I]) + (taps.B * blocks[taps.J]) + (taps.C * blocks[taps.K]) + (taps.D * blocks[taps.L]);
            }
        }

        for (var y = 0; y < _size.Height; y++)
        {
            ref readonly var taps = ref _down[y];
            var (i, j, k, l) = (lines[taps.I], lines[taps.J], lines[taps.K], lines[taps.L]);
            for (var x = 0; x < _size.Width; x++)
            {
                var place = (y * _size.Width) + x;
                if (_inside[place] == 0)
                    continue;
                var value = (taps.A * i[x]) + (taps.B * j[x]) + (taps.C * k[x]) + (taps.D * l[x]);
                pixels[place] = replace ? value : pixels[place] + value;
            }
        }
    }

    private static double Square(double value) => value * value;

    private static (int[] Block, Taps[] Taps) Axis(int[] borders)
    {
        var count = borders.Length - 1;
        var block = new int[borders[^1]];
        var taps = new Taps[borders[^1]];
        for (var x = 0; x < block.Length; x++)
        {
            block[x] = Array.FindLastIndex(borders, b => b <= x);
            var before = x + 0.5 < Centre(block[x]) ? block[x] - 1 : block[x];
            var (from, to) = (Centre(before), Centre(before + 1));
            taps[x] = Taps.Create((float)((x + 0.5 - from) / (to - from)), before, count - 1);
        }

        return (block, taps);

        // Beyond the ends as if the last block were there once more.
        double Centre(int i) =>
            i < 0 ? -Centre(0) : i >= count ? (2 * borders[^1]) - Centre(count - 1) : (borders[i] + borders[i + 1]) / 2.0;
    }

    private int BlockOf(int pixel) => (_row[pixel / _size.Width] * _columns) + _column[pixel % _size.Width];

    private IEnumerable<int> MiddlePixels()
    {
        var middle = TreatedArea.Middle(_size);
        for (var y = middle.Top; y < middle.Bottom; y++)
        {
            for (var x = middle.Left; x < middle.Right; x++)
            {
                if (_inside[(y * _size.Width) + x] != 0)
                    yield return (y * _size.Width) + x;
            }
        }
    }

    /// <summary>Four blocks and their weights.</summary>
    private readonly record struct Taps(int I, int J, int K, int L, float A, float B, float C, float D)
    {
        public static Taps Create(float t, int before, int last)
        {
            var (t2, t3) = (t * t, t * t * t);
            return new Taps(
                Math.Clamp(before - 1, 0, last), Math.Clamp(before, 0, last),
                Math.Clamp(before + 1, 0, last), Math.Clamp(before + 2, 0, last),
                (-t3 + (2 * t2) - t) / 2, ((3 * t3) - (5 * t2) + 2) / 2, ((-3 * t3) + (4 * t2) + t) / 2, (t3 - t2) / 2);
        }
    }
}
