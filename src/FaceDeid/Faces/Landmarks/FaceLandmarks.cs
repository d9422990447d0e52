using FaceDeid.Faces.Detection;

namespace FaceDeid.Faces.Landmarks;

/// <summary>A face and its landmarks.</summary>
/// <param name="Face">Where the face is.</param>
/// <param name="Landmarks">Its 68 points.</param>
public sealed record FaceLandmarks(FoundFace Face, Landmarks68 Landmarks);
