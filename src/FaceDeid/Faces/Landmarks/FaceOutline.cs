using System.Numerics;

namespace FaceDeid.Faces.Landmarks;

/// <summary>The face beyond its 68 landmarks.</summary>
internal static class FaceOutline
{
    private const double ForeheadHeight = 0.28; // of the distance from the chin to the bridge of the nose

    /// <summary>The 68 points, and the ten brow points moved up along the axis from the chin to the bridge of the nose.</summary>
    public static Complex[] WithForehead(Complex[] points)
    {
        var up = (points[27] - points[8]) * ForeheadHeight;
        return [.. points, .. points[17..27].Select(brow => brow + up)];
    }
}
