using FaceDeid.Faces.Recognition;

namespace FaceDeid.Video.People;

/// <summary>Says which tracks are one person.</summary>
internal static class PeopleLinker
{
    /// <summary>
    /// The number of each track's person, from 1; null: nobody can tell. Tracks are one person where they look so surely and
    /// never are in one frame.
    /// </summary>
    public static IReadOnlyList<int?> Link(IReadOnlyList<TrackLooks> tracks)
    {
        var people = new List<List<TrackLooks>>();
        var personOf = new int?[tracks.Count];
        foreach (var (i, track) in tracks.Index().Where(track => track.Item.Samples.Count > 0))
        {
            var (person, likeness) = people.Index()
                .Where(person => person.Item.TrueForAll(track.IsApart))
                .Select(person => (person.Index, person.Item.Max(track.LikenessTo)))
                .DefaultIfEmpty((people.Count, -1))
                .MaxBy(person => person.Item2);
            if (likeness < PersonMatch.SurelyOf(track.Samples.MaxBy(sample => sample.Quality)!.Who))
            {
                person = people.Count;
                people.Add([]);
            }

            people[person].Add(track);
            personOf[i] = person + 1;
        }

        return personOf;
    }
}

/// <summary>How a track's face looks.</summary>
/// <param name="First">Its first frame.</param>
/// <param name="Last">Its last frame.</param>
/// <param name="Samples">As some frames show it; empty: none shows it clearly enough.</param>
internal sealed record TrackLooks(int First, int Last, IReadOnlyList<TrackSample> Samples)
{
    public bool IsApart(TrackLooks other) => Last < other.First || other.Last < First;

    /// <summary>The greatest similarity of two samples.</summary>
    public double LikenessTo(TrackLooks other) =>
        Samples.Max(one => other.Samples.Max(another => one.Look.SimilarityTo(another.Look)));
}
