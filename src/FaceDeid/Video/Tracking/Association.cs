namespace FaceDeid.Video.Tracking;

/// <summary>Says which sighting shows which face: the nearest pair first.</summary>
internal static class Association
{
    /// <summary>Boxes that overlap more than this (intersection over union) are one sighting.</summary>
    public const double SameOverlap = 0.35;

    /// <summary>The logarithm of the change of size that a face may make while it is not seen.</summary>
    private const double MostGrowth = 0.5;

    /// <summary>
    /// Pairs of faces and sightings, by their numbers, each in one pair at most. With so few of both, the nearest pair first is
    /// as good as the least sum.
    /// </summary>
    /// <param name="faces">Where faces are expected, and the <see cref="FaceBox.Distance"/> at which they may be.</param>
    /// <param name="seen">What was seen.</param>
    public static IEnumerable<(int Face, int Sighting)> Pair(
        IReadOnlyList<(FaceBox Box, double Gate)> faces, IReadOnlyList<Sighting> seen)
    {
        List<(double Distance, int Face, int Sighting)> possible = [];
        for (var i = 0; i < faces.Count; i++)
        {
            for (var j = 0; j < seen.Count; j++)
            {
                var distance = faces[i].Box.Distance(seen[j].Box);
                if (distance < faces[i].Gate && IsOfSize(faces[i].Box, seen[j].Box))
                    possible.Add((distance, i, j));
            }
        }

        var (isPaired, isUsed) = (new bool[faces.Count], new bool[seen.Count]);
        foreach (var (_, face, sighting) in possible.Order())
        {
            if (isPaired[face] || isUsed[sighting])
                continue;
            isPaired[face] = isUsed[sighting] = true;
            yield return (face, sighting);
        }
    }

    /// <summary>Whether a face of one box can have the size of another some frames away.</summary>
    public static bool IsOfSize(FaceBox face, FaceBox other) => Math.Abs(Math.Log(face.Side / other.Side)) < MostGrowth;

    /// <summary>One sighting for each place, the surest.</summary>
    public static List<Sighting> OnePerPlace(IEnumerable<Sighting> seen)
    {
        List<Sighting> kept = [];
        foreach (var sighting in seen.OrderByDescending(s => s.Score))
        {
            if (!kept.Exists(other => other.Box.Overlap(sighting.Box) > SameOverlap))
                kept.Add(sighting);
        }

        return kept;
    }
}
