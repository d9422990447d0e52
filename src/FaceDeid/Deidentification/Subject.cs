using FaceDeid.Detection;
using FaceDeid.Landmarks;
using FaceDeid.Recognition;

namespace FaceDeid.Deidentification;

/// <summary>One face to be treated, with all that is known of it before anything is changed.</summary>
/// <param name="Id">Its number in the report.</param>
/// <param name="Box">Where it is: forehead to chin, ear to ear, in pixels of the upright picture.</param>
/// <param name="Polygon">The caller's outline of it, or null.</param>
/// <param name="Found">The detector's word on it; null: the caller gave it.</param>
/// <param name="Landmarks">Its landmarks, best guess.</param>
/// <param name="HasReliableLandmarks">Whether the landmarks can be trusted with the geometry of a replacement.</param>
/// <param name="Embedding">Who it is; null: nobody needs to know.</param>
internal sealed record Subject(
    int Id,
    Box Box,
    IReadOnlyList<PixelPoint>? Polygon,
    DetectedFace? Found,
    Landmarks68 Landmarks,
    bool HasReliableLandmarks,
    FaceEmbedding? Embedding);
