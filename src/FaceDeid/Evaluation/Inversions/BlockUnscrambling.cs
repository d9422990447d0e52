using System.Numerics;
using System.Runtime.InteropServices;
using OpenCvSharp;

namespace FaceDeid.Evaluation.Inversions;

/// <summary>
/// Solves a puzzle of blocks. Blocks that belong side by side go on into each other: both are continued by half a pixel, and the
/// lines that meet should be alike (prediction-based compatibility: Pomeranz, Shemesh and Ben-Shahar 2011). From the untouched
/// surroundings inwards, the place is filled next whose best block leads the second most clearly, and at last blocks are
/// exchanged while that helps. Nothing is known of faces. Greedy: a block of plain skin fits in many places, and one wrong block
/// misleads those after it.
/// </summary>
internal sealed class BlockUnscrambling : IInversion
{
    public Inversion Kind => Inversion.Unscrambling;

    public Mat? Invert(Mat original, Mat deidentified)
    {
        using var mask = TreatedArea.Find(original, deidentified);
        if (mask is null || Puzzle.Create(original, deidentified, mask) is not { } puzzle)
            return null;
        return new Assembly(puzzle).Solve().ToMat(deidentified.Rows, deidentified.Cols, MatType.CV_8UC3);
    }

    /// <summary>A puzzle that is being put together.</summary>
    private sealed class Assembly
    {
        private const int MostCandidates = 10_000; // blocks, in all their orientations, that are tried at a place: all of 24 x 24
        private const int MostExchanged = 200; // places, the worst
        private const int Rounds = 4;

        private readonly Puzzle _puzzle;
        private readonly int _width;
        private readonly int _side;
        private readonly byte[] _pixels;
        private readonly int _length; // of a line
        private readonly float[] _lines; // of each block, variant and side: its edge, continued outwards by half a pixel
        private readonly (int[] Order, float[] Means)[] _byMean; // of each side: blocks and variants by the mean of that line
        private readonly Dictionary<Point, int> _placeAt;
        private readonly bool[] _placed;
        private readonly bool[] _used;
        private readonly int[] _content; // of each place: block and variant

        public Assembly(Puzzle puzzle)
        {
            _puzzle = puzzle;
            (_width, _side, _length) = (puzzle.Size.Width, puzzle.Side, 3 * puzzle.Side);
            _pixels = (byte[])puzzle.Pixels.Clone();
            var count = puzzle.Blocks.Length;
            _placeAt = puzzle.Places.Select((place, i) => (place, i)).ToDictionary(p => p.place, p => p.i);
            (_placed, _used, _content) = (new bool[count], new bool[count], new int[count]);
            _lines = new float[count * Variants * 4 * _length];
            for (var candidate = 0; candidate < count * Variants; candidate++)
            {
                var block = Turned(candidate);
                for (var edge = 0; edge < 4; edge++)
                    Line(block, _side, Inner(edge), LineOf(candidate, edge));
            }

            _byMean = [.. Enumerable.Range(0, 4).Select(edge =>
            {
                var means = Enumerable.Range(0, count * Variants).Select(candidate => Mean(LineOf(candidate, edge))).ToArray();
                var order = Enumerable.Range(0, means.Length).ToArray();
                Array.Sort(means, order);
                return (order, means);
            })];
        }

        private int Variants => _puzzle.Variants.Length;

        public byte[] Solve()
        {
            var best = new Dictionary<int, Choice>();
            foreach (var place in Enumerable.Range(0, _placed.Length))
            {
                WorkerGate.Checkpoint();
                Update(best, place);
            }

            for (var left = _placed.Length; left > 0;)
            {
                WorkerGate.Checkpoint();
                // A puzzle without any surroundings starts anywhere: how it looks is right, where it is may not be.
                var place = best.Count > 0 ? best.MinBy(b => (b.Value.Doubt, b.Key)).Key : Array.IndexOf(_placed, false);
                var choice =
                    best.TryGetValue(place, out var found) ? found : new Choice(Array.IndexOf(_used, false) * Variants, 1);
                if (_used[choice.Candidate / Variants])
                {
                    Update(best, place);
                    continue;
                }

                best.Remove(place);
                Put(place, choice.Candidate);
                (_placed[place], _used[choice.Candidate / Variants]) = (true, true);
                left--;
                for (var edge = 0; edge < 4; edge++)
                {
                    if (_placeAt.TryGetValue(Beyond(_puzzle.Places[place], edge), out var neighbour) && !_placed[neighbour])
                        Update(best, neighbour);
                }
            }

            Exchange();
            return _pixels;
        }

