using FaceDeid.Deidentification;
using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.Landmarks;
using FaceDeid.Merging;
using FaceDeid.Scrambling;

namespace FaceDeid;

/// <summary>The faces of a picture.</summary>
/// <param name="Image">The upright picture's size, in whose pixels the boxes are.</param>
/// <param name="Faces">The faces, in the detector's order.</param>
/// <param name="Notes">What was done to the picture before; null: nothing.</param>
public sealed record DetectionResult(ImageSize Image, IReadOnlyList<DetectedFace> Faces, IReadOnlyList<PictureNote>? Notes);

/// <summary>A face and its landmarks.</summary>
/// <param name="Face">Where the face is.</param>
/// <param name="Landmarks">Its 68 points.</param>
public sealed record FaceLandmarks(DetectedFace Face, Landmarks68 Landmarks);

/// <summary>The landmarks of a picture's faces.</summary>
/// <param name="Image">The upright picture's size, in whose pixels boxes and points are.</param>
/// <param name="Faces">The faces, in the detector's order.</param>
/// <param name="Notes">What was done to the picture before; null: nothing.</param>
public sealed record LandmarksResult(ImageSize Image, IReadOnlyList<FaceLandmarks> Faces, IReadOnlyList<PictureNote>? Notes);

/// <summary>A picture with landmark regions drawn on it.</summary>
/// <param name="Picture">The written file.</param>
/// <param name="Faces">How many faces were drawn, at least 1.</param>
/// <param name="Notes">What was done to the picture before; null: nothing.</param>
public sealed record OverlayResult(byte[] Picture, int Faces, IReadOnlyList<PictureNote>? Notes);

/// <summary>Two pictures merged to one.</summary>
/// <param name="Picture">The written file.</param>
/// <param name="Notes">What was done to either picture before; null: nothing.</param>
public sealed record MergeResult(byte[] Picture, IReadOnlyList<PictureNote>? Notes);

/// <summary>The landmarks of two pictures, merged.</summary>
/// <param name="Points">The 68 points.</param>
/// <param name="Notes">What was done to either picture before; null: nothing.</param>
public sealed record MergedLandmarks(IReadOnlyList<MergedPoint> Points, IReadOnlyList<PictureNote>? Notes);

/// <summary>A picture before and after its faces were treated; whoever made it owns the pixels.</summary>
/// <param name="Original">Before, but for its pixels where they were not to be kept.</param>
/// <param name="Answer">After.</param>
/// <param name="Report">What was done.</param>
/// <param name="Scrambling">What brings scrambled faces back, to be used before the call ends; null: the method is another.</param>
internal sealed record TreatedPicture(
    UprightImage Original, UprightImage Answer, DeidentificationReport Report, ScramblePlan? Scrambling);
