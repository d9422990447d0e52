using System.Numerics;
using FaceDeid.Faces.Landmarks;

namespace FaceDeid.Faces.Recognition;

/// <summary>What the networks of face-api are shown of a picture: a square around the face, its eyes level.</summary>
internal static class FaceApiCrop
{
    /// <summary>Where the square lies.</summary>
    /// <param name="landmarks">The face's landmarks.</param>
    /// <param name="sides">Side of the square, in distances between the eyes.</param>
    /// <param name="belowEyes">How far its middle is below the eyes, in the same.</param>
    /// <param name="pixels">Side of what becomes of it.</param>
    public static SimilarityTransform Of(Landmarks68 landmarks, double sides, double belowEyes, int pixels)
    {
        var points = landmarks.FivePoints();
        var (middle, across) = ((points[0] + points[1]) / 2, points[1] - points[0]);
        var distance = Math.Max(across.Magnitude, 1);
        var turn = across.Magnitude > 0 ? across / across.Magnitude : Complex.One;
        var down = Complex.ImaginaryOne * turn;
        return SimilarityTransform.ToSquare(middle + (belowEyes * distance * down), sides * distance, turn, pixels);
    }
}
