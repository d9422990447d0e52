using OpenCvSharp;

namespace FaceDeid.Evaluation.Inversions;

/// <summary>
/// Undoes a Gaussian blur by Wiener's filter (Gonzalez and Woods, Digital Image Processing, section 5.8). The filter by itself is
/// for pictures without borders; here only a region was blurred, and the service lets nothing outside of it count. So the
/// estimate that Wiener's filter is, least squares under the spectrum of natural pictures, is computed for the region, with the
/// filter itself as preconditioner of conjugate gradients: the first step is Wiener's filter, the others mend what it makes of
/// the borders.
/// </summary>
internal sealed class WienerDeconvolution : IInversion
{
    private const double WorkingSigma = 3; // pixels; a blurred picture has nothing that is lost in a smaller one
    private const int EstimationSide = 128;
    private const double LeastSigma = 0.7;
    private const double MostUnexplained = 0.15; // of the difference, and of the blurred face's contrast
    private const double LeastDifference = 1; // squared gray levels
    private const int Steps = 30;

    public Inversion Kind => Inversion.Deconvolution;

    public Mat? Invert(Mat original, Mat deidentified)
    {
        using var mask = TreatedArea.Find(original, deidentified);
        if (mask is null || Estimate(original, deidentified, mask) is not { } blur)
            return null;
        var sharp = deidentified.Clone();
        using var pair = new Pair(original, deidentified, mask, Math.Min(1, WorkingSigma / blur.Sigma));
        using var estimate = Deconvolve(pair, blur with { Sigma = blur.Sigma * pair.Scale });
        using var colours = new Mat();
        using var large = estimate.Resize(sharp.Size(), 0, 0, InterpolationFlags.Cubic);
        large.ConvertTo(colours, MatType.CV_8UC3);
        colours.CopyTo(sharp, mask);
        return sharp;
    }

    /// <summary>
    /// The blur that explains the difference of a pair best; null: none does. The treated area as of <see cref="TreatedArea"/>.
    /// </summary>
    internal static Blur? Estimate(Mat original, Mat deidentified, Mat mask)
    {
        // A strong blur shows in a small picture too; a weak one needs the pixels.
        for (var side = EstimationSide; ; side *= 2)
        {
            var scale = Math.Min(1, (double)side / Math.Max(original.Width, original.Height));
            using var pair = new Pair(original, deidentified, mask, scale);
            var (inner, whole) = (Best(pair, inner: true), Best(pair, inner: false));
            var blur = inner.Error <= whole.Error ? inner : whole;
            if (blur.Sigma < 2 * LeastSigma && scale < 1)
                continue;
            var isBlur = blur.Sigma > LeastSigma * 1.05 && pair.Changed > LeastDifference
                && blur.Error < MostUnexplained * Math.Min(pair.Changed, pair.Contrast);
            return isBlur ? blur with { Sigma = blur.Sigma / pair.Scale } : null;
        }
    }

    // By tries a quarter apart, then golden section between the neighbours of the best.
    private static Blur Best(Pair pair, bool inner)
    {
        var tries = new List<double>();
        for (var sigma = LeastSigma; sigma < pair.Size.Width / 2.0; sigma *= 1.5)
            tries.Add(sigma);
        var errors = tries.ConvertAll(sigma => pair.Error(sigma, inner));
        var best = errors.IndexOf(errors.Min());
        var (low, high) = (Math.Log(tries[Math.Max(0, best - 1)]), Math.Log(tries[Math.Min(tries.Count - 1, best + 1)]));
        var golden = (Math.Sqrt(5) - 1) / 2;
        var (a, b) = (high - (golden * (high - low)), low + (golden * (high - low)));
        var (errorA, errorB) = (pair.Error(Math.Exp(a), inner), pair.Error(Math.Exp(b), inner));
        for (var step = 0; step < 8; step++)
        {
            if (errorA < errorB)
            {
                (high, b, errorB) = (b, a, errorA);
                a = high - (golden * (high - low));
                errorA = pair.Error(Math.Exp(a), inner);
            }
            else
            {
                (low, a, errorA) = (a, b, errorB);
                b = low + (golden * (high - low));
                errorB = pair.Error(Math.Exp(b), inner);
            }
        }

        return errorA < errorB ? new Blur(Math.Exp(a), inner, errorA) : new Blur(Math.Exp(b), inner, errorB);
    }

