using OpenCvSharp;

namespace FaceDeid.Evaluation.Inversions;

/// <summary>
/// The sharp picture that most likely became a blurred region: it minimises |y - A x|^2 / n + x' S^-1 x, where A is the blur
/// inside the region, n the noise's variance and S the power spectrum of natural pictures, c / (f^2 + f0^2) (Field 1987). Without
/// borders the minimum is Wiener's filter, H S / (H^2 S + n) (Gonzalez and Woods, equation 5.8-2); with them it is found by
/// conjugate gradients.
/// </summary>
internal sealed class BlurredRegion : IDisposable
{
    private const double NoiseFloor = 1.0 / 12; // rounding to whole numbers
    // Power of the share of a blurred pixel that comes from inside: near its border, and the picture's, A is not exact.
    private const double Trust = 8;

    private readonly Mat _mask; // three channels, 1 inside
    private readonly Mat _share; // what a blurred pixel was divided by; 1: the blur knew no region
    private readonly Mat _trust; // how exactly A describes a pixel, 0 to 1
    private readonly Mat _target; // the blurred pixels less what is known to come from outside, less the mean
    private readonly Mat _filter; // of the preconditioner, in the order of the Fourier transform
    private readonly Scalar _mean;
    private readonly Rect _place;
    private readonly double _sigma;
    private readonly double _noise;
    private readonly double _smoothness; // S^-1 = smoothness (f^2 + f0^2)
    private readonly double _flatness;

    /// <summary>Poses the problem.</summary>
    /// <param name="blurred">The picture, <c>CV_32FC3</c>.</param>
    /// <param name="mask">1 in the region, else 0, <c>CV_32FC1</c>.</param>
    /// <param name="sigma">The blur's standard deviation.</param>
    /// <param name="inner">Whether only pixels of the region counted.</param>
    /// <param name="noise">The variance of what the blur does not explain.</param>
    public BlurredRegion(Mat blurred, Mat mask, double sigma, bool inner, double noise)
    {
        _sigma = sigma;
        // The service rounds samples a standard deviation apart and interpolates: its noise lies in the low frequencies, where
        // the face is.
        _noise = Math.Max(noise, NoiseFloor) * sigma * sigma;
        var margin = (int)Math.Ceiling(4 * sigma);
        var size = new Size(
            Cv2.GetOptimalDFTSize(blurred.Width + (2 * margin)), Cv2.GetOptimalDFTSize(blurred.Height + (2 * margin)));
        _place = new Rect(margin, margin, blurred.Width, blurred.Height);
        using var region = new Mat();
        mask.ConvertTo(region, MatType.CV_8UC1);
        Cv2.MeanStdDev(blurred, out _mean, out var deviation, region);
        using var padded = new Mat();
        using var centred = new Mat();
        Cv2.Subtract(blurred, _mean, centred);
        var (right, bottom) = (size.Width - margin - blurred.Width, size.Height - margin - blurred.Height);
        Cv2.CopyMakeBorder(centred, padded, margin, bottom, margin, right, BorderTypes.Reflect);
        using var paddedMask = new Mat();
        Cv2.CopyMakeBorder(mask, paddedMask, margin, bottom, margin, right, BorderTypes.Constant, Scalar.Black);
        _mask = paddedMask.CvtColor(ColorConversionCodes.GRAY2BGR);
        using var ones = new Mat(size, MatType.CV_32FC3, Scalar.All(1));
        _trust = Blur(_mask);
        Cv2.Pow(_trust, Trust, _trust);
        Cv2.Multiply(_trust, _mask, _trust);
        _share = inner ? Blur(_mask) : ones.Clone();
        Cv2.Max(_share, new Scalar(1e-3, 1e-3, 1e-3), _share);
        _target = new Mat();
        if (!inner)
        {
            using var outside = new Mat();
            Cv2.Subtract(ones, _mask, outside);
            Cv2.Multiply(outside, padded, outside);
            using var known = Blur(outside);
            Cv2.Subtract(padded, known, padded);
        }

        Cv2.Multiply(padded, _mask, _target);
        (_filter, _smoothness, _flatness) = Filter(
            size, (Square(deviation.Val0) + Square(deviation.Val1) + Square(deviation.Val2)) / 3);
    }

