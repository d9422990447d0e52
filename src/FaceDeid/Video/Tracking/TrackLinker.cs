namespace FaceDeid.Video.Tracking;

/// <summary>
/// Joins the tracks of segments to those of the recording. Each segment was tracked by itself, with frames of its neighbours
/// before and after it, so that two of them saw each border: what was in the same places there is one face. Needs no pixels.
/// </summary>
internal static class TrackLinker
{
    /// <summary>Boxes that overlap more than this (intersection over union) are in the same place.</summary>
    private const double SamePlace = 0.5;

    private const double SameShare = 0.5; // of the frames that two tracks have in common, to be one face
    private const double NearestGap = 1; // distance of two ends...
    private const double GapGrowth = 0.1; // ...and more for each frame between them...
    private const double FurthestGap = 2; // ...up to this

    /// <summary>All tracks of a recording, in the order of their first frames.</summary>
    /// <param name="segments">In the recording's order.</param>
    public static IReadOnlyList<Track> Join(IEnumerable<SegmentTracks> segments)
    {
        List<Track> done = [];
        List<Track> open = [];
        var cuts = new SortedSet<int>();
        foreach (var segment in segments)
        {
            cuts.UnionWith(segment.Cuts);
            var joined = Joined(open, segment.Tracks, cuts);
            // What ended too long before this segment meets nothing of the next ones.
            var reach = segment.Tracks.Select(track => track.First).DefaultIfEmpty(int.MaxValue).Min() - FrameWindow.LongestGap;
            done.AddRange(joined.Where(track => track.Last < reach));
            open = joined.FindAll(track => track.Last >= reach);
        }

        return [.. done.Concat(open).OrderBy(track => track.First)];
    }

    /// <summary>The tracks until now with those of the next segment that show the same faces, and its others.</summary>
    private static List<Track> Joined(List<Track> open, IReadOnlyList<Track> next, SortedSet<int> cuts)
    {
        List<(double Distance, int Before, int After)> pairs = [];
        for (var i = 0; i < open.Count; i++)
        {
            for (var j = 0; j < next.Count; j++)
            {
                if (Distance(open[i], next[j], cuts) is { } distance)
                    pairs.Add((distance, i, j));
            }
        }

        Track?[] after = [.. next];
        List<Track> result = [.. open];
        var isTaken = new bool[open.Count];
        foreach (var (_, i, j) in pairs.Order())
        {
            if (isTaken[i] || after[j] is not { } track)
                continue;
            (isTaken[i], after[j]) = (true, null);
            result[i] = One(open[i], track);
        }

        return [.. result, .. after.OfType<Track>()];
    }

    /// <summary>
    /// How unlike one face two tracks are; null: they are two. Tracks that meet are nearer than those with a gap between.
    /// </summary>
    private static double? Distance(Track before, Track after, SortedSet<int> cuts)
    {
        var (first, last) = (Math.Max(before.First, after.First), Math.Min(before.Last, after.Last));
        if (first <= last)
        {
            var same = Enumerable.Range(first, last - first + 1).Count(frame => Meet(before, after, frame));
            var share = same / (double)(last - first + 1);
            return share >= SameShare ? -share : null;
        }

        var gap = after.First - before.Last;
        if (gap is < 0 or > FrameWindow.LongestGap || cuts.GetViewBetween(before.Last + 1, after.First).Count > 0)
            return null;
        var distance = before.Places[^1].Box.Distance(after.Places[0].Box);
        return distance < Math.Min(NearestGap + (GapGrowth * (gap - 1)), FurthestGap) ? distance : null;
    }

    private static bool Meet(Track before, Track after, int frame) =>
        At(before, frame).Any(place => At(after, frame).Any(other => place.Box.Overlap(other.Box) > SamePlace));

    /// <summary>Both tracks' places, each once, and a straight line where there is a gap between them.</summary>
    private static Track One(Track before, Track after)
    {
        List<FacePlace> places = [.. before.Places];
        var (from, to) = (before.Places[^1], after.Places[0]);
        for (var frame = from.Frame + 1; frame < to.Frame; frame++)
        {
            var share = (frame - from.Frame) / (double)(to.Frame - from.Frame);
            places.Add(new FacePlace(frame, from.Box.Towards(to.Box, share), PlaceKind.Uncertain));
        }

        places.AddRange(after.Places);
        return new Track(
            [.. places.GroupBy(place => place.Frame).OrderBy(frame => frame.Key).SelectMany(Once)],
            Math.Max(before.Probability, after.Probability))
        { Ids = [.. before.Ids, .. after.Ids] };
    }

    /// <summary>
    /// A frame's places without those that say the same again. Where one was detected and the other only supposed, the first
    /// counts, but a place that lies elsewhere stays: it may be the face.
    /// </summary>
    private static List<FacePlace> Once(IEnumerable<FacePlace> ofFrame)
    {
        List<FacePlace> kept = [];
        foreach (var place in ofFrame.OrderBy(place => place.Kind))
        {
            if (!kept.Exists(other => other.Box.Overlap(place.Box) > SamePlace))
                kept.Add(place);
        }

        return kept;
    }

    /// <summary>A track's places in a frame.</summary>
    private static IEnumerable<FacePlace> At(Track track, int frame)
    {
        var (low, high) = (0, track.Places.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (track.Places[middle].Frame < frame)
                low = middle + 1;
            else
                high = middle;
        }

        for (; low < track.Places.Count && track.Places[low].Frame == frame; low++)
            yield return track.Places[low];
    }
}
