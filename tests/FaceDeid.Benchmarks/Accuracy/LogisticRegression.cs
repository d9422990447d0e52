using OpenCvSharp;

namespace FaceDeid.Benchmarks.Accuracy;

/// <summary>
/// Logistic regression with an L2 penalty on the weights of standardised features, by Newton's method (iteratively reweighted
/// least squares; Bishop, Pattern Recognition and Machine Learning, 4.3.3).
/// </summary>
internal static class LogisticRegression
{
    private const int Steps = 50;

    /// <summary>The bias and a weight for each feature as it is given.</summary>
    public static (double Bias, double[] Weights) Fit(IReadOnlyList<double[]> rows, IReadOnlyList<bool> labels, double penalty)
    {
        var width = rows[0].Length;
        var means = Column(i => rows.Average(row => row[i]));
        var deviations = Column(i => Math.Max(1e-9, Math.Sqrt(rows.Average(row => Math.Pow(row[i] - means[i], 2)))));
        double[][] inputs = [.. rows.Select(row =>
            (double[])[.. row.Select((value, i) => (value - means[i]) / deviations[i]), 1])];
        var weights = new double[width + 1];
        for (var step = 0; step < Steps; step++)
            Step(inputs, labels, weights, penalty);
        var scaled = Column(i => weights[i] / deviations[i]);
        return (weights[width] - scaled.Zip(means, (weight, mean) => weight * mean).Sum(), scaled);

        double[] Column(Func<int, double> value) => [.. Enumerable.Range(0, width).Select(value)];
    }

    private static void Step(double[][] inputs, IReadOnlyList<bool> labels, double[] weights, double penalty)
    {
        var size = weights.Length;
        using var curvature = new Mat(size, size, MatType.CV_64FC1, Scalar.All(0));
        using var slope = new Mat(size, 1, MatType.CV_64FC1, Scalar.All(0));
        var (hessian, gradient) = (new double[size, size], new double[size]);
        for (var n = 0; n < inputs.Length; n++)
        {
            var row = inputs[n];
            var p = 1 / (1 + Math.Exp(-row.Zip(weights, (value, weight) => value * weight).Sum()));
            for (var i = 0; i < size; i++)
            {
                gradient[i] += (p - (labels[n] ? 1 : 0)) * row[i];
                for (var j = 0; j < size; j++)
                    hessian[i, j] += p * (1 - p) * row[i] * row[j];
            }
        }

        for (var i = 0; i < size; i++)
        {
            var held = i < size - 1 ? penalty : 0; // the bias is free
            slope.Set(i, 0, gradient[i] + (held * weights[i]));
            for (var j = 0; j < size; j++)
                curvature.Set(i, j, hessian[i, j] + (i == j ? held + 1e-9 : 0));
        }

        using var change = new Mat();
        if (!Cv2.Solve(curvature, slope, change, DecompTypes.Cholesky))
            throw new InvalidOperationException("The features cannot be told apart.");
        for (var i = 0; i < size; i++)
            weights[i] -= change.At<double>(i, 0);
    }
}
