using System.Numerics;
using System.Runtime.InteropServices;
using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation.Recognisers;

/// <summary>
/// Histograms of local binary patterns in a grid of cells (LBPH: Ahonen, Hadid and Pietikäinen 2004), with the defaults of
/// OpenCV's face module and equal to its distances. That module says only who is nearest; here all distances are needed.
/// </summary>
internal sealed class LocalBinaryPatterns : IRecogniser
{
    private const int Neighbours = 8; // on a circle of one pixel around
    private const int Patterns = 1 << Neighbours;
    private const int Grid = 8; // cells a side
    private const int Inner = ComparedFace.Side - 2;
    private const int Cell = Inner / Grid;

    private static readonly Tap[] Circle = [.. Enumerable.Range(0, Neighbours).Select(Tap.Of)];

    public Recogniser Kind => Recogniser.Lbph;

    public float[][] Compare(IReadOnlyList<ComparedFace> gallery, IReadOnlyList<ComparedFace> probes)
    {
        var known = gallery.Select(face => Histograms(face.Chip)).ToArray();
        return [.. probes.Select(probe =>
        {
            WorkerGate.Checkpoint();
            var sought = Histograms(probe.Chip);
            return Array.ConvertAll(known, face => -ChiSquare(face, sought));
        })];
    }

    /// <summary>One histogram after the other, each with the sum 1.</summary>
    private static float[] Histograms(byte[] chip)
    {
        var histograms = new float[Grid * Grid * Patterns];
        for (var y = 0; y < Grid * Cell; y++)
        {
            for (var x = 0; x < Grid * Cell; x++)
                histograms[(((y / Cell * Grid) + (x / Cell)) * Patterns) + Pattern(chip, x + 1, y + 1)] += 1f / (Cell * Cell);
        }

        return histograms;
    }

    /// <summary>Which of the neighbours are at least as bright, a bit for each.</summary>
    private static int Pattern(byte[] chip, int x, int y)
    {
        var centre = chip[(y * ComparedFace.Side) + x];
        var pattern = 0;
        for (var i = 0; i < Circle.Length; i++)
        {
            var brightness = Circle[i].At(chip, (y * ComparedFace.Side) + x);
            if (brightness > centre || Math.Abs(brightness - centre) < 1.1920929e-7f) // as OpenCV: the machine epsilon
                pattern |= 1 << i;
        }

        return pattern;
    }

    /// <summary>OpenCV's alternative form: twice the sum of (a - b)² / (a + b).</summary>
    private static float ChiSquare(float[] a, float[] b)
    {
        var sum = Vector<float>.Zero;
        var tiny = new Vector<float>(1e-12f); // where nothing is in both, nothing differs
        var left = MemoryMarshal.Cast<float, Vector<float>>(a);
        var right = MemoryMarshal.Cast<float, Vector<float>>(b);
        for (var i = 0; i < left.Length; i++)
        {
            var difference = left[i] - right[i];
            sum += difference * difference / (left[i] + right[i] + tiny);
        }

        return 2 * Vector.Sum(sum);
    }

    /// <summary>A place between four pixels, by their weights (bilinear).</summary>
    private readonly record struct Tap(int Offset, int Right, int Down, float W1, float W2, float W3, float W4)
    {
        public static Tap Of(int neighbour)
        {
            var angle = 2 * Math.PI * neighbour / Neighbours;
            var (x, y) = ((float)Math.Cos(angle), (float)-Math.Sin(angle));
            var (left, top) = (MathF.Floor(x), MathF.Floor(y));
            var (tx, ty) = (x - left, y - top);
            return new Tap(
                ((int)top * ComparedFace.Side) + (int)left, (int)(MathF.Ceiling(x) - left),
                (int)(MathF.Ceiling(y) - top) * ComparedFace.Side, (1 - tx) * (1 - ty), tx * (1 - ty), (1 - tx) * ty, tx * ty);
        }

        public float At(byte[] chip, int centre)
        {
            var i = centre + Offset;
            return (W1 * chip[i]) + (W2 * chip[i + Right]) + (W3 * chip[i + Down]) + (W4 * chip[i + Down + Right]);
        }
    }
}