        private static float Mean(ReadOnlySpan<float> line)
        {
            var sum = 0f;
            foreach (var value in line)
                sum += value;
            return sum / line.Length;
        }

        private static float Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            var left = MemoryMarshal.Cast<float, Vector<float>>(a);
            var right = MemoryMarshal.Cast<float, Vector<float>>(b);
            var sum = Vector<float>.Zero;
            for (var i = 0; i < left.Length; i++)
                sum += Vector.Abs(left[i] - right[i]);
            return Vector.Sum(sum);
        }

        // The first pixel of an edge (0 top, 1 right, 2 bottom, 3 left), the step along it, and the step inwards.
        private (Point Start, Point Along, Point Inwards) Inner(int edge) => edge switch
        {
            0 => (new Point(0, 0), new Point(1, 0), new Point(0, 1)),
            1 => (new Point(_side - 1, 0), new Point(0, 1), new Point(-1, 0)),
            2 => (new Point(0, _side - 1), new Point(1, 0), new Point(0, -1)),
            _ => (new Point(0, 0), new Point(0, 1), new Point(1, 0)),
        };

        private Point Beyond(Point place, int edge) => place - (Inner(edge).Inwards * _side);

        private Span<float> LineOf(int candidate, int edge) => _lines.AsSpan(((candidate * 4) + edge) * _length, _length);

        private byte[] Turned(int candidate) =>
            _puzzle.Turned(_puzzle.Blocks[candidate / Variants], _puzzle.Variants[candidate % Variants]);

        private void Line(byte[] pixels, int width, (Point Start, Point Along, Point Inwards) edge, Span<float> line)
        {
            for (var i = 0; i < _side; i++)
            {
                var outer = edge.Start + (edge.Along * i);
                var inner = outer + edge.Inwards;
                for (var channel = 0; channel < 3; channel++)
                {
                    var value = (float)pixels[(3 * ((outer.Y * width) + outer.X)) + channel];
                    line[(3 * i) + channel] = value + ((value - pixels[(3 * ((inner.Y * width) + inner.X)) + channel]) / 2);
                }
            }
        }

        // What the surroundings of a place continue to: the sides that are known, and their lines one after another.
        private int[] Surroundings(int place, Span<float> lines)
        {
            var known = new List<int>(4);
            for (var edge = 0; edge < 4; edge++)
            {
                var (start, along, inwards) = Inner(edge);
                var first = _puzzle.Places[place] + start - inwards;
                var deepest = first - inwards;
                if (deepest.X < 0 || deepest.Y < 0 || deepest.X >= _width || deepest.Y >= _puzzle.Size.Height
                    || (_placeAt.TryGetValue(Beyond(_puzzle.Places[place], edge), out var neighbour) && !_placed[neighbour]))
                    continue;
                Line(_pixels, _width, (first, along, inwards * -1), lines.Slice(known.Count * _length, _length));
                known.Add(edge);
            }

            return [.. known];
        }

        private float Misfit(int candidate, int[] edges, ReadOnlySpan<float> lines)
        {
            var sum = 0f;
            for (var i = 0; i < edges.Length; i++)
                sum += Distance(LineOf(candidate, edges[i]), lines.Slice(i * _length, _length));
            return sum;
        }