    private static Mat Deconvolve(Pair pair, Blur blur)
    {
        using var problem = new BlurredRegion(pair.Deidentified, pair.Mask, blur.Sigma, blur.Inner, blur.Error);
        return problem.Solve(Steps);
    }

    /// <summary>A Gaussian blur.</summary>
    /// <param name="Sigma">Its standard deviation in pixels.</param>
    /// <param name="Inner">Whether only the treated area's own pixels count, as in the service, or those around it too.</param>
    /// <param name="Error">The mean squared difference that it leaves.</param>
    internal readonly record struct Blur(double Sigma, bool Inner, double Error);

    /// <summary>The pair at a smaller size, as floats.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly Mat _original = new();
        private readonly Mat _masked = new();
        private readonly Mat _middle;

        public Pair(Mat original, Mat deidentified, Mat mask, double scale)
        {
            var most = Math.Max(original.Width, original.Height);
            Scale = Math.Round(most * scale) / most;
            Size = new Size(Math.Max(1, Math.Round(original.Width * Scale)), Math.Max(1, Math.Round(original.Height * Scale)));
            Reduce(original, _original);
            Reduce(deidentified, Deidentified);
            using var reduced = mask.Resize(Size, 0, 0, InterpolationFlags.Nearest);
            Cv2.Threshold(reduced, Mask, 0, 1, ThresholdTypes.Binary);
            Mask.ConvertTo(Mask, MatType.CV_32FC1);
            using var three = Mask.CvtColor(ColorConversionCodes.GRAY2BGR);
            Cv2.Multiply(_original, three, _masked);
            _middle = new Mat(Size, MatType.CV_8UC1, Scalar.Black);
            using var part = _middle.SubMat(TreatedArea.Middle(Size));
            using var inside = reduced.SubMat(TreatedArea.Middle(Size));
            inside.CopyTo(part);
            Changed = SquaredDifference(_original);
            using var constant = new Mat(Size, MatType.CV_32FC3, Cv2.Mean(Deidentified, _middle));
            Contrast = SquaredDifference(constant);
        }

        public double Scale { get; }

        public Size Size { get; }

        public Mat Deidentified { get; } = new();

        /// <summary>1 in the treated area, else 0.</summary>
        public Mat Mask { get; } = new();

        public double Changed { get; }

        public double Contrast { get; }

        /// <summary>
        /// The mean squared difference, in the middle, of the de-identified picture and the original with a blur.
        /// </summary>
        public double Error(double sigma, bool inner)
        {
            WorkerGate.Checkpoint();
            using var blurred = (inner ? _masked : _original).GaussianBlur(default, sigma, sigma, BorderTypes.Reflect);
            if (!inner)
                return SquaredDifference(blurred);
            using var weight = Mask.GaussianBlur(default, sigma, sigma, BorderTypes.Reflect);
            using var weights = weight.CvtColor(ColorConversionCodes.GRAY2BGR);
            Cv2.Divide(blurred, weights, blurred);
            return SquaredDifference(blurred);
        }

        public void Dispose()
        {
            _original.Dispose();
            _masked.Dispose();
            _middle.Dispose();
            Deidentified.Dispose();
            Mask.Dispose();
        }

        private double SquaredDifference(Mat other)
        {
            var norm = Cv2.Norm(other, Deidentified, NormTypes.L2, _middle);
            return norm * norm / Math.Max(1, 3 * Cv2.CountNonZero(_middle));
        }

        private void Reduce(Mat picture, Mat target)
        {
            using var small = picture.Resize(Size, 0, 0, InterpolationFlags.Area);
            small.ConvertTo(target, MatType.CV_32FC3);
        }
    }
}
