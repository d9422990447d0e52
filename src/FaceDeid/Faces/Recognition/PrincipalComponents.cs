using System.Numerics.Tensors;
using OpenCvSharp;

namespace FaceDeid.Faces.Recognition;

/// <summary>
/// Principal components of pictures of one size (Eigenfaces: Turk and Pentland 1991), by way of the small matrix of the pictures'
/// inner products. Read-only after it was made: threads may share it.
/// </summary>
internal sealed class PrincipalComponents
{
    /// <summary>Most pictures that components are learned from; of more, as many are taken evenly.</summary>
    public const int MaxSample = 256;

    private const double Negligible = 1e-6; // of the first component's variance: beyond it is rounding

    private readonly float[] _mean;
    private readonly float[][] _directions;

    private PrincipalComponents(float[] mean, float[][] directions)
    {
        _mean = mean;
        _directions = directions;
    }

    /// <summary>How many there are: at most as many as asked for, and fewer than pictures.</summary>
    public int Count => _directions.Length;

    /// <summary>Learns from pictures.</summary>
    /// <param name="pictures">At least one, all of the same length.</param>
    /// <param name="count">How many components are wanted.</param>
    public static PrincipalComponents Learn(IReadOnlyList<byte[]> pictures, int count)
    {
        var sampled = Math.Min(pictures.Count, MaxSample);
        var sample = Enumerable.Range(0, sampled).Select(i => pictures[(int)((long)i * pictures.Count / sampled)]).ToArray();
        var mean = Mean(sample);
        var (values, vectors) = Eigen(InnerProducts(sample, mean));
        var kept = Enumerable.Range(0, Math.Min(count, sampled))
            .TakeWhile(i => values[i] > Math.Max(values[0] * Negligible, 1e-3)).Count();
        var directions = Enumerable.Range(0, kept).Select(_ => new float[mean.Length]).ToArray();
        var centred = new float[mean.Length];
        for (var row = 0; row < sample.Length; row++)
        {
            Centre(sample[row], mean, centred);
            for (var i = 0; i < kept; i++)
            {
                TensorPrimitives.MultiplyAdd(
                    centred, (float)(vectors[i, row] / Math.Sqrt(values[i])), directions[i], directions[i]);
            }
        }

        return new PrincipalComponents(mean, directions);
    }

    /// <summary>How far a picture goes along each component.</summary>
    public float[] Project(ReadOnlySpan<float> picture)
    {
        var centred = new float[_mean.Length];
        TensorPrimitives.Subtract(picture, _mean, centred);
        return Array.ConvertAll(_directions, direction => TensorPrimitives.Dot<float>(direction, centred));
    }

    /// <summary>The picture that has these coefficients and nothing else.</summary>
    public float[] Reconstruct(IReadOnlyList<float> coefficients)
    {
        var picture = _mean.AsSpan().ToArray();
        for (var i = 0; i < _directions.Length; i++)
            TensorPrimitives.MultiplyAdd(_directions[i], coefficients[i], picture, picture);
        return picture;
    }

    /// <summary>The mean of pictures of one size.</summary>
    public static float[] Mean(byte[][] sample)
    {
        var mean = new float[sample[0].Length];
        var numbers = new float[mean.Length];
        foreach (var picture in sample)
        {
            TensorPrimitives.ConvertTruncating<byte, float>(picture, numbers);
            TensorPrimitives.Add(mean, numbers, mean);
        }

        TensorPrimitives.Multiply(mean, 1f / sample.Length, mean);
        return mean;
    }

    private static void Centre(byte[] picture, float[] mean, float[] centred)
    {
        TensorPrimitives.ConvertTruncating<byte, float>(picture, centred);
        TensorPrimitives.Subtract(centred, mean, centred);
    }

    // In parts, so that the sample never lies in memory as floating-point numbers.
    private static double[,] InnerProducts(byte[][] sample, float[] mean)
    {
        const int part = 8192;
        var products = new double[sample.Length, sample.Length];
        var rows = Array.ConvertAll(sample, _ => new float[part]);
        for (var start = 0; start < mean.Length; start += part)
        {
            WorkerGate.Checkpoint();
            var length = Math.Min(part, mean.Length - start);
            for (var i = 0; i < rows.Length; i++)
            {
                var row = rows[i].AsSpan(0, length);
                TensorPrimitives.ConvertTruncating<byte, float>(sample[i].AsSpan(start, length), row);
                TensorPrimitives.Subtract(row, mean.AsSpan(start, length), row);
            }

            for (var i = 0; i < rows.Length; i++)
            {
                for (var j = 0; j <= i; j++)
                    products[i, j] += TensorPrimitives.Dot(rows[i].AsSpan(0, length), rows[j].AsSpan(0, length));
            }
        }

        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = i + 1; j < rows.Length; j++)
                products[i, j] = products[j, i];
        }

        return products;
    }

    private static (double[] Values, double[,] Vectors) Eigen(double[,] symmetric)
    {
        using var matrix = Mat.FromArray(symmetric);
        using var values = new Mat();
        using var vectors = new Mat();
        Cv2.Eigen(matrix, values, vectors);
        values.GetArray(out double[] sorted);
        vectors.GetRectangularArray(out double[,] rows);
        return (sorted, rows);
    }
}
