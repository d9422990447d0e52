using System.Numerics;
using FaceDeid.Faces.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>
/// Shapes of faces in one frame: the mean of 68 landmarks, and the directions in which one person's face differs from picture to
/// picture (pose and expression: the within-person principal components). What is left of a shape is whose it is.
/// </summary>
internal sealed class ShapeModel
{
    /// <summary>Side of the square frame in pixels.</summary>
    public const int FrameSide = 256;

    /// <summary>Fewest pictures of a person that say how one person's face differs from picture to picture.</summary>
    public const int MinPictures = 3;

    private const double FrameInterocular = 76;
    private const int ExpressionComponents = 8;
    private const double Seen = 3; // standard deviations
    // Half-way between the eyes: forehead and chin are in the frame.
    private static readonly Complex FrameEyes = new((FrameSide - 1) / 2.0, 102);

    public ShapeModel(Complex[] mean, double[][] expression, double[] deviations)
    {
        Mean = mean;
        Expression = expression;
        Deviations = deviations;
        Warp = new PiecewiseAffineWarp(FaceMesh.WithForehead(mean));
    }

    /// <summary>The mean shape, 68 points in the frame.</summary>
    public Complex[] Mean { get; }

    /// <summary>How far one person's pictures go along each direction: standard deviations in pixels of the frame.</summary>
    public double[] Deviations { get; }

    /// <summary>Unit vectors of 136 numbers (68 x, then 68 y), orthogonal to each other.</summary>
    public double[][] Expression { get; }

    /// <summary>The mesh over the mean shape with the forehead (<see cref="FaceMesh"/>).</summary>
    public PiecewiseAffineWarp Warp { get; }

    /// <summary>
    /// Learns from several pictures of each of several people; people with one picture count for the mean only.
    /// </summary>
    public static ShapeModel Learn(IReadOnlyList<IReadOnlyList<Landmarks68>> people)
    {
        // A mirrored face is a face too, and makes the model symmetric.
        var shapes = people
            .Select(person => person
                .SelectMany(face => new[] { face.ToComplex(), Mirrored(face.ToComplex(), middle: 0) }).ToArray())
            .ToArray();
        var mean = ToFrame(shapes[0][0]);
        for (var i = 0; i < 5; i++)
        {
            var aligned = shapes.SelectMany(person => person)
                .Select(shape => SimilarityTransform.Between(shape, mean).Apply(shape)).ToArray();
            mean = ToFrame(Average(aligned));
        }

        // Mirrored faces are compared with the mirrored mean of their person.
        var differences = new List<double[]>();
        foreach (var person in shapes.Where(person => person.Length >= 2 * MinPictures))
        {
            foreach (var side in new[] { 0, 1 })
            {
                var aligned = person.Where((_, i) => i % 2 == side)
                    .Select(shape => SimilarityTransform.Between(shape, mean).Apply(shape)).ToArray();
                var own = Average(aligned);
                differences.AddRange(aligned.Select(shape => Flat(shape, own)));
            }
        }

        var directions = PrincipalComponents(differences);
        return new ShapeModel(mean, directions, Array.ConvertAll(directions, direction => Math.Sqrt(
            differences.Average(row => Math.Pow(row.Zip(direction, (r, d) => r * d).Sum(), 2)))));
    }

    /// <summary>How far a shape in the frame goes along each direction of pose and expression.</summary>
    private double[] CoefficientsOf(Complex[] shape)
    {
        var offset = Flat(shape, Mean);
        return [.. Expression.Select(direction => direction.Zip(offset, (d, o) => d * o).Sum())];
    }

    /// <summary>
    /// The expression and pose part of a shape in the frame, as an offset to the mean, each direction as far as it was seen.
    /// </summary>
    public Complex[] ExpressionOf(Complex[] shape)
    {
        var coefficients = CoefficientsOf(shape)
            .Zip(Deviations, (c, deviation) => Math.Clamp(c, -Seen * deviation, Seen * deviation)).ToArray();
        var part = new Complex[Landmarks68.Count];
        for (var i = 0; i < part.Length; i++)
        {
            for (var c = 0; c < coefficients.Length; c++)
                part[i] += coefficients[c] * new Complex(Expression[c][i], Expression[c][i + part.Length]);
        }

        return part;
    }

    private static double[] Flat(Complex[] shape, Complex[] origin) =>
        [.. shape.Select((p, i) => (p - origin[i]).Real), .. shape.Select((p, i) => (p - origin[i]).Imaginary)];

    private static double[][] PrincipalComponents(List<double[]> rows)
    {
        using var data = new Mat(rows.Count, rows[0].Length, MatType.CV_64FC1);
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < rows[i].Length; j++)
                data.Set(i, j, rows[i][j]);
        }

        using var mean = new Mat();
        using var vectors = new Mat();
        Cv2.PCACompute(data, mean, vectors, ExpressionComponents);
        return [.. Enumerable.Range(0, vectors.Rows)
            .Select(i => Enumerable.Range(0, vectors.Cols).Select(j => vectors.At<double>(i, j)).ToArray())];
    }

    private static Complex[] Average(Complex[][] shapes) => [.. Enumerable.Range(0, Landmarks68.Count)
        .Select(i => shapes.Aggregate(Complex.Zero, (sum, s) => sum + s[i]) / shapes.Length)];

    // Eyes level, at their place in the frame.
    private static Complex[] ToFrame(Complex[] shape)
    {
        var left = shape[36..42].Aggregate(Complex.Add) / 6;
        var right = shape[42..48].Aggregate(Complex.Add) / 6;
        var turn = FrameInterocular / (right - left);
        return [.. shape.Select(p => ((p - ((left + right) / 2)) * turn) + FrameEyes)];
    }

    /// <summary>The landmarks of a face in the mirror of the vertical line at x = <paramref name="middle"/>.</summary>
    public static Complex[] Mirrored(IReadOnlyList<Complex> p, double middle) =>
        [.. MirrorOrder.Select(i => new Complex((2 * middle) - p[i].Real, p[i].Imaginary))];

    /// <summary>Which point each of the 68 becomes in a mirror (iBUG 300-W order).</summary>
    private static readonly int[] MirrorOrder =
    [
        16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
        26, 25, 24, 23, 22, 21, 20, 19, 18, 17,
        27, 28, 29, 30, 35, 34, 33, 32, 31,
        45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
        54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65,
    ];
}
