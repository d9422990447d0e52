using FaceDeid.Video.Rendering;
using FaceDeid.Video.Tracking;

namespace FaceDeid.Video.Review;

/// <summary>A track of which a person only said where it is in some frames.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Action">What is done to it.</param>
/// <param name="Keys">Where it is, in the order of the frames.</param>
/// <param name="Carry">Whether it is followed beyond them.</param>
internal sealed record DrawnTrack(int Id, TrackAction Action, IReadOnlyList<KeyBox> Keys, bool Carry);

/// <summary>Puts tracks together as a person's edits say, which were checked. Needs no pixels.</summary>
internal static class TrackEditor
{
    /// <summary>The tracks, and those that are still to be followed.</summary>
    public static (IReadOnlyList<ReviewedTrack> Tracks, IReadOnlyList<DrawnTrack> Drawn) Apply(
        IReadOnlyList<PlannedTrack> tracks, VideoTracks edits)
    {
        var byId = tracks.ToDictionary(track => track.Id);
        var next = tracks.Select(track => track.Id).DefaultIfEmpty(0).Max();
        List<ReviewedTrack> edited = [];
        List<DrawnTrack> drawn = [];
        foreach (var edit in edits.Tracks)
        {
            var id = edit.Id ?? ++next;
            if (edit is { Id: null, Of: null, Places: null })
                drawn.Add(new DrawnTrack(id, edit.Action ?? TrackAction.Protect, InOrder(edit.Keys!), edit.Carry ?? true));
            else
                edited.Add(Edited(id, edit, byId));
        }

        return (edited, drawn);
    }

    public static ReviewedTrack Unchanged(PlannedTrack track) => new(
        track.Id, track.Sources, track.First, track.Places, track.Evidence, track.IsTreated, track.IsEdited);

    private static ReviewedTrack Edited(int id, VideoTrack edit, Dictionary<int, PlannedTrack> byId)
    {
        var before = edit.Of is { } parts
            ? Together(id, parts, byId)
            : edit.Id is { } known ? Unchanged(byId[known]) : null;
        var after = before ?? new ReviewedTrack(
            id, [], edit.First!.Value, [], TrackEvidence.Given, IsTreated: true, IsEdited: true);
        if (edit is { Places: { } places, First: { } first })
            after = Placed(after, first, places);
        if (edit.Keys is { Count: > 0 } keys)
            after = Moved(after, InOrder(keys));
        if (edit.Action is { } action)
            after = after with { IsTreated = action == TrackAction.Protect };
        return after with { IsEdited = after.IsEdited || before is null || after != before || edit.Of is not null };
    }

    /// <summary>Parts of tracks as one, which has the places of all of them.</summary>
    private static ReviewedTrack Together(int id, IReadOnlyList<TrackPart> parts, Dictionary<int, PlannedTrack> byId)
    {
        var sources = parts.Select(part => byId[part.Track]).ToList();
        var ranges = parts.Zip(sources, (part, source) => part.Frames ?? new FrameRange(source.First, source.Last)).ToList();
        var (first, last) = (ranges.Min(range => range.First), ranges.Max(range => range.Last));
        PlannedPlace[] places = [.. Enumerable.Range(first, last - first + 1).Select(At)];
        Bridge(places);
        return new ReviewedTrack(
            id, [.. sources.SelectMany(source => source.Sources).Distinct()], first, places,
            sources.Exists(source => source.Evidence == TrackEvidence.Strong) ? TrackEvidence.Strong : sources[0].Evidence,
            IsTreated: sources.Exists(source => source.IsTreated), IsEdited: true);

        PlannedPlace At(int frame)
        {
            var here = sources.Zip(ranges).Where(part => part.Second.First <= frame && frame <= part.Second.Last)
                .Select(part => part.First.At(frame)).OfType<PlannedPlace>().ToList();
            return here switch
            {
                [] => new PlannedPlace(PlaceKind.Tail, null, []),
                [var one] => one,
                _ => new PlannedPlace(PlaceKind.Uncertain, null, [.. here.SelectMany(place => place.Covered).Distinct()]),
            };
        }
    }

