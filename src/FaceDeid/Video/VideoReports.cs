using FaceDeid.Video.Media;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Video;

/// <summary>Says what was done to a recording.</summary>
internal static class VideoReports
{
    public static VideoSource Source(MediaInfo info, FrameClock clock) => new(
        info.Demuxer, info.Codec, info.Shown.Width, info.Shown.Height, clock.Ticks.Count, clock.Duration, clock.IsVariable,
        info.Rotation, info.IsInterlaced,
        new VideoDropped(info.Dropped.Streams, info.Dropped.Tags, info.Dropped.Chapters, info.Dropped.CoverArt));

    public static VideoCoverage Coverage(IReadOnlyList<PlannedTrack> tracks, VideoVerification? verified)
    {
        var counts = tracks.SelectMany(track => track.Places).Where(place => place.Covered.Count > 0)
            .CountBy(place => place.Kind).ToDictionary();
        return new VideoCoverage(
            counts.Values.Sum(), Count(PlaceKind.Detected), Count(PlaceKind.Bridged), Count(PlaceKind.Uncertain),
            Count(PlaceKind.Tail), Count(PlaceKind.Given),
            Ranges(tracks.SelectMany(track => FramesOf(track, PlaceKind.Uncertain))), verified);

        int Count(PlaceKind kind) => counts.GetValueOrDefault(kind);
    }

    public static TrackReport Track(PlannedTrack track, FrameClock clock, DeidentificationMethod method, int fallbacks)
    {
        var seen = track.Places.Where(place => place.Kind is PlaceKind.Detected or PlaceKind.Given && place.Face is not null)
            .DefaultIfEmpty(track.Places.First(place => place.Covered.Count > 0));
        var sides = seen.Select(place => place.Face ?? place.Covered[0])
            .Select(box => (int)Math.Min(box.Width, box.Height)).ToList();
        return new TrackReport(
            track.Id, track.Person, track.IsTreated, track.Evidence, new FrameRange(track.First, track.Last),
            Rounded(clock.At(track.First)), Rounded(clock.At(track.Last)), Count(track, PlaceKind.Detected),
            Count(track, PlaceKind.Bridged), Count(track, PlaceKind.Uncertain), LongestGap(track), Rounded(track.MeanScore),
            sides.Min(), sides.Max(), track.IsTreated ? method : null, fallbacks, track.IsEdited);
    }

    /// <summary>The tracks, those to look at first in front.</summary>
    public static VideoTracks Tracks(ImageSize size, VideoPlan plan, IReadOnlyList<VideoRegion> regions)
    {
        var clock = FrameClock.Of(plan.Times);
        return new VideoTracks(
            [.. plan.Tracks
                .OrderByDescending(track => track.Evidence == TrackEvidence.Weak)
                .ThenByDescending(track => Count(track, PlaceKind.Uncertain) > 0).ThenBy(track => track.First)
                .Select(track => Track(track, clock))],
            regions, size.Width, size.Height, plan.Times.Frames.Count);
    }

    private static VideoTrack Track(PlannedTrack track, FrameClock clock) => new()
    {
        Id = track.Id,
        Action = track.IsTreated ? TrackAction.Protect : TrackAction.Leave,
        Evidence = track.Evidence,
        Person = track.Person,
        From = Rounded(clock.At(track.First)),
        To = Rounded(clock.At(track.Last)),
        Detected = Count(track, PlaceKind.Detected),
        Bridged = Count(track, PlaceKind.Bridged),
        Uncertain = Count(track, PlaceKind.Uncertain),
        First = track.First,
        Places = [.. track.Places.Select(place => new FramePlaces([.. place.Covered.Select(box => box.Whole())], place.Kind))],
    };

    public static IReadOnlyList<VideoWarning> Warnings(
        MediaInfo info, VideoOptions options, VideoCoverage coverage, IReadOnlyList<TrackReport> tracks,
        IReadOnlyList<VideoRegion> regions, bool isDamaged)
    {
        (VideoWarning Warning, bool IsGiven)[] all =
        [
            (VideoWarning.UncertainFrames, coverage.Uncertain > 0),
            (VideoWarning.WeakTracks, tracks.Any(track => track.Evidence == TrackEvidence.Weak)),
            (VideoWarning.FacesLeft, tracks.Any(track => !track.Treated)),
            (VideoWarning.AreasIgnored, regions.Any(region => region.Action == RegionAction.Ignore)),
            (VideoWarning.ToneMapped, info.IsHighDynamicRange),
            (VideoWarning.DepthReduced, info.BitDepth > 8),
            (VideoWarning.Deinterlaced, info.IsInterlaced),
            (VideoWarning.Padded, info.Size != info.Shown),
            (VideoWarning.StreamsDropped, info.Dropped.Streams > 0),
            (VideoWarning.Damaged, isDamaged),
            (VideoWarning.VoiceKept, info.Audio is not null && options.Audio != AudioPolicy.Drop),
        ];
        return [.. all.Where(one => one.IsGiven).Select(one => one.Warning)];
    }

    /// <summary>Frames, brought together where they follow each other.</summary>
    public static IReadOnlyList<FrameRange> Ranges(IEnumerable<int> frames)
    {
        List<FrameRange> ranges = [];
        foreach (var frame in frames.Distinct().Order())
        {
            if (ranges.Count > 0 && ranges[^1].Last == frame - 1)
                ranges[^1] = ranges[^1] with { Last = frame };
            else
                ranges.Add(new FrameRange(frame, frame));
        }

        return ranges;
    }

    /// <summary>The shots between cuts.</summary>
    public static IReadOnlyList<FrameRange> Shots(IEnumerable<int> cuts, int frames)
    {
        int[] starts = [.. cuts.Where(cut => cut > 0 && cut < frames).Prepend(0).Distinct().Order()];
        return [.. starts.Select((start, i) => new FrameRange(start, (i + 1 < starts.Length ? starts[i + 1] : frames) - 1))];
    }

    private static int Count(PlannedTrack track, PlaceKind kind) => FramesOf(track, kind).Count();

    private static IEnumerable<int> FramesOf(PlannedTrack track, PlaceKind kind) => track.Places.Index()
        .Where(place => place.Item.Covered.Count > 0 && place.Item.Kind == kind).Select(place => track.First + place.Index);

    private static int LongestGap(PlannedTrack track)
    {
        var finds = FramesOf(track, PlaceKind.Detected).ToList();
        return finds.Zip(finds.Skip(1), (a, b) => b - a - 1).DefaultIfEmpty(0).Max();
    }

    private static double Rounded(double value) => Math.Round(value, 4);
}
