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
    // Half-way between the eyes: forehead and chin are in the frame.
    private static readonly Complex FrameEyes = new((FrameSide - 1) / 2.0, 102);

    public ShapeModel(Complex[] mean, double[][] expression)
    {
        Mean = mean;
        Expression = expression;
        MeanOutline = FaceOutline.WithForehead(mean);
        Warp = new PiecewiseAffineWarp(MeanOutline);
    }

    /// <summary>The mean shape, 68 points in the frame.</summary>
    public Complex[] Mean { get; }

    /// <summary>The mean shape with the forehead.</summary>
    public Complex[] MeanOutline { get; }

    /// <summary>Unit vectors of 136 numbers (68 x, then 68 y), orthogonal to each other.</summary>
    public double[][] Expression { get; }

    /// <summary>The mesh over the mean shape with the forehead.</summary>
    public PiecewiseAffineWarp Warp { get; }

    /// <summary>
    /// Learns from several pictures of each of several people; people with one picture count for the mean only.
    /// </summary>
    public static ShapeModel Learn(IReadOnlyList<IReadOnlyList<Landmarks68>> people)
    {
        // A mirrored face is a face too, and makes the model symmetric.
        var shapes = people
            .Select(person => person.SelectMany(face => new[] { face.ToComplex(), Mirrored(face) }).ToArray()).ToArray();
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

        return new ShapeModel(mean, PrincipalComponents(differences));
    }

    /// <summary>How far a shape in the frame goes along each direction of pose and expression.</summary>
    public double[] CoefficientsOf(Complex[] shape)
    {
        var offset = Flat(shape, Mean);
        return [.. Expression.Select(direction => direction.Zip(offset, (d, o) => d * o).Sum())];
    }

    /// <summary>The expression and pose part of a shape in the frame, as an offset to the mean.</summary>
    public Complex[] ExpressionOf(Complex[] shape)
    {
        var coefficients = CoefficientsOf(shape);
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

    private static Complex[] Mirrored(Landmarks68 face)
    {
        var p = face.ToComplex();
        return [.. MirrorOrder.Select(i => new Complex(-p[i].Real, p[i].Imaginary))];
    }

    /// <summary>Which point each of the 68 becomes in a mirror (iBUG 300-W order).</summary>
    internal static readonly int[] MirrorOrder =
    [
        16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
        26, 25, 24, 23, 22, 21, 20, 19, 18, 17,
        27, 28, 29, 30, 35, 34, 33, 32, 31,
        45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
        54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65,
    ];
}