        private void Update(Dictionary<int, Choice> best, int place)
        {
            var lines = new float[4 * _length];
            var edges = Surroundings(place, lines);
            if (edges.Length == 0)
                return;
            var (order, means) = _byMean[edges[0]];
            var middle = Array.BinarySearch(means, Mean(lines.AsSpan(0, _length)));
            var from = Math.Clamp(
                (middle < 0 ? ~middle : middle) - (MostCandidates / 2), 0, Math.Max(0, order.Length - MostCandidates));
            var (candidate, least, second) = (-1, float.MaxValue, float.MaxValue);
            foreach (var tried in order.AsSpan(from, Math.Min(MostCandidates, order.Length)))
            {
                if (_used[tried / Variants])
                    continue;
                var misfit = Misfit(tried, edges, lines);
                if (misfit < least)
                {
                    second = candidate >= 0 && candidate / Variants != tried / Variants ? least : second;
                    (candidate, least) = (tried, misfit);
                }
                else if (misfit < second && tried / Variants != candidate / Variants)
                {
                    second = misfit;
                }
            }

            // Blocks near in brightness may all be used: then any is as good as another.
            best[place] = candidate < 0
                ? new Choice(Array.IndexOf(_used, false) * Variants, float.MaxValue)
                : new Choice(candidate, (least + 1) / (second + 1) / edges.Length);
        }

        private void Put(int place, int candidate)
        {
            _content[place] = candidate;
            var (block, at) = (Turned(candidate), _puzzle.Places[place]);
            for (var y = 0; y < _side; y++)
                Array.Copy(block, _length * y, _pixels, 3 * (((at.Y + y) * _width) + at.X), _length);
        }

        // Exchanges two blocks, each in the orientation that fits best, as long as both fit better together.
        private void Exchange()
        {
            var lines = new float[_placed.Length][];
            var edges = new int[_placed.Length][];
            for (var round = 0; round < Rounds; round++)
            {
                WorkerGate.Checkpoint();
                var misfits = new float[_placed.Length];
                for (var place = 0; place < _placed.Length; place++)
                    Look(place, misfits);
                var worst = Enumerable.Range(0, _placed.Length).OrderByDescending(p => misfits[p] / Math.Max(1, edges[p].Length))
                    .Take(MostExchanged).ToList();
                var exchanged = false;
                for (var i = 0; i < worst.Count; i++)
                {
                    for (var j = 0; j < i; j++)
                        exchanged |= TryExchange(worst[i], worst[j], misfits);
                }

                if (!exchanged)
                    return;
            }

            void Look(int place, float[] misfits)
            {
                edges[place] = Surroundings(place, lines[place] ??= new float[4 * _length]);
                misfits[place] = Misfit(_content[place], edges[place], lines[place]);
            }

            bool TryExchange(int a, int b, float[] misfits)
            {
                // Neighbours are each other's surroundings: how both would fit is not known before they are moved.
                if (Neighbours(a).Contains(b))
                    return false;
                var (toA, misfitA) = Fitting(_content[b] / Variants, edges[a], lines[a]);
                if (misfitA >= misfits[a] + misfits[b])
                    return false;
                var (toB, misfitB) = Fitting(_content[a] / Variants, edges[b], lines[b]);
                if (misfitA + misfitB > 0.999f * (misfits[a] + misfits[b]))
                    return false;
                Put(a, toA);
                Put(b, toB);
                foreach (var place in new[] { a, b }.Concat(Neighbours(a)).Concat(Neighbours(b)))
                    Look(place, misfits);
                return true;
            }
        }

        private (int Candidate, float Misfit) Fitting(int block, int[] edges, float[] lines)
        {
            var (best, least) = (block * Variants, float.MaxValue);
            for (var candidate = block * Variants; candidate < (block + 1) * Variants; candidate++)
            {
                var misfit = Misfit(candidate, edges, lines);
                if (misfit < least)
                    (best, least) = (candidate, misfit);
            }

            return (best, least);
        }

        private IEnumerable<int> Neighbours(int place)
        {
            for (var edge = 0; edge < 4; edge++)
            {
                if (_placeAt.TryGetValue(Beyond(_puzzle.Places[place], edge), out var neighbour))
                    yield return neighbour;
            }
        }

        /// <summary>A block and variant for a place, and how doubtful it is.</summary>
        private readonly record struct Choice(int Candidate, float Doubt);
    }
}
