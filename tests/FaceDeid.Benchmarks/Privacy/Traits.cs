using FaceDeid.Landmarks;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>What others still want to read from a face that was de-identified.</summary>
/// <param name="Hog">Whether HOG finds it.</param>
/// <param name="UltraFace">Whether UltraFace finds it.</param>
/// <param name="Points">Its landmarks, predicted in the box of the original's face.</param>
/// <param name="Expression">Its class of expression.</param>
internal sealed record Traits(bool Hog, bool UltraFace, Landmarks68 Points, int Expression)
{
    /// <summary>Mean distance of the landmarks to another picture's, in distances between this one's eyes.</summary>
    public double LandmarkError(Traits other) =>
        Points.ToComplex().Zip(other.Points.ToComplex(), (a, b) => (a - b).Magnitude).Average() / Points.InterocularDistance();
}
