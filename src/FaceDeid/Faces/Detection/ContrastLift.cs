using OpenCvSharp;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// A picture with more contrast in its dark and in its bright parts, for networks that see little in them: contrast-limited
/// adaptive histogram equalisation (Zuiderveld 1994) of the luminance. Faces in the shade come out with it, and the faint second
/// portraits of identity documents.
/// </summary>
internal static class ContrastLift
{
    private const int Dark = 25; // luminance below which the networks see little
    private const double DarkShare = 0.25; // of the picture, from which on it is looked at once more
    private const int Bright = 185;
    private const double BrightShare = 0.5; // paper, snow, white walls; a bright sky alone is less
    private const int LookedAtSide = 320; // pixels, and up to twice that, in which the shares are taken
    private const double ClipLimit = 4;
    private static readonly Size Tiles = new(8, 8);

    /// <summary>Whether enough of a picture is dark or bright.</summary>
    public static bool Helps(SearchImage image)
    {
        var small = image.HalvedFor(Math.Max(image.Width, image.Height) / (double)LookedAtSide);
        using var luminance = small.CvtColor(ColorConversionCodes.BGR2GRAY);
        using var dark = luminance.LessThan(Dark);
        using var bright = luminance.GreaterThanOrEqual(Bright);
        return Cv2.CountNonZero(dark) >= DarkShare * luminance.Total()
            || Cv2.CountNonZero(bright) >= BrightShare * luminance.Total();
    }

    /// <summary>The lifted picture; the caller owns it.</summary>
    public static SearchImage Of(SearchImage image)
    {
        using var equaliser = Cv2.CreateCLAHE(ClipLimit, Tiles);
        using var lifted = new Mat();
        equaliser.Apply(image.Gray, lifted);
        return new SearchImage(Recoloured(image, lifted));
    }

    /// <summary>The picture's colours at another luminance.</summary>
    private static Mat Recoloured(SearchImage image, Mat luminance)
    {
        using var colours = new Mat();
        Cv2.CvtColor(image.Bgr, colours, ColorConversionCodes.BGR2YCrCb);
        Cv2.InsertChannel(luminance, colours, 0);
        var result = new Mat();
        Cv2.CvtColor(colours, result, ColorConversionCodes.YCrCb2BGR);
        return result;
    }
}
