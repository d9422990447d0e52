using OpenCvSharp;

namespace FaceDeid.Evaluation.Inversions;

/// <summary>Square blocks of a picture that were moved about, and how they may have been turned.</summary>
internal sealed class Puzzle
{
    /// <summary>All orientations, each as it is and inverted.</summary>
    private const int AllVariants = 16;

    private const double LeastRoughness = 2.5; // of borders between blocks, in squared steps; within faces it is 1
    private const double LeastChange = 6; // gray levels; a JPEG file's blocks differ by less
    private const int LeastPieces = 9;
    private const int MostPieces = 1600; // more take too long
    private const int Sample = 48;

    private Puzzle(int side, Size size, Point[] places, byte[] pixels)
    {
        (Side, Size, Places, Pixels) = (side, size, places, pixels);
        Blocks = [.. places.Select(place => Block(pixels, place))];
    }

    /// <summary>Side of a block in pixels.</summary>
    public int Side { get; }

    public Size Size { get; }

    /// <summary>The upper left corners of the blocks that were moved.</summary>
    public Point[] Places { get; }

    /// <summary>What was found at each place: rows of blue, green, red.</summary>
    public byte[][] Blocks { get; }

    /// <summary>The picture's: rows of blue, green, red.</summary>
    public byte[] Pixels { get; }

    /// <summary>What the method does with blocks beside moving them, by <see cref="Turned"/>; the first is nothing.</summary>
    public int[] Variants { get; private set; } = [0];

    /// <summary>Finds the blocks; null: this is no puzzle.</summary>
    public static Puzzle? Create(Mat original, Mat deidentified, Mat mask)
    {
        var (truth, seen) = (Bytes(original), Bytes(deidentified));
        var size = original.Size();
        mask.GetArray(out byte[] inside);
        var (best, side, phaseX, phaseY) = (0.0, 0, 0, 0);
        foreach (var candidate in new[] { 16, 8 })
        {
            if (Math.Min(size.Width, size.Height) < 4 * candidate)
                continue;
            var (roughX, x) = Roughness(seen, inside, size, candidate, across: true);
            var (roughY, y) = Roughness(seen, inside, size, candidate, across: false);

            // Blocks of 16 have every other border of blocks of 8: there the inside is rough too.
            if (Math.Min(roughX, roughY) > best)
                (best, side, phaseX, phaseY) = (Math.Min(roughX, roughY), candidate, x, y);
        }

        if (best < LeastRoughness)
            return null;
        var places = new List<Point>();
        for (var y = phaseY; y + side <= size.Height; y += side)
        {
            for (var x = phaseX; x + side <= size.Width; x += side)
            {
                if (Change(truth, seen, size, new Rect(x, y, side, side)) > LeastChange)
                    places.Add(new Point(x, y));
            }
        }

        if (places.Count is < LeastPieces or > MostPieces)
            return null;
        var puzzle = new Puzzle(side, size, [.. places], seen);
        return puzzle.HasBlocksOf([.. places.Select(place => puzzle.Block(truth, place))]) ? puzzle : null;
    }

