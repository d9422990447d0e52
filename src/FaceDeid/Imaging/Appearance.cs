using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>How a viewer may show a picture: what is seen of one with transparency depends on what is behind it.</summary>
internal enum Appearance
{
    /// <summary>The colours, whatever their opacity.</summary>
    Colours,

    /// <summary>On a white page.</summary>
    OnWhite,

    /// <summary>On a black page.</summary>
    OnBlack,

    /// <summary>The opacity by itself, as a gray picture.</summary>
    Opacity,
}

/// <summary>Makes appearances of pixels.</summary>
internal static class Appearances
{
    /// <summary>A picture as it may be shown, <c>CV_8UC3</c>; the caller owns it and must not write to it.</summary>
    /// <param name="bgr">The colours, <c>CV_8UC3</c>.</param>
    /// <param name="alpha">The opacity, <c>CV_8UC1</c>; null: all is opaque, and every viewer shows the colours.</param>
    /// <param name="appearance">How it is shown.</param>
    public static Mat Render(Mat bgr, Mat? alpha, Appearance appearance)
    {
        if (alpha is null || appearance == Appearance.Colours)
            return bgr.Share();
        if (appearance == Appearance.Opacity)
            return alpha.CvtColor(ColorConversionCodes.GRAY2BGR);
        var shown = new Mat(bgr.Size(), MatType.CV_8UC3);
        foreach (var strip in Strips.Split(new Rect(0, 0, bgr.Width, bgr.Height)))
            Compose(bgr, alpha, strip, shown, onWhite: appearance == Appearance.OnWhite);
        return shown;
    }

    private static void Compose(Mat bgr, Mat alpha, Rect strip, Mat shown, bool onWhite)
    {
        using var own = alpha.SubMat(strip);
        using var opacity = own.CvtColor(ColorConversionCodes.GRAY2BGR);
        using var colours = bgr.SubMat(strip);
        using var part = shown.SubMat(strip);
        Cv2.Multiply(colours, opacity, part, 1.0 / byte.MaxValue);
        if (!onWhite)
            return;
        using var page = new Mat();
        Cv2.BitwiseNot(opacity, page);
        Cv2.Add(part, page, part);
    }
}
