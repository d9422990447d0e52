using System.Numerics;
using FaceDeid.Donors;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement.Eyewear;

/// <summary>
/// The glasses that a subject wears: the frame, as far as it stands out from the skin, and lenses that hide the eyes. They are
/// looked for around the eyes, in a patch that is as large for each face.
/// </summary>
internal static class Glasses
{
    private const double Sure = 0.4; // probability: rather none than wrinkles that stay
    private const double SureOfDark = 0.15; // of glasses whose lenses hide the eyes

    private const float Usual = 0.6f; // so many of a frame's pixels stand out less than its usual contrast
    private const float AllFrame = 0.7f; // of that contrast: what stands out more is all of the frame's
    private const float DarkFrame = 20; // in L*: the contrast of the frame of dark lenses
    private const float LeastContrast = 2; // in L*
    private const float ThinFrame = 8; // in L*: a frame with less contrast is thin
    private const float ThickFrame = 13; // in L*: one with more is thick

    // Pixels of the patch.
    private const int Bridge = 9; // from its middle to a lens
    private const int FromEye = 7; // from an eye's corner to the temple
    private const int Above = 9; // bridge and temples are so near the height of the eyes
    private const int Under = 12; // the same
    private const int Thickness = 5; // what is further from the line is no frame
    private const int BrowThickness = 14;
    private const int Thick = 13; // no dark frame is thicker
    private const int Thin = 7; // no light one
    private const double Edge = 1; // how softly it passes into the worn face

    private const int Fine = 4; // bits of a pixel to which lines are drawn

    private static readonly GlassesModel Model = GlassesModel.Load();

    /// <summary>
    /// Where they are in a picture, 0 to 1, <c>CV_32FC1</c>; the caller owns it. Null: there are none for sure.
    /// </summary>
    /// <param name="lab">The picture, CIE L*a*b*, <c>CV_32FC3</c>.</param>
    /// <param name="points">Landmarks of a face.</param>
    public static Mat? Of(Mat lab, Complex[] points)
    {
        using var patch = EyePatch.Of(lab, points);
        if (patch is null)
            return null;
        using var glasses = InPatch(patch);
        return glasses is null ? null : patch.ToPicture(glasses, lab.Size());
    }

    /// <summary>A point in the fractions of a pixel to which lines are drawn.</summary>
    public static Point ToFine(Complex p) => SureSkin.ToPoint(p * (1 << Fine));

    private static Mat? InPatch(EyePatch patch)
    {
        var probability = Model.Probability(GlassesModel.Features(patch));
        if (probability < SureOfDark)
            return null;
        var (lightness, p) = (patch.Lightness, patch.Points);
        EyeRim[] rims =
        [
            new(lightness, FaceMesh.LeftEye(p), isLeft: true), new(lightness, FaceMesh.RightEye(p), isLeft: false),
        ];
        var middle = EyePatch.Middle.Real;
        using var thin = ThinLines.Of(lightness);
        using var contrast = ThinLines.AsFrame(thin);
        var bridge = Line(contrast, middle - Bridge, middle + Bridge);
        Point[][] lines =
        [
            bridge.Points, Line(contrast, p[0].Real, p[36].Real - FromEye).Points,
            Line(contrast, p[45].Real + FromEye, p[16].Real).Points,
        ];
        if (rims.All(rim => rim.LensHidesEye))
        {
            var dark = Drawn(lightness, lines, [], DarkFrame);
            using var lenses = Filled(lightness, rims);
            Cv2.Max(dark, lenses, dark);
            return dark;
        }

        if (probability < Sure)
            return null;
        float[] seen = [.. rims.SelectMany(rim => rim.Contrast), .. bridge.Contrast];
        Array.Sort(seen);
        var usual = Math.Max(LeastContrast, seen[(int)(Usual * seen.Length)]);
        var frame = Drawn(lightness, lines, rims, usual);
        LeaveOutBrows(frame, p, usual);
        return frame;
    }

    // Where it crosses a brow, a thin frame is not told from it, and a brow must not stay.
    private static void LeaveOutBrows(Mat frame, Complex[] p, float contrast)
    {
        using var left = new Mat(frame.Size(), MatType.CV_32FC1, Scalar.All(1));
        var inBrows = LabPixels.Ramp((contrast - ThinFrame) / (ThickFrame - ThinFrame));
        Point[][] brows = [SureSkin.Points(p, 17..22), SureSkin.Points(p, 22..27)];
        Cv2.Polylines(left, brows, isClosed: false, Scalar.All(inBrows), BrowThickness);
        using var soft = left.Smooth(Edge);
        Cv2.Multiply(frame, soft, frame);
    }

    // The best line between two columns, near the height of the eyes; none: there is no room for one.
    private static (Point[] Points, float[] Contrast) Line(Mat contrast, double from, double to)
    {
        const int least = 4; // pixels
        var (left, right) = (Math.Max(0, (int)from), Math.Min(contrast.Width, (int)to));
        if (right - left < least)
            return ([], []);
        var top = (int)EyePatch.Middle.Imaginary - Above;
        using var part = contrast.SubMat(new Rect(left, top, right - left, Above + Under));
        var line = BestLine.Of(part, closed: false);
        return ([.. line.Rows.Select((y, x) => ToFine(new Complex(left + x, top + y)))], line.Values);
    }

    // What stands out along the lines and around the rims, as much as most of it does.
    private static unsafe Mat Drawn(Mat lightness, Point[][] lines, EyeRim[] rims, float contrast)
    {
        using var drawn = new Mat(lightness.Size(), MatType.CV_8UC1, Scalar.Black);
        foreach (var line in lines.Where(line => line.Length > 0))
            Cv2.Polylines(drawn, [line], isClosed: false, Scalar.White, Thickness, shift: Fine);
        foreach (var rim in rims)
            Cv2.Polylines(drawn, [rim.Frame], isClosed: true, Scalar.White, Thickness, shift: Fine);
        var result = Soft(drawn);
        using var thick = Cv2.GetStructuringElement(MorphShapes.Rect, new Size(Thick, Thick));
        using var thin = Cv2.GetStructuringElement(MorphShapes.Rect, new Size(Thin, Thin));
        using var darker = lightness.MorphologyEx(MorphTypes.BlackHat, thick);
        using var lighter = lightness.MorphologyEx(MorphTypes.TopHat, thin);
        var (rows, columns) = (result.Rows, result.Cols);
        for (var y = 0; y < rows; y++)
        {
            var share = (float*)result.Ptr(y);
            var dark = (float*)darker.Ptr(y);
            var light = (float*)lighter.Ptr(y);
            for (var x = 0; x < columns; x++)
                share[x] *= LabPixels.Ramp(Math.Max(dark[x], ThinLines.Light * light[x]) / (AllFrame * contrast));
        }

        return result;
    }

    private static Mat Filled(Mat lightness, EyeRim[] rims)
    {
        using var lenses = new Mat(lightness.Size(), MatType.CV_8UC1, Scalar.Black);
        Cv2.FillPoly(lenses, rims.Select(r => r.Lens), Scalar.White, shift: Fine);
        return Soft(lenses);
    }

    private static Mat Soft(Mat drawn)
    {
        using var share = new Mat();
        drawn.ConvertTo(share, MatType.CV_32FC1, 1 / 255.0);
        return share.Smooth(Edge);
    }
}
