using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation.Figures;

/// <summary>How alike each probe is to each person of the gallery, by that person's most alike face.</summary>
/// <param name="ByProbe">A row for each probe, a column for each person.</param>
/// <param name="Right">Each probe's own column.</param>
internal sealed record Scores(float[][] ByProbe, int[] Right)
{
    public int People => ByProbe[0].Length;

    /// <summary>Brings the faces of a gallery together by person. Every probe's person must be in the gallery.</summary>
    public static Scores Create(float[][] byFace, IReadOnlyList<KnownFace> gallery, IReadOnlyList<Probe> probes)
    {
        var columns = gallery.Select(face => face.Person).Distinct().Index()
            .ToDictionary(person => person.Item, person => person.Index);
        var byProbe = Array.ConvertAll(byFace, scores =>
        {
            var best = new float[columns.Count];
            Array.Fill(best, float.NegativeInfinity);
            for (var i = 0; i < scores.Length; i++)
            {
                var column = columns[gallery[i].Person];
                best[column] = Math.Max(best[column], scores[i]);
            }

            return best;
        });
        return new Scores(byProbe, [.. probes.Select(probe => columns[probe.Person])]);
    }

    /// <summary>Where a probe's person comes: behind those who are more alike, among those who are as much alike.</summary>
    public (int Better, int Equal) PlaceOf(int probe)
    {
        var scores = ByProbe[probe];
        var own = scores[Right[probe]];
        var (better, equal) = (0, 0);
        foreach (var score in scores)
        {
            if (score > own)
                better++;
            else if (score == own)
                equal++;
        }

        return (better, equal - 1);
    }
}
