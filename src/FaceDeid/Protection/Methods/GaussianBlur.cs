using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Methods;

/// <summary>
/// A Gaussian blur of the face's pixels, of which only samples one standard deviation apart are kept and interpolated: it looks
/// like the blur, but deconvolution finds no detail finer than the samples, because there is none.
/// </summary>
internal sealed class GaussianBlur : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Blur;

    public void Apply(Canvas canvas, Subject subject, Treatment treatment)
    {
        using var region = ProtectedRegion.Create(subject, canvas.Bgr.Size(), treatment.Options.Region);
        if (region.IsEmpty)
            return;
        using var pixels = canvas.Bgr.SubMat(region.Bounds);
        using var smooth = Smooth(pixels, region.Mask, region.Width * Strengths.Effective(treatment.Options));
        smooth.CopyTo(pixels, region.Mask);
    }

    /// <summary>Pixels blurred, those in a mask only counting; the caller owns them.</summary>
    /// <param name="pixels"><c>CV_8UC3</c>.</param>
    /// <param name="mask">255 where they count, else 0.</param>
    /// <param name="sigma">Standard deviation in pixels; at least 2 is taken.</param>
    public static Mat Smooth(Mat pixels, Mat mask, double sigma)
    {
        sigma = Math.Max(2, sigma);

        // The cells' means are a blur by a box as wide as sigma (variance sigma^2 / 12); the Gaussian over them adds the rest.
        var cell = Math.Max(1, (int)Math.Round(sigma));
        using var grid = InnerAverage.Grid(pixels, mask, cell, out var weights);
        using (weights)
        {
            var rest = Math.Sqrt(Math.Max(0, (sigma * sigma) - (cell * cell / 12.0))) / cell;
            using var blurred = InnerAverage.Gaussian(grid, weights, rest);
            return InnerAverage.Enlarge(blurred, cell, pixels.Size(), InterpolationFlags.Cubic);
        }
    }
}
