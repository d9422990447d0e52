namespace FaceDeid.Detection;

/// <summary>A rectangle in pixels of the upright picture; it may reach beyond the picture's edge.</summary>
/// <param name="X">Left edge; 0 is the picture's left edge.</param>
/// <param name="Y">Top edge; 0 is the picture's top edge.</param>
/// <param name="Width">Width in pixels, at least 1.</param>
/// <param name="Height">Height in pixels, at least 1.</param>
public readonly record struct Box(int X, int Y, int Width, int Height);

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
