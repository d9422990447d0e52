using FaceDeid.Imaging;

namespace FaceDeid.Detection;

/// <summary>A rectangle in pixels of the upright picture; it may reach beyond the picture's edge.</summary>
/// <param name="X">Left edge; 0 is the picture's left edge.</param>
/// <param name="Y">Top edge; 0 is the picture's top edge.</param>
/// <param name="Width">Width in pixels, at least 1.</param>
/// <param name="Height">Height in pixels, at least 1.</param>
public readonly record struct Box(int X, int Y, int Width, int Height)
{
    /// <summary>The smallest box around points.</summary>
    internal static Box Around(IReadOnlyList<Landmarks.PixelPoint> points)
    {
        var (left, top) = (points.Min(p => p.X), points.Min(p => p.Y));
        return new Box(left, top, points.Max(p => p.X) - left + 1, points.Max(p => p.Y) - top + 1);
    }

    /// <summary>Intersection over union with another box, 0 (apart) to 1 (equal).</summary>
    internal double Overlap(Box other)
    {
        var width = (double)Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
        var height = (double)Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
        var common = Math.Max(0, width) * Math.Max(0, height);
        return common / (((double)Width * Height) + ((double)other.Width * other.Height) - common);
    }
}

/// <summary>One face that a detector found.</summary>
/// <param name="Id">Number of the face in this answer, from 1: in the detector's order, under `auto` from left to right.</param>
/// <param name="Box">
/// Where it is. Detectors mean different things: `hog` a square from above the brows to the chin, `haar` and `haarProfile` a square
/// from the forehead to the chin, `ultraFace` and `yuNet` from the hairline to the chin and from ear to ear. Under `auto` every box is
/// brought to the last of these.
/// </param>
/// <param name="Score">
/// How sure the detector is; higher is surer, and scores of different detectors do not compare. HOG: dlib's detection confidence,
/// around 0 (doubtful) to 3 (clear). Haar: the number of overlapping windows that were merged into this one. UltraFace and YuNet: 0.6
/// (doubtful) to 1 (clear).
/// </param>
/// <param name="Detector">The detector that found it; under `auto` the one whose score this is.</param>
/// <param name="SubDetector">
/// HOG only: which of dlib's five detectors fired: 0 front, 1 looking left, 2 looking right, 3 front rotated left, 4 front rotated right.
/// </param>
public sealed record DetectedFace(int Id, Box Box, double Score, DetectorKind Detector, int? SubDetector)
{
    /// <summary>
    /// The same face as HOG would draw it, which is where the landmark predictor looks; for a turned face, after the picture was turned
    /// around the centre of <see cref="Box"/> until the face is upright.
    /// </summary>
    internal Box LandmarkBox { get; init; } = Box;

    /// <summary>Degrees clockwise by which the face is turned in the picture: 0, or what a thorough search turned the picture by.</summary>
    internal int Roll { get; init; }

    /// <summary>In which appearance of the picture it was found.</summary>
    internal Appearance Seen { get; init; }

    /// <summary>Whether <see cref="Box"/> is in the common meaning already, whoever found it.</summary>
    internal bool IsCommon { get; init; }

    /// <summary>The face with its box in the common meaning.</summary>
    internal DetectedFace ToCommon() => IsCommon ? this : this with { Box = Box.ToCommon(Detector), IsCommon = true };
}

/// <summary>The face detectors.</summary>
public enum DetectorKind
{
    /// <summary>Every face that HOG, UltraFace, or YuNet (where its file is) finds; <see cref="HaarProfile"/> too when thorough.</summary>
    Auto,

    /// <summary>dlib's frontal face detector: histograms of oriented gradients and five linear filters (Dalal and Triggs 2005).</summary>
    Hog,

    /// <summary>OpenCV's cascade of boosted Haar features (Viola and Jones 2001), <c>haarcascade_frontalface_default</c>.</summary>
    Haar,

    /// <summary>UltraFace RFB, a CNN for small faces, on the whole picture and on tiles of it.</summary>
    UltraFace,

    /// <summary>YuNet (Wu, Peng and Yu 2023), a CNN whose file the operator brings.</summary>
    YuNet,

    /// <summary>OpenCV's Haar cascade for faces seen from the side, <c>haarcascade_profileface</c>.</summary>
    HaarProfile,
}
