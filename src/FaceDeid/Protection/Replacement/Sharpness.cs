using FaceDeid.Donors;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>As sharp and as grainy as the picture is.</summary>
/// <param name="Sigma">Blur in pixels of the picture, 0: none.</param>
/// <param name="Grain">Standard deviation of the grain, in L*.</param>
internal readonly record struct Sharpness(double Sigma, double Grain)
{
    private const double High = 1.2; // pixels: what is finer is measured
    private const double MostGrain = 2; // in L*
    private const int Fewest = 60; // pixels that say anything
    private const int Side = 160; // of what is looked at, in pixels of the picture

    private static readonly double[] Blurs = [0, 0.45, 0.6, 0.8, 1.1, 1.6, 2.2, 3];

    /// <summary>The part of a face that is looked at: around the nose, where skin is.</summary>
    public static Rect Sample(System.Numerics.Complex nose, Rect bounds) =>
        new Rect((int)nose.Real - (Side / 2), (int)nose.Imaginary - (Side / 2), Side, Side).Intersect(bounds);

    /// <summary>The blur whose fine part is most like the picture's, and the grain that is still missing.</summary>
    /// <param name="own">Lightness of the picture, <c>CV_32FC1</c>.</param>
    /// <param name="ownSkin">Where its skin is.</param>
    /// <param name="worn">Lightness of the worn face, <c>CV_32FC1</c>.</param>
    /// <param name="wornSkin">Where its skin is.</param>
    public static Sharpness Match(Mat own, Mat ownSkin, Mat worn, Mat wornSkin)
    {
        if (Math.Min(Cv2.CountNonZero(ownSkin), Cv2.CountNonZero(wornSkin)) < Fewest)
            return default;
        var wanted = Energy(own, ownSkin);
        var (best, energy, least) = (0.0, 0.0, double.MaxValue);
        foreach (var sigma in Blurs)
        {
            using var blurred = sigma > 0 ? worn.Smooth(sigma) : worn.Clone();
            var own2 = Energy(blurred, wornSkin);
            var cost = Math.Abs(Math.Log((own2 + 0.05) / (wanted + 0.05))) + (0.1 * sigma);
            if (cost >= least)
                break; // a stronger blur only takes more away
            (best, energy, least) = (sigma, own2, cost);
        }

        var missing = (wanted * wanted) - (energy * energy);
        return new Sharpness(best, missing > 0 ? Math.Min(MostGrain, 1.1 * Math.Sqrt(missing)) : 0);
    }

    /// <summary>Changes pixels (<c>CV_32FC3</c>, CIE L*a*b*) in place.</summary>
    /// <param name="lab">The pixels.</param>
    /// <param name="place">Where their first pixel is in the picture: grain stays with it.</param>
    public void Apply(Mat lab, Point place)
    {
        if (Sigma > 0)
        {
            using var blurred = lab.Smooth(Sigma);
            blurred.CopyTo(lab);
        }

        if (Grain > 0.05)
            Noise.Add(lab, place, (float)Grain);
    }

    private static double Energy(Mat lightness, Mat mask)
    {
        using var smooth = lightness.Smooth(High);
        Cv2.Subtract(lightness, smooth, smooth);
        Cv2.MeanStdDev(smooth, out _, out var deviation, mask);
        return deviation.Val0;
    }

    /// <summary>A tile of grain, the same always: what a picture becomes depends on nothing but its donors.</summary>
    private static class Noise
    {
        private const int Side = 251; // a prime: its repetition meets no pattern of a sensor

        private static readonly float[] Tile = Create();

        public static unsafe void Add(Mat lab, Point place, float deviation)
        {
            var (rows, columns) = (lab.Rows, lab.Cols);
            for (var y = 0; y < rows; y++)
            {
                var p = (float*)lab.Ptr(y);
                var row = (y + place.Y) % Side * Side;
                for (var x = 0; x < columns; x++, p += 3)
                    p[0] += deviation * Tile[row + ((x + place.X) % Side)];
            }
        }

        private static float[] Create()
        {
            var random = new Random(1);
            using var white = new Mat(Side, Side, MatType.CV_32FC1);
            for (var y = 0; y < Side; y++)
            {
                for (var x = 0; x < Side; x++)
                    white.Set(y, x, (float)Normal());
            }

            using var grain = white.GaussianBlur(default, 0.5, 0.5);
            grain.GetArray(out float[] values);
            return values;

            // Box and Muller.
            double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        }
    }
}
