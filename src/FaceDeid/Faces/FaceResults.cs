using FaceDeid.Faces.Landmarks;

namespace FaceDeid.Faces;

/// <summary>The landmarks of a picture's faces.</summary>
/// <param name="Image">The upright picture's size, in whose pixels boxes and points are.</param>
/// <param name="Faces">The faces, in the detector's order.</param>
/// <param name="Notes">What was done to the picture before; null: nothing.</param>
public sealed record LandmarksResult(ImageSize Image, IReadOnlyList<FaceLandmarks> Faces, IReadOnlyList<PictureNote>? Notes);
