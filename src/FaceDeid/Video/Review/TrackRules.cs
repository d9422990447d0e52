namespace FaceDeid.Video.Review;

/// <summary>
/// What edited tracks may say. Nothing gets lost by being left out: each track is named, or is a part of another.
/// </summary>
internal static class TrackRules
{
    private const int MostTracks = 10_000;
    private const int MostKeys = 100_000;
    private const int MostParts = 100;
    private const int MostBoxes = 20; // of a track in a frame
    private const int MostRegions = 100;
    private const int LeastCorners = 3;
    private const int MostCorners = 100;
    private const int MostFaults = 50; // that are told at once

    /// <summary>Checks edits against the tracks that there are; mistakes are told all at once.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.BadTracks"/>.</exception>
    public static void Check(VideoTracks tracks, VideoTracks edits)
    {
        var faults = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (at, fault) in Faults(tracks, edits).Take(MostFaults))
            faults.TryAdd(at, fault);
        if (faults.Count > 0)
        {
            throw FaceDeidException.OfTracks(
                "The tracks contradict themselves or the recording; 'errors' says where. Send all tracks of GET .../tracks, "
                + "edited.",
                faults);
        }
    }

    /// <summary>Checks areas; null: they can be had.</summary>
    /// <param name="regions">The areas.</param>
    /// <param name="longestSide">Pixels of a frame's longest side.</param>
    public static string? OfRegions(IReadOnlyList<VideoRegion> regions, int longestSide)
    {
        if (regions.Count > MostRegions)
            return $"takes at most {MostRegions} areas.";
        foreach (var (i, region) in regions.Index())
        {
            if (region.Polygon is not { Count: >= LeastCorners and <= MostCorners })
                return $"has a mistake: entry {i + 1} needs a polygon of {LeastCorners} to {MostCorners} points.";
            if (region.Polygon.Any(corner => IsFar(corner.X, longestSide) || IsFar(corner.Y, longestSide)))
                return $"has a mistake: entry {i + 1} needs points between -{longestSide} and {2 * longestSide}.";
            if (!(region.From is null or >= 0) || !(region.To is null or >= 0) || region.From > region.To)
                return $"has a mistake: entry {i + 1} needs a 'from' of at least 0 and not behind its 'to', in seconds.";
        }

        return null;
    }

    /// <summary>Whether somebody or something is treated.</summary>
    public static bool Protects(VideoTracks tracks, VideoTracks? edits)
    {
        var actions = tracks.Tracks.ToDictionary(track => track.Id!.Value, track => track.Action);
        return (edits?.Regions ?? tracks.Regions)!.Any(region => region.Action == RegionAction.Cover)
            || (edits ?? tracks).Tracks.Any(track => (track.Action ?? Before(track)) == TrackAction.Protect);

        TrackAction? Before(VideoTrack track) =>
            track.Of is { } parts && !parts.Any(part => actions[part.Track] == TrackAction.Protect) ? TrackAction.Leave
            : track is { Id: { } id, Of: null } ? actions[id] : TrackAction.Protect;
    }

    private static bool IsFar(int value, int side) => value < -side || value > 2 * side;

    private static IEnumerable<(string At, string Fault)> Faults(VideoTracks tracks, VideoTracks edits)
    {
        if ((edits.Width ?? tracks.Width, edits.Height ?? tracks.Height, edits.Frames ?? tracks.Frames)
            != (tracks.Width, tracks.Height, tracks.Frames))
        {
            var size = $"{tracks.Width} x {tracks.Height} pixels and {tracks.Frames} frames";
            return [("width", $"does not fit: the recording has {size}.")];
        }

        if (edits.Tracks.Count > MostTracks || edits.Tracks.Sum(track => track?.Keys?.Count ?? 0) > MostKeys)
            return [("tracks", $"may be at most {MostTracks}, with {MostKeys} keys in all.")];
        if (edits.Tracks.Any(track => track is null))
            return [("tracks", "has an entry without content.")];
        return edits.Tracks.Index().SelectMany(track => OfTrack(track.Item, tracks).Select(fault =>
                (string.Concat($"tracks[{track.Index}]", fault.At), fault.Text)))
            .Concat(OfAll(tracks, edits)).Concat(OfRegions(tracks, edits));
    }

    private static IEnumerable<(string At, string Fault)> OfRegions(VideoTracks tracks, VideoTracks edits)
    {
        if (edits.Regions is null)
            yield break;
        if (OfRegions(edits.Regions, Math.Max(tracks.Width!.Value, tracks.Height!.Value)) is { } fault)
            yield return ("regions", fault);
        var ignored = tracks.Regions!.Where(region => region.Action == RegionAction.Ignore).ToList();
        if (edits.Regions.Any(region => region.Action == RegionAction.Ignore && !ignored.Exists(known => IsSame(known, region))))
        {
            yield return (
                "regions", "may not ignore other areas than before: that needs a new search. Send the recording again.");
        }
    }

    private static bool IsSame(VideoRegion one, VideoRegion other) =>
        one.From.Equals(other.From) && one.To.Equals(other.To) && one.Polygon.SequenceEqual(other.Polygon);

    private static IEnumerable<(string At, string Text)> OfTrack(VideoTrack track, VideoTracks tracks)
    {
        var byId = tracks.Tracks.ToDictionary(known => known.Id!.Value);
        if (track.Id is { } id && !byId.ContainsKey(id))
            yield return (".id", $"is no track of this recording. Leave it out for a new one.");
        if (track.Of is { } parts)
        {
            if (parts.Count is < 1 or > MostParts)
                yield return (".of", $"names 1 to {MostParts} parts.");
            foreach (var (i, part) in parts.Index())
            {
                if (part is null || !byId.TryGetValue(part.Track, out var source))
                    yield return ($".of[{i}]", "names no track of this recording.");
                else if (part.Frames is { } range
                    && (range.First > range.Last || range.First < source.First || range.Last > Last(source)))
                    yield return ($".of[{i}]", $"needs frames between {source.First} and {Last(source)}.");
            }
        }

        if (track is { Id: null, Of: null, Places: null, Keys: not { Count: > 0 } })
            yield return (string.Empty, "is new, and needs 'keys', 'places' or the parts 'of' which it is put together.");
        if (track.Carry is not null && track is not { Id: null, Of: null, Places: null })
            yield return (".carry", "belongs to new tracks that are given by 'keys'.");
        if (new object?[] { track.Places, track.Of, track.Keys }.Count(part => part is not null) > 1)
            yield return (string.Empty, "may have only one of 'places', 'of' and 'keys'. Send one edit after the other.");
        if (track.Places is null != track.First is null)
            yield return (".first", "and 'places' belong together.");
        foreach (var fault in OfKeys(track, tracks, byId).Concat(OfPlaces(track, tracks)))
            yield return fault;
    }

    private static IEnumerable<(string At, string Text)> OfKeys(
        VideoTrack track, VideoTracks tracks, Dictionary<int, VideoTrack> byId)
    {
        foreach (var (i, key) in (track.Keys ?? []).Index())
        {
            if (key is null || key.Frame < 0 || key.Frame >= tracks.Frames)
                yield return ($".keys[{i}].frame", $"must be between 0 and {tracks.Frames - 1}.");
            else if (!IsBox(key.Box, tracks))
                yield return ($".keys[{i}].box", NoBox(tracks));
            else if (track.Keys!.Take(i).Any(other => other?.Frame == key.Frame))
                yield return ($".keys[{i}].frame", "is named twice.");
            else if (track.Id is { } id && byId.TryGetValue(id, out var known)
                && (key.Frame < known.First || key.Frame > Last(known)))
            {
                yield return (
                    $".keys[{i}].frame",
                    $"must be between {known.First} and {Last(known)}, where the track is. Draw a new one beside it.");
            }
        }
    }

    private static IEnumerable<(string At, string Text)> OfPlaces(VideoTrack track, VideoTracks tracks)
    {
        if (track is not { Places: { } places, First: { } first })
            yield break;
        if (first < 0 || places.Count == 0 || first + (long)places.Count > tracks.Frames)
            yield return (".places", $"must lie in the {tracks.Frames} frames of the recording, at least one.");
        if (places.All(place => place?.Boxes is not { Count: > 0 }))
            yield return (".places", "has no box. To leave a face visible, send action=leave.");
        foreach (var (i, place) in places.Index())
        {
            if (place?.Boxes is not { Count: <= MostBoxes })
                yield return ($".places[{i}]", $"needs 'boxes', at most {MostBoxes}.");
            else if (!place.Boxes.All(box => IsBox(box, tracks)))
                yield return ($".places[{i}]", NoBox(tracks));
        }
    }

    /// <summary>Every frame of every track is somewhere.</summary>
    private static IEnumerable<(string At, string Fault)> OfAll(VideoTracks tracks, VideoTracks edits)
    {
        var ids = edits.Tracks.Select(track => track.Id).OfType<int>();
        foreach (var twice in ids.CountBy(id => id).Where(id => id.Value > 1))
            yield return ("tracks", $"names track {twice.Key} twice. Leave 'id' out for the second part of what is split.");
        foreach (var track in tracks.Tracks)
        {
            var frames = Enumerable.Range(track.First!.Value, track.Places!.Count).ToHashSet();
            foreach (var edit in edits.Tracks)
            {
                if (edit is { Of: null, First: { } first, Places: { } places } && edit.Id == track.Id)
                    frames.RemoveWhere(frame => frame >= first && frame < first + (long)places.Count);
                else if (edit.Of is null && edit.Id == track.Id)
                    frames.Clear();
                foreach (var part in edit.Of?.Where(part => part?.Track == track.Id) ?? [])
                {
                    if (part.Frames is { } range)
                        frames.RemoveWhere(frame => frame >= range.First && frame <= range.Last);
                    else
                        frames.Clear();
                }
            }

            if (frames.Count == track.Places.Count)
            {
                yield return (
                    "tracks", $"leaves out track {track.Id}. Send it; with action=leave, if its face is to stay visible.");
            }
            else if (frames.Count > 0)
            {
                yield return (
                    "tracks",
                    $"leaves out frames of track {track.Id}, the first of them {frames.Min()}. Send them without boxes, or as a "
                    + "track with action=leave, if they are to stay visible.");
            }
        }
    }

    private static int Last(VideoTrack track) => track.First!.Value + track.Places!.Count - 1;

    private static bool IsBox(Box box, VideoTracks tracks) =>
        box.Width >= 1 && box.Height >= 1 && box.Width <= 2 * tracks.Width && box.Height <= 2 * tracks.Height
        && box.X < tracks.Width && box.Y < tracks.Height && box.X > -box.Width && box.Y > -box.Height;

    private static string NoBox(VideoTracks tracks) =>
        $"needs boxes that lie at least partly in {tracks.Width} x {tracks.Height} pixels and are not larger than twice that.";
}
