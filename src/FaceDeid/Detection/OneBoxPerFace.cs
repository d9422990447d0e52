namespace FaceDeid.Detection;

/// <summary>Says which boxes show the same face.</summary>
internal static class OneBoxPerFace
{
    /// <summary>Boxes that overlap more than this (intersection over union) are one face.</summary>
    private const double SameOverlap = 0.35;

    /// <summary>A box that lies in another by more than this share of its area...</summary>
    private const double Contained = 0.75;

    /// <summary>
    /// ...is part of its face, if it has at least this share of the other's area: a much smaller one is somebody in the background, or
    /// the larger one is wrong, and neither may hide the other.
    /// </summary>
    private const double PartOfFace = 0.2;

    /// <summary>The first of each group of items that show the same face, in the given order.</summary>
    public static IReadOnlyList<T> Of<T>(IEnumerable<T> inOrderOfTrust, Func<T, Box> box)
    {
        List<T> kept = [];
        foreach (var item in inOrderOfTrust)
        {
            if (!kept.Exists(other => AreOne(box(other), box(item))))
                kept.Add(item);
        }

        return kept;
    }

    public static bool AreOne(Box a, Box b)
    {
        var width = Math.Min((double)a.X + a.Width, (double)b.X + b.Width) - Math.Max(a.X, b.X);
        var height = Math.Min((double)a.Y + a.Height, (double)b.Y + b.Height) - Math.Max(a.Y, b.Y);
        if (width <= 0 || height <= 0)
            return false;
        var (areaA, areaB) = ((double)a.Width * a.Height, (double)b.Width * b.Height);
        var (both, smaller, larger) = (width * height, Math.Min(areaA, areaB), Math.Max(areaA, areaB));
        return both > SameOverlap * (areaA + areaB - both) || (both > Contained * smaller && smaller > PartOfFace * larger);
    }
}
