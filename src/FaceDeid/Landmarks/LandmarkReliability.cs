namespace FaceDeid.Landmarks;

/// <summary>Whether landmarks can be trusted with the geometry of a face.</summary>
internal static class LandmarkReliability
{
    /// <summary>Smallest distance of the eyes, in pixels, at which 68 points mean anything.</summary>
    private const double MinInterocular = 10;

    public static bool IsReliable(Landmarks68 landmarks) => landmarks.InterocularDistance() >= MinInterocular;
}
