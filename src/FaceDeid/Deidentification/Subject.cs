using FaceDeid.Detection;
using FaceDeid.Landmarks;
using FaceDeid.Recognition;

namespace FaceDeid.Deidentification;

/// <summary>One face to be treated, with all that is known of it before anything is changed.</summary>
/// <param name="Face">Where it is, its box in the common meaning; its number is the one in the report.</param>
/// <param name="IsGiven">Whether the caller gave it: then detector and score of <paramref name="Face"/> mean nothing.</param>
/// <param name="Polygon">The caller's outline of it, or null.</param>
/// <param name="Landmarks">Its landmarks, best guess.</param>
/// <param name="HasReliableLandmarks">Whether the landmarks can be trusted with the geometry of a replacement.</param>
/// <param name="Embedding">Who it is; null: nobody needs to know.</param>
internal sealed record Subject(
    DetectedFace Face,
    bool IsGiven,
    IReadOnlyList<PixelPoint>? Polygon,
    Landmarks68 Landmarks,
    bool HasReliableLandmarks,
    FaceEmbedding? Embedding)
{
    public Box Box => Face.Box;
}
