using FaceDeid.Video.Media;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Tracking;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Video;

/// <summary>Says what was done to a recording.</summary>
internal static class VideoReports
{
    public static VideoSource Source(MediaInfo info, FrameClock clock) => new(
        info.Demuxer, info.Codec, info.Shown.Width, info.Shown.Height, clock.Ticks.Count, clock.Duration, clock.IsVariable,
        info.Rotation, info.IsInterlaced,
        new VideoDropped(info.Dropped.Streams, info.Dropped.Tags, info.Dropped.Chapters, info.Dropped.CoverArt));

    public static VideoCoverage Coverage(IReadOnlyList<Track> tracks, VideoVerification? verified)
    {
        var kinds = tracks.SelectMany(KindsOf).ToList();
        return new VideoCoverage(
            kinds.Count, kinds.Count(OfKind(PlaceKind.Detected)), kinds.Count(OfKind(PlaceKind.Bridged)),
            kinds.Count(OfKind(PlaceKind.Uncertain)), kinds.Count(OfKind(PlaceKind.Tail)),
            Ranges(kinds.Where(OfKind(PlaceKind.Uncertain)).Select(place => place.Frame)), verified);
    }

    public static TrackReport Track(
        Track track, PlannedTrack plan, FrameClock clock, DeidentificationMethod method, int fallbacks)
    {
        var kinds = KindsOf(track).ToList();
        var finds = track.Places.Where(place => place.Kind == PlaceKind.Detected).ToList();
        var sides = finds.DefaultIfEmpty(track.Places[0])
            .Select(place => (int)Math.Min(place.Box.Width, place.Box.Height)).ToList();
        return new TrackReport(
            plan.Id, plan.Person, plan.IsTreated, track.Evidence, new FrameRange(track.First, track.Last),
            Rounded(clock.At(track.First)), Rounded(clock.At(track.Last)), kinds.Count(OfKind(PlaceKind.Detected)),
            kinds.Count(OfKind(PlaceKind.Bridged)), kinds.Count(OfKind(PlaceKind.Uncertain)), LongestGap(finds),
            Rounded(finds.Select(place => (double)place.Score).DefaultIfEmpty(0).Average()), sides.Min(), sides.Max(),
            plan.IsTreated ? method : null, fallbacks);
    }

    public static VideoTracks Tracks(ImageSize size, IEnumerable<PlannedTrack> tracks) => new(
        size.Width, size.Height,
        [.. tracks.Select(track => new TrackPlaces(
            track.Id, track.IsTreated, track.Evidence, track.First,
            [.. track.Places.Select(place => new FramePlaces(place.Kind, [.. place.Covered.Select(Whole)]))]))]);

    public static IReadOnlyList<VideoWarning> Warnings(
        MediaInfo info, VideoOptions options, VideoCoverage coverage, IReadOnlyList<TrackReport> tracks,
        bool isDamaged)
    {
        (VideoWarning Warning, bool IsGiven)[] all =
        [
            (VideoWarning.UncertainFrames, coverage.Uncertain > 0),
            (VideoWarning.WeakTracks, tracks.Any(track => track.Evidence == TrackEvidence.Weak)),
            (VideoWarning.FacesLeft, tracks.Any(track => !track.Treated)),
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

    // One for each frame: where there are several places, they are all uncertain.
    private static IEnumerable<FacePlace> KindsOf(Track track) => track.Places.DistinctBy(place => place.Frame);

    private static Func<FacePlace, bool> OfKind(PlaceKind kind) => place => place.Kind == kind;

    private static int LongestGap(List<FacePlace> finds) =>
        finds.Zip(finds.Skip(1), (a, b) => b.Frame - a.Frame - 1).DefaultIfEmpty(0).Max();

    private static Box Whole(FaceBox box)
    {
        var (left, top) = ((int)Math.Floor(box.X), (int)Math.Floor(box.Y));
        return new Box(
            left, top, Math.Max(1, (int)Math.Ceiling(box.X + box.Width) - left),
            Math.Max(1, (int)Math.Ceiling(box.Y + box.Height) - top));
    }

    private static double Rounded(double value) => Math.Round(value, 4);
}
