using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>
/// How the pixels of a face change with its pose and expression, whoever it is: linear in the shape model's coefficients, as in
/// active appearance models (Cootes, Edwards, Taylor 2001). Read-only after it was made: threads may share it.
/// </summary>
/// <param name="changes">One picture per coefficient, in the model's frame, <c>CV_32FC3</c>; owned by this object.</param>
/// <param name="limits">Per coefficient, how far it was seen to go: beyond, the pixels stay as they are there.</param>
internal sealed class ExpressionTexture(IReadOnlyList<Mat> changes, IReadOnlyList<double> limits) : IDisposable
{
    private const double Ridge = 0.15; // of the coefficients' mean variance: few pictures show a rare expression
    private const double Seen = 2.5; // standard deviations that count as seen

    public IReadOnlyList<Mat> Changes => changes;

    public IReadOnlyList<double> Limits => limits;

    /// <summary>
    /// Learns from several pictures of each of several people by ridge regression on the differences within each person; people
    /// with one picture say nothing.
    /// </summary>
    /// <param name="people">Per person, each picture's texture (<c>CV_8UC3</c>, in the frame) and coefficients.</param>
    public static ExpressionTexture Learn(IReadOnlyList<IReadOnlyList<(Mat Texture, double[] Coefficients)>> people)
    {
        var count = people[0][0].Coefficients.Length;
        var gram = new double[count, count];
        var products = Enumerable.Range(0, count)
            .Select(_ => new Mat(ShapeModel.FrameSide, ShapeModel.FrameSide, MatType.CV_32FC3, Scalar.Black)).ToArray();
        foreach (var person in people)
        {
            var mean = Enumerable.Range(0, count).Select(i => person.Average(face => face.Coefficients[i])).ToArray();
            foreach (var (texture, coefficients) in person)
            {
                // The person's mean texture drops out, since the differences of its coefficients add up to nothing.
                var own = coefficients.Zip(mean, (c, m) => c - m).ToArray();
                using var pixels = new Mat();
                texture.ConvertTo(pixels, MatType.CV_32FC3);
                for (var i = 0; i < count; i++)
                {
                    Cv2.ScaleAdd(pixels, own[i], products[i], products[i]);
                    for (var j = 0; j < count; j++)
                        gram[i, j] += own[i] * own[j];
                }
            }
        }

        var pictures = people.Sum(person => person.Count);
        var limits = Enumerable.Range(0, count).Select(i => Seen * Math.Sqrt(gram[i, i] / pictures)).ToArray();
        var solver = Inverse(gram);
        var changes = Enumerable.Range(0, count)
            .Select(_ => new Mat(ShapeModel.FrameSide, ShapeModel.FrameSide, MatType.CV_32FC3, Scalar.Black)).ToArray();
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
                Cv2.ScaleAdd(products[j], solver[i, j], changes[i], changes[i]);
        }

        Array.ForEach(products, product => product.Dispose());
        return new ExpressionTexture(changes, limits);
    }

    /// <summary>
    /// Gives a texture (<c>CV_32FC3</c>, in the frame) an expression, or takes it out with a <paramref name="sign"/> of -1.
    /// </summary>
    public void Add(Mat texture, IReadOnlyList<double> coefficients, int sign = 1)
    {
        for (var i = 0; i < changes.Count; i++)
            Cv2.ScaleAdd(changes[i], sign * Math.Clamp(coefficients[i], -limits[i], limits[i]), texture, texture);
    }

    public void Dispose()
    {
        foreach (var change in changes)
            change.Dispose();
    }

    private static double[,] Inverse(double[,] gram)
    {
        var count = gram.GetLength(0);
        var ridge = Ridge * Enumerable.Range(0, count).Average(i => gram[i, i]);
        for (var i = 0; i < count; i++)
            gram[i, i] += Math.Max(ridge, 1e-9);
        using var matrix = Mat.FromArray(gram);
        using var inverse = new Mat();
        Cv2.Invert(matrix, inverse, DecompTypes.Cholesky);
        inverse.GetRectangularArray(out double[,] result);
        return result;
    }
}
