using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>
/// Pixels in CIE L*a*b* (D65), <c>CV_32FC3</c>: lightness 0 to 100 and two colour axes; equal distances look about equal.
/// </summary>
internal static class LabPixels
{
    /// <summary>From <c>CV_8UC3</c>, blue-green-red; the caller owns the result.</summary>
    public static Mat ToLab(this Mat bgr)
    {
        var lab = new Mat();
        bgr.ConvertTo(lab, MatType.CV_32FC3, 1 / 255.0);
        Cv2.CvtColor(lab, lab, ColorConversionCodes.BGR2Lab);
        return lab;
    }

    /// <summary>To <c>CV_8UC3</c>, blue-green-red; the caller owns the result.</summary>
    public static Mat ToBgr(this Mat lab)
    {
        using var colours = lab.CvtColor(ColorConversionCodes.Lab2BGR);
        var bgr = new Mat();
        colours.ConvertTo(bgr, MatType.CV_8UC3, 255);
        return bgr;
    }

    /// <summary>Takes the colour out of pixels (<c>CV_8UC3</c>) in place: to the last bit, which L*a*b* does not keep.</summary>
    public static void MakeGray(Mat bgr)
    {
        using var gray = bgr.CvtColor(ColorConversionCodes.BGR2GRAY);
        Cv2.CvtColor(gray, bgr, ColorConversionCodes.GRAY2BGR);
    }

    /// <summary>A Gaussian blur of standard deviation <paramref name="sigma"/> in pixels; the caller owns the result.</summary>
    public static Mat Smooth(this Mat values, double sigma)
    {
        sigma = Math.Max(sigma, 0.3);
        return values.GaussianBlur(default, sigma, sigma, BorderTypes.Reflect101);
    }

    /// <summary>Smoothstep, 3x^2 - 2x^3 from 0 to 1: no visible line where the ramp begins and ends.</summary>
    public static float Ramp(float x)
    {
        var t = Math.Clamp(x, 0, 1);
        return t * t * (3 - (2 * t));
    }
}
