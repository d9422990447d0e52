using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;

namespace FaceDeid.Protection.Subjects;

/// <summary>One face to be treated, with all that is known of it before anything is changed.</summary>
/// <param name="Face">Where it is, its box in the common meaning; its number is the one in the report.</param>
/// <param name="IsGiven">Whether the caller gave it: then detector and score of <paramref name="Face"/> mean nothing.</param>
/// <param name="Polygon">The caller's outline of it, or null.</param>
/// <param name="Landmarks">Its landmarks, best guess.</param>
/// <param name="HasReliableLandmarks">Whether the landmarks can be trusted with the geometry of a replacement.</param>
public sealed record Subject(
    FoundFace Face,
    bool IsGiven,
    IReadOnlyList<PixelPoint>? Polygon,
    Landmarks68 Landmarks,
    bool HasReliableLandmarks)
{
    /// <summary>Where it is, in pixels of the upright picture.</summary>
    public Box Box => Face.Box;

    /// <summary>Whether it may be no face.</summary>
    public bool IsUncertain => !IsGiven && Face.Certainty == Certainty.Low;

    /// <summary>Who it is; null: nobody needs to know.</summary>
    internal FaceEmbedding? Embedding { get; init; }

    /// <summary>Of what kind it is; null: nobody needs to know. Never leaves the process.</summary>
    internal AgeAndSex? Who { get; init; }

    /// <summary>What it expresses; null: nobody needs to know. Never leaves the process.</summary>
    internal FacialExpression? Expression { get; init; }
}