    /// <summary>Where the face is between two parts nobody knows: the straight line is covered, unless it is long.</summary>
    private static void Bridge(PlannedPlace[] places)
    {
        for (var (i, last) = (0, -1); i < places.Length; i++)
        {
            if (places[i].Covered.Count == 0)
                continue;
            if (last >= 0 && i - last <= FrameWindow.LongestGap)
            {
                var (from, to) = (places[last].Covered[0], places[i].Covered[0]);
                for (var between = last + 1; between < i; between++)
                {
                    var share = (between - last) / (double)(i - last);
                    places[between] = new PlannedPlace(PlaceKind.Uncertain, null, [from.Towards(to, share)]);
                }
            }

            last = i;
        }
    }

    /// <summary>A track with the places that were sent; those that say the same as before stay what they were.</summary>
    private static ReviewedTrack Placed(ReviewedTrack track, int first, IReadOnlyList<FramePlaces> places)
    {
        PlannedPlace[] all = [.. places.Select((place, i) => Known(first + i, place) ?? Given(place.Boxes))];
        return first == track.First && all.Length == track.Places.Count && all.SequenceEqual(track.Places)
            ? track
            : track with { First = first, Places = all };

        PlannedPlace? Known(int frame, FramePlaces sent)
        {
            var i = frame - track.First;
            return i >= 0 && i < track.Places.Count && track.Places[i] is var known
                && known.Covered.Select(box => box.Whole()).SequenceEqual(sent.Boxes)
                ? known
                : null;
        }
    }

    private static PlannedPlace Given(IReadOnlyList<Box> boxes) => new(
        PlaceKind.Given, boxes.Count == 1 ? FaceBox.Of(boxes[0]) : null, [.. boxes.Select(FaceBox.Of)]);

    /// <summary>A track whose places are moved to keys, and between two of them along with both.</summary>
    private static ReviewedTrack Moved(ReviewedTrack track, IReadOnlyList<KeyBox> keys)
    {
        PlannedPlace[] places = [.. track.Places];
        var corrections = keys.Select(key => Correction.Of(places[key.Frame - track.First], FaceBox.Of(key.Box))).ToList();
        foreach (var (i, (key, following)) in keys.Zip(keys.Skip(1)).Index())
        {
            for (var frame = key.Frame + 1; frame < following.Frame; frame++)
            {
                var share = (frame - key.Frame) / (double)(following.Frame - key.Frame);
                var place = places[frame - track.First];
                var correction = corrections[i].Towards(corrections[i + 1], share);
                places[frame - track.First] = new PlannedPlace(
                    PlaceKind.Given, place.Face is { } face ? correction.Apply(face) : null,
                    place.Covered.Count > 0
                        ? [.. place.Covered.Select(correction.Apply)]
                        : [FaceBox.Of(key.Box).Towards(FaceBox.Of(following.Box), share)]);
            }
        }

        foreach (var key in keys)
            places[key.Frame - track.First] = Given([key.Box]);
        return track with { Places = places };
    }

    private static IReadOnlyList<KeyBox> InOrder(IReadOnlyList<KeyBox> keys) => [.. keys.OrderBy(key => key.Frame)];

    /// <summary>By how much a box is moved, in pixels, and how many times as large it becomes.</summary>
    private readonly record struct Correction(double Right, double Down, double Width, double Height)
    {
        public static Correction Of(PlannedPlace place, FaceBox key)
        {
            if (place.Covered.Count == 0)
                return new Correction(0, 0, 1, 1);
            var box = place.Covered.Aggregate((one, other) => one.Around(other));
            return new Correction(
                key.CentreX - box.CentreX, key.CentreY - box.CentreY, key.Width / box.Width, key.Height / box.Height);
        }

        public Correction Towards(Correction other, double share)
        {
            return new Correction(
                Between(Right, other.Right), Between(Down, other.Down), Between(Width, other.Width),
                Between(Height, other.Height));

            double Between(double from, double to) => from + (share * (to - from));
        }

        public FaceBox Apply(FaceBox box) =>
            FaceBox.Around(box.CentreX + Right, box.CentreY + Down, box.Width * Width, box.Height * Height);
    }
}
