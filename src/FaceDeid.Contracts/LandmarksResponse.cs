namespace FaceDeid.Contracts;

/// <summary>The landmarks of a picture's faces.</summary>
/// <param name="Image">
/// Size of the upright picture (of the 300 x 300 square with `compat=notebook`), in whose pixels boxes and points are.
/// </param>
/// <param name="Faces">The faces, in the detector's order; empty when none was found.</param>
/// <param name="Notes">
/// What was done to the picture before faces were looked for, where that changes what is seen; left out: nothing.
/// </param>
public sealed record LandmarksResponse(
    ImageSize Image, IReadOnlyList<LandmarksResponse.Face> Faces, IReadOnlyList<PictureNote>? Notes)
{
    /// <summary>A face with its landmarks.</summary>
    /// <param name="Id">Number of the face in this answer, from 1.</param>
    /// <param name="Box">Where it is.</param>
    /// <param name="Score">How sure it is; see `/v1/detect`.</param>
    /// <param name="Certainty">Whether it surely is a face; see `/v1/detect`.</param>
    /// <param name="Detector">The detector that found it.</param>
    /// <param name="SubDetector">HOG only: which of dlib's five detectors fired; see `/v1/detect`.</param>
    /// <param name="Landmarks">The 68 points in iBUG 300-W order.</param>
    /// <param name="Regions">
    /// The same points by region, in the notebook's order: Mouth, Right_Eyebrow, Left_Eyebrow, Right_Eye, Left_Eye, Nose, Jaw.
    /// Point 35 is in none of them.
    /// </param>
    public sealed record Face(
        int Id, Box Box, double Score, Certainty? Certainty, DetectorKind Detector, int? SubDetector,
        IReadOnlyList<PixelPoint> Landmarks, IReadOnlyList<Region> Regions);

    /// <summary>A region of the face.</summary>
    /// <param name="Name">The notebook's name.</param>
    /// <param name="Start">First of the 68 points.</param>
    /// <param name="End">First of the 68 points behind the region.</param>
    /// <param name="Points">Its points.</param>
    public sealed record Region(string Name, int Start, int End, IReadOnlyList<PixelPoint> Points);
}
