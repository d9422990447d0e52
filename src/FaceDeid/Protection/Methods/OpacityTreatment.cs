using FaceDeid.Imaging;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Methods;

/// <summary>
/// Takes a face out of the opacity as well: what is drawn by it is seen on every page. Masks are opaque; else it is blurred as
/// <see cref="GaussianBlur"/> does by default, whatever the method does to the colours. What is the same everywhere stays.
/// </summary>
internal static class OpacityTreatment
{
    private const int NearlyHidden = 16;
    private const int NearlyOpaque = 240;
    private const double MostBetween = 0.2; // of the face: a cut-out has a soft edge, and a drawing is soft all over
    private const double EdgeGain = 16; // makes the edge of a cut-out as sharp as it was, smooth as it became

    /// <summary>Treats the opacity of a face whose colours were treated.</summary>
    public static void Apply(UprightImage canvas, Subject subject, DeidentificationOptions options)
    {
        if (canvas.Alpha is null)
            return;
        // Donors and bars cover less than a region: the face's outline.
        var coversRegion = options.Method is DeidentificationMethod.Mask or DeidentificationMethod.Blur
            or DeidentificationMethod.Pixelate or DeidentificationMethod.Threshold;
        using var region = ProtectedRegion.Create(subject, canvas.Bgr.Size(), coversRegion ? options.Region : RegionShape.Hull);
        if (region.IsEmpty)
            return;
        using var opacity = canvas.Alpha.SubMat(region.Bounds);
        Cv2.MinMaxLoc(opacity, out double least, out double most, out _, out _, region.Mask);
        if (least == most)
            return;
        if (options.Method == DeidentificationMethod.Mask)
        {
            opacity.SetTo(Scalar.White, region.Mask);
            return;
        }

        using var hidden = new Mat();
        Cv2.InRange(opacity, Scalar.Black, Scalar.Black, hidden);
        using var smooth = Smooth(opacity, region);
        smooth.CopyTo(opacity, region.Mask);
        if (!coversRegion)
            CoverExposed(canvas, region, opacity, hidden);
    }

    private static Mat Smooth(Mat opacity, ProtectedRegion region)
    {
        using var gray = opacity.CvtColor(ColorConversionCodes.GRAY2BGR);
        using var blurred = GaussianBlur.Smooth(
            gray, region.Mask, region.Width * Strengths.Default(DeidentificationMethod.Blur)!.Value);
        using var smooth = blurred.ExtractChannel(0);
        using var between = new Mat();
        Cv2.InRange(opacity, new Scalar(NearlyHidden), new Scalar(NearlyOpaque), between);
        Cv2.BitwiseAnd(between, region.Mask, between);
        var result = new Mat();
        var isCutOut = Cv2.CountNonZero(between) <= MostBetween * Cv2.CountNonZero(region.Mask);
        smooth.ConvertTo(result, MatType.CV_8U, isCutOut ? EdgeGain : 1, isCutOut ? (1 - EdgeGain) * (byte.MaxValue / 2.0) : 0);
        return result;
    }

    // Colours that nobody was to see, and that the method left: they become the mean of those that are seen.
    private static void CoverExposed(UprightImage canvas, ProtectedRegion region, Mat opacity, Mat hidden)
    {
        using var colours = canvas.Bgr.SubMat(region.Bounds);
        using var seen = new Mat();
        Cv2.BitwiseNot(hidden, seen);
        Cv2.BitwiseAnd(seen, region.Mask, seen);
        using var exposed = new Mat();
        Cv2.Compare(opacity, Scalar.Black, exposed, CmpTypes.GT);
        Cv2.BitwiseAnd(exposed, hidden, exposed);
        Cv2.BitwiseAnd(exposed, region.Mask, exposed);
        colours.SetTo(Cv2.Mean(colours, seen), exposed);
    }
}
