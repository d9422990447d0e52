namespace FaceDeid.Video.Tracking;

/// <summary>Leaves out tracks of which another has seen all, and more: a face that was followed back into another's past.</summary>
internal static class Duplicates
{
    public static IEnumerable<Track> Without(IEnumerable<Track> tracks)
    {
        List<(Track Track, HashSet<(int, FaceBox)> Seen)> kept = [];
        var known = tracks.Select(track => (Track: track, Seen: Seen(track))).OrderByDescending(track => track.Seen.Count);
        foreach (var (track, seen) in known)
        {
            var other = kept.FindIndex(other => seen.IsSubsetOf(other.Seen));
            if (other < 0)
                kept.Add((track, seen));
            else if (track.Probability > kept[other].Track.Probability)
                kept[other] = (kept[other].Track with { Probability = track.Probability }, kept[other].Seen);
        }

        return kept.Select(track => track.Track).OrderBy(track => track.First);
    }

    private static HashSet<(int Frame, FaceBox Box)> Seen(Track track) =>
        [.. track.Places.Where(place => place.Kind == PlaceKind.Detected).Select(place => (place.Frame, place.Box))];
}
