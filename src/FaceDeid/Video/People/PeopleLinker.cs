using FaceDeid.Faces.Recognition;

namespace FaceDeid.Video.People;

/// <summary>Says which tracks are one person.</summary>
internal static class PeopleLinker
{
    /// <summary>
    /// The number of each track's person, from 1; null: nobody can tell. Tracks are one person where they look so surely and never
    /// are in one frame.
    /// </summary>
    /// <param name="tracks">The frames of each track, and its samples.</param>
    public static IReadOnlyList<int?> Link(IReadOnlyList<(int First, int Last, IReadOnlyList<TrackSample> Samples)> tracks)
    {
        var people = new List<List<int>>();
        var personOf = new int?[tracks.Count];
        foreach (var i in Enumerable.Range(0, tracks.Count).Where(i => tracks[i].Samples.Count > 0))
        {
            var best = people.Index()
                .Where(person => person.Item.TrueForAll(other => AreApart(tracks[i], tracks[other])))
                .Select(person => (person.Index, Likeness: person.Item.Max(other => Likeness(tracks[i].Samples, tracks[other].Samples))))
                .DefaultIfEmpty((Index: -1, Likeness: -1))
                .MaxBy(person => person.Likeness);
            if (best.Likeness < PersonMatch.SurelyOf(tracks[i].Samples.MaxBy(sample => sample.Quality)!.Who))
            {
                best.Index = people.Count;
                people.Add([]);
            }

            people[best.Index].Add(i);
            personOf[i] = best.Index + 1;
        }

        return personOf;
    }

    /// <summary>The greatest similarity of two samples.</summary>
    private static double Likeness(IReadOnlyList<TrackSample> a, IReadOnlyList<TrackSample> b) =>
        a.Max(one => b.Max(other => one.Look.SimilarityTo(other.Look)));

    private static bool AreApart(
        (int First, int Last, IReadOnlyList<TrackSample> Samples) a, (int First, int Last, IReadOnlyList<TrackSample> Samples) b) =>
        a.Last < b.First || b.Last < a.First;
}