    /// <summary>
    /// A block in one of 16 ways: bit 0 exchanges rows and columns, bit 1 mirrors left and right, bit 2 top and bottom, bit 3
    /// inverts. The eight orientations of a square are all there, so that a way back is among them too.
    /// </summary>
    public byte[] Turned(byte[] block, int variant)
    {
        var turned = new byte[block.Length];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var (fromX, fromY) = ((variant & 1) != 0 ? y : x, (variant & 1) != 0 ? x : y);
                fromX = (variant & 2) != 0 ? Side - 1 - fromX : fromX;
                fromY = (variant & 4) != 0 ? Side - 1 - fromY : fromY;
                for (var channel = 0; channel < 3; channel++)
                {
                    var value = block[(3 * ((fromY * Side) + fromX)) + channel];
                    turned[(3 * ((y * Side) + x)) + channel] = (variant & 8) != 0 ? (byte)(255 - value) : value;
                }
            }
        }

        return turned;
    }

    private static byte[] Bytes(Mat picture)
    {
        using var whole = picture.Clone();
        using var flat = whole.Reshape(1);
        flat.GetArray(out byte[] bytes);
        return bytes;
    }

    // How much rougher the borders of blocks are than their inside, at the phase where they are roughest.
    private static (double Roughness, int Phase) Roughness(byte[] pixels, byte[] inside, Size size, int side, bool across)
    {
        var (sums, counts) = (new double[side], new double[side]);
        var (middle, before) = (TreatedArea.Middle(size), across ? 1 : size.Width);
        for (var y = middle.Top; y < middle.Bottom; y++)
        {
            for (var x = middle.Left; x < middle.Right; x++)
            {
                var place = (y * size.Width) + x;
                if ((inside[place] & inside[place - before]) == 0)
                    continue;
                var phase = (across ? x : y) % side;
                for (var channel = 0; channel < 3; channel++)
                    sums[phase] += Math.Pow(pixels[(3 * place) + channel] - pixels[(3 * (place - before)) + channel], 2);
                counts[phase]++;
            }
        }

        var means = sums.Select((sum, i) => sum / Math.Max(1, counts[i])).ToList();
        var rough = means.Max();
        return (rough / Math.Max(1, means.Where(m => m < rough).Append(0).Max()), means.IndexOf(rough));
    }

    private static double Change(byte[] a, byte[] b, Size size, Rect place)
    {
        var sum = 0;
        for (var y = place.Top; y < place.Bottom; y++)
        {
            for (var i = 3 * ((y * size.Width) + place.Left); i < 3 * ((y * size.Width) + place.Right); i++)
                sum += Math.Abs(a[i] - b[i]);
        }

        return sum / (3.0 * place.Width * place.Height);
    }

    // Brightness from the middle gray, which inverting keeps, and contrast.
    private static (double Tone, double Contrast) Look(byte[] block)
    {
        var mean = block.Average(v => (double)v);
        return (Math.Abs(mean - 127.5), Math.Sqrt(block.Average(v => (v - mean) * (v - mean))));
    }

    private static double Distance(byte[] a, byte[] b)
    {
        var sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += Math.Abs(a[i] - b[i]);
        return sum / (double)a.Length;
    }

    private byte[] Block(byte[] pixels, Point place)
    {
        var block = new byte[3 * Side * Side];
        for (var y = 0; y < Side; y++)
            Array.Copy(pixels, 3 * (((place.Y + y) * Size.Width) + place.X), block, 3 * Side * y, 3 * Side);
        return block;
    }

    /// <summary>
    /// Whether the blocks are the original's. A sample of them is looked up there, which tells whether the method turns and
    /// inverts blocks: its settings, which an attacker knows. Where each block belongs is forgotten again.
    /// </summary>
    private bool HasBlocksOf(byte[][] originals)
    {
        var (looks, originalLooks) = (Array.ConvertAll(Blocks, Look), Array.ConvertAll(originals, Look));
        if (looks.Average(look => look.Contrast) < 1)
            return false;
        var (matched, turned, inverted, tried) = (0, 0, 0, 0);
        for (var i = 0; i < Blocks.Length; i += Math.Max(1, Blocks.Length / Sample))
        {
            WorkerGate.Checkpoint();
            tried++;
            var look = looks[i];
            var near = Enumerable.Range(0, originals.Length)
                .Where(j => Math.Abs(originalLooks[j].Tone - look.Tone) < 2
                    && Math.Abs(originalLooks[j].Contrast - look.Contrast) < 2 + (look.Contrast / 10))
                .ToList();
            var (best, least) = (0, double.MaxValue);
            for (var variant = 0; variant < AllVariants; variant++)
            {
                var block = Turned(Blocks[i], variant);
                var distance = near.Select(j => Distance(block, originals[j])).DefaultIfEmpty(double.MaxValue).Min();
                if (distance < least)
                    (best, least) = (variant, distance);
            }

            if (least > 1.5 + (look.Contrast / 5))
                continue;
            matched++;
            turned += (best & 7) != 0 ? 1 : 0;
            inverted += (best & 8) != 0 ? 1 : 0;
        }

        // Blocks of almost one colour match in any orientation: a few of them mean nothing.
        var (turns, inverts) = (turned > matched / 4, inverted > matched / 8);
        Variants = [.. Enumerable.Range(0, AllVariants).Where(v => (turns || (v & 7) == 0) && (inverts || (v & 8) == 0))];
        return matched > 0.7 * tried;
    }
}
