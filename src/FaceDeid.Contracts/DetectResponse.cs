namespace FaceDeid.Contracts;

/// <summary>The faces of a picture.</summary>
/// <param name="Image">
/// Size of the upright picture (of the 300 x 300 square with `compat=notebook`), in whose pixels boxes are.
/// </param>
/// <param name="Faces">The faces, in the detector's order; empty when none was found.</param>
/// <param name="Notes">
/// What was done to the picture before faces were looked for, where that changes what is seen; left out: nothing.
/// </param>
public sealed record DetectResponse(ImageSize Image, IReadOnlyList<DetectedFace> Faces, IReadOnlyList<PictureNote>? Notes);

/// <summary>The face detectors.</summary>
public enum DetectorKind
{
    /// <summary>
    /// Every face that HOG, UltraFace, or YuNet (where its file is) finds; <see cref="HaarProfile"/> too when thorough.
    /// </summary>
    Auto,

    /// <summary>
    /// dlib's frontal face detector: histograms of oriented gradients and five linear filters (Dalal and Triggs 2005).
    /// </summary>
    Hog,

    /// <summary>
    /// OpenCV's cascade of boosted Haar features (Viola and Jones 2001), <c>haarcascade_frontalface_default</c>.
    /// </summary>
    Haar,

    /// <summary>UltraFace RFB, a CNN for small faces, on the whole picture and on tiles of it.</summary>
    UltraFace,

    /// <summary>YuNet (Wu, Peng and Yu 2023), a CNN whose file the operator brings.</summary>
    YuNet,

    /// <summary>OpenCV's Haar cascade for faces seen from the side, <c>haarcascade_profileface</c>.</summary>
    HaarProfile,
}

/// <summary>One face that a detector found.</summary>
/// <param name="Id">Number of the face in this answer, from 1: in the detector's order, under `auto` from left to right.</param>
/// <param name="Box">
/// Where it is. Detectors mean different things: `hog` a square from above the brows to the chin, `haar` and `haarProfile` a
/// square from the forehead to the chin, `ultraFace` and `yuNet` from the hairline to the chin and from ear to ear. Under `auto`
/// every box is brought to the last of these.
/// </param>
/// <param name="Score">
/// How sure it is; higher is surer. `auto`, `ultraFace` and `yuNet`: the probability, 0 to 1, that a person would call it a face.
/// `hog`: dlib's detection confidence, around 0 (doubtful) to 3 (clear). `haar` and `haarProfile`: the number of overlapping
/// windows that were merged into this one.
/// </param>
/// <param name="Detector">The detector that found it; under `auto` the one whose score this is.</param>
/// <param name="SubDetector">
/// HOG only: which of dlib's five detectors fired: 0 front, 1 looking left, 2 looking right, 3 front rotated left, 4 front
/// rotated right.
/// </param>
public record DetectedFace(int Id, Box Box, double Score, DetectorKind Detector, int? SubDetector)
{
    /// <summary>Whether it surely is a face: left out for `hog`, `haar` and `haarProfile`, which look only once.</summary>
    public Certainty? Certainty { get; init; }
}

/// <summary>How sure it is that something is a face.</summary>
public enum Certainty
{
    /// <summary>It may be none: a person should look.</summary>
    Low,

    /// <summary>It is one.</summary>
    High,
}