    /// <summary>
    /// The picture after so many steps, <c>CV_32FC3</c>, as large as the blurred one and meaningful in the region; the caller
    /// owns it.
    /// </summary>
    public Mat Solve(int steps)
    {
        using var solution = new Mat(_mask.Size(), MatType.CV_32FC3, Scalar.Black);
        using var residual = Transposed(_target);
        using var direction = Precondition(residual);
        var progress = residual.Dot(direction);
        for (var step = 0; step < steps && progress > 1e-9; step++)
        {
            WorkerGate.Checkpoint();
            using var curved = Normal(direction);
            var length = progress / Math.Max(direction.Dot(curved), 1e-12);
            Cv2.ScaleAdd(direction, length, solution, solution);
            Cv2.ScaleAdd(curved, -length, residual, residual);
            using var next = Precondition(residual);
            var progressed = residual.Dot(next);
            Cv2.ScaleAdd(direction, progressed / progress, next, direction);
            progress = progressed;
        }

        using var part = solution.SubMat(_place);
        var result = new Mat();
        Cv2.Add(part, _mean, result);
        return result;
    }

    public void Dispose()
    {
        _mask.Dispose();
        _share.Dispose();
        _trust.Dispose();
        _target.Dispose();
        _filter.Dispose();
    }

    private static double Square(double value) => value * value;

    private Mat Blur(Mat picture) => picture.GaussianBlur(default, _sigma, _sigma, BorderTypes.Constant);

    // A' y / n
    private Mat Transposed(Mat y)
    {
        using var shared = new Mat();
        Cv2.Divide(y, _share, shared, 1 / _noise);
        Cv2.Multiply(shared, _trust, shared);
        var result = Blur(shared);
        Cv2.Multiply(result, _mask, result);
        return result;
    }

    // (A' A / n + S^-1) x
    private Mat Normal(Mat x)
    {
        using var masked = new Mat();
        Cv2.Multiply(x, _mask, masked);
        using var blurred = Blur(masked);
        Cv2.Divide(blurred, _share, blurred);
        var result = Transposed(blurred);
        using var curvature = x.Laplacian(MatType.CV_32F, 1, 1, 0, BorderTypes.Reflect101);
        Cv2.ScaleAdd(curvature, -_smoothness / (4 * Math.PI * Math.PI), result, result);
        Cv2.ScaleAdd(x, _flatness, result, result);
        return result;
    }

    private Mat Precondition(Mat residual)
    {
        var channels = residual.Split();
        try
        {
            foreach (var channel in channels)
            {
                using var spectrum = new Mat();
                Cv2.Dft(channel, spectrum, DftFlags.ComplexOutput);
                Cv2.Multiply(spectrum, _filter, spectrum);
                Cv2.Dft(spectrum, channel, DftFlags.Inverse | DftFlags.RealOutput | DftFlags.Scale);
            }

            var result = new Mat();
            Cv2.Merge(channels, result);
            return result;
        }
        finally
        {
            foreach (var channel in channels)
                channel.Dispose();
        }
    }

    // 1 / (H^2 / n + 1 / S), with c so that the blurred spectrum H^2 S has the variance that was seen.
    private unsafe (Mat Filter, double Smoothness, double Flatness) Filter(Size size, double variance)
    {
        // Frequencies as the discrete Laplacian has them, so that it is the same S in both.
        double[] Squares(int length) => [.. Enumerable.Range(0, length)
            .Select(i => (2 - (2 * Math.Cos(2 * Math.PI * i / length))) / (4 * Math.PI * Math.PI))];
        double[] Transfers(int length) => [.. Enumerable.Range(0, length)
            .Select(i => Math.Exp(-4 * Square(Math.PI * _sigma * Math.Min(i, length - i) / length)))];
        var (squaresX, squaresY, transfersX, transfersY) =
            (Squares(size.Width), Squares(size.Height), Transfers(size.Width), Transfers(size.Height));
        var lowest = Square(1.0 / Math.Max(_place.Width, _place.Height));
        var sum = 0.0;
        for (var y = 0; y < size.Height; y++)
        {
            for (var x = 0; x < size.Width; x++)
                sum += transfersX[x] * transfersY[y] / (squaresX[x] + squaresY[y] + lowest);
        }

        var power = Math.Max(variance, 1) * size.Width * size.Height / sum;
        var filter = new Mat(size, MatType.CV_32FC2);
        for (var y = 0; y < size.Height; y++)
        {
            var row = (float*)filter.Ptr(y);
            for (var x = 0; x < size.Width; x++)
            {
                row[2 * x] = row[(2 * x) + 1] =
                    (float)(1 / ((transfersX[x] * transfersY[y] / _noise) + ((squaresX[x] + squaresY[y] + lowest) / power)));
            }
        }

        return (filter, 1 / power, lowest / power);
    }
}
