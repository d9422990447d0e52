using System.Numerics;

namespace FaceDeid.Faces.Landmarks;

/// <summary>
/// The 68 points of one face in the order of the iBUG 300-W annotation (Sagonas et al. 2013): jaw 0-16, the brows 17-26, nose
/// 27-35, eyes 36-47, mouth 48-67. Left and right in the region names are the notebook's.
/// </summary>
public sealed record Landmarks68
{
    /// <summary>How many points there are.</summary>
    public const int Count = 68;

    /// <summary>Makes the landmarks of one face.</summary>
    /// <exception cref="ArgumentException">There are not exactly 68 points.</exception>
    public Landmarks68(IReadOnlyList<PixelPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count != Count)
            throw new ArgumentException($"A face has {Count} points, not {points.Count}.", nameof(points));
        Points = points;
    }

    /// <summary>All 68 points.</summary>
    public IReadOnlyList<PixelPoint> Points { get; }

    /// <summary>The points of one region.</summary>
    public IReadOnlyList<PixelPoint> In(FaceRegion region)
    {
        ArgumentNullException.ThrowIfNull(region);
        return [.. Points.Skip(region.Start).Take(region.End - region.Start)];
    }

    /// <summary>All 68 points as complex numbers, x + iy.</summary>
    internal Complex[] ToComplex() => [.. Points.Select(p => new Complex(p.X, p.Y))];

    /// <summary>
    /// The centres of both eyes, the tip of the nose and the corners of the mouth, left to right in the picture.
    /// </summary>
    internal Complex[] FivePoints()
    {
        var p = ToComplex();
        return [Mean(p, 36, 42), Mean(p, 42, 48), p[30], p[48], p[54]];
    }

    /// <summary>Mean distance to the same points elsewhere, in distances between these eyes.</summary>
    internal double DistanceTo(IReadOnlyList<Complex> others) =>
        ToComplex().Zip(others, (a, b) => (a - b).Magnitude).Average() / InterocularDistance();

    /// <summary>Distance between the centres of the eyes, in pixels.</summary>
    internal double InterocularDistance()
    {
        var p = ToComplex();
        return (Mean(p, 42, 48) - Mean(p, 36, 42)).Magnitude;
    }

    private static Complex Mean(Complex[] points, int start, int end) =>
        points[start..end].Aggregate(Complex.Add) / (end - start);
}

/// <summary>A named, half-open range of the 68 points.</summary>
/// <param name="Name">The notebook's name.</param>
/// <param name="Start">First point.</param>
/// <param name="End">First point behind the region.</param>
public sealed record FaceRegion(string Name, int Start, int End)
{
    /// <summary>The outline from ear to ear; the only region that is a line and not an area.</summary>
    public static FaceRegion Jaw { get; } = new("Jaw", 0, 17);

    /// <summary>
    /// The seven regions in the notebook's order. Point 35, the nose's last, is in none of them: that is how the notebook cut
    /// them.
    /// </summary>
    public static IReadOnlyList<FaceRegion> All { get; } =
    [
        new("Mouth", 48, 68), new("Right_Eyebrow", 17, 22), new("Left_Eyebrow", 22, 27),
        new("Right_Eye", 36, 42), new("Left_Eye", 42, 48), new("Nose", 27, 35), Jaw,
    ];
}
