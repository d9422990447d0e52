namespace FaceDeid.Faces.Detection;

/// <summary>Says which boxes show the same face.</summary>
internal static class OneBoxPerFace
{
    /// <summary>Boxes that overlap more than this (intersection over union) are one face.</summary>
    private const double SameOverlap = 0.35;

    /// <summary>The same for boxes of different appearances of a picture.</summary>
    private const double SameElsewhere = 0.6;

    /// <summary>A box that lies in another by more than this share of its area...</summary>
    private const double Contained = 0.75;

    /// <summary>
    /// ...is part of its face, if it has at least this share of the other's area: a much smaller one is somebody in the
    /// background, or the larger one is wrong, and neither may hide the other.
    /// </summary>
    private const double PartOfFace = 0.2;

    /// <summary>The first of each group of items that show the same face, in the given order.</summary>
    public static IReadOnlyList<T> Merge<T>(IEnumerable<T> inOrderOfTrust, Func<T, Box> box)
    {
        List<T> kept = [];
        foreach (var item in inOrderOfTrust)
        {
            if (!kept.Exists(other => Covers(box(other), box(item))))
                kept.Add(item);
        }

        return kept;
    }

    /// <summary>
    /// The first of each group of faces that are the same one, seen in several appearances of a picture: boxes of one face hardly
    /// differ then, and others show another face beside it.
    /// </summary>
    public static IReadOnlyList<FoundFace> OfAppearances(IEnumerable<FoundFace> inOrderOfTrust)
    {
        List<FoundFace> kept = [];
        foreach (var face in inOrderOfTrust)
        {
            if (!kept.Exists(other => IsSamePlace(other, face)))
                kept.Add(face);
        }

        return kept;
    }

    /// <summary>
    /// Whether two faces, the latter of less trust, lie in the same place in different appearances of a picture.
    /// </summary>
    public static bool IsSamePlace(FoundFace kept, FoundFace face) => kept.Seen != face.Seen
        && (kept.Box.Overlap(face.Box) > SameElsewhere
            || (IsInside(face.Box, kept.Box) && Area(face.Box) > PartOfFace * Area(kept.Box)));

    /// <summary>
    /// Whether a box can be left out because another one shows its face. A box is never left out for a part of it: the rest of
    /// the face would stay in sight.
    /// </summary>
    public static bool Covers(Box kept, Box box)
    {
        var (both, keptArea, area) = (Intersection(kept, box), Area(kept), Area(box));
        return both > SameOverlap * (keptArea + area - both) || (IsInside(box, kept) && area > PartOfFace * keptArea);
    }

    /// <summary>Whether nearly all of a box lies in a larger one.</summary>
    public static bool IsInside(Box box, Box larger) =>
        Area(box) <= Area(larger) && Intersection(box, larger) > Contained * Area(box);

    private static double Area(Box box) => (double)box.Width * box.Height;

    private static double Intersection(Box a, Box b) =>
        Math.Max(0, Math.Min((double)a.X + a.Width, (double)b.X + b.Width) - Math.Max(a.X, b.X))
        * Math.Max(0, Math.Min((double)a.Y + a.Height, (double)b.Y + b.Height) - Math.Max(a.Y, b.Y));
}
