using FaceDeid.Faces.Landmarks;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Subjects;
using FaceDeid.Video.Media;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Spool;
using OpenCvSharp;

namespace FaceDeid.Video.Review;

/// <summary>A face and what is around it in one frame, small, as JPEG.</summary>
/// <param name="Track">Whose.</param>
/// <param name="Frame">Which frame.</param>
/// <param name="Boxes">What is covered there.</param>
/// <param name="Part">Which part of the frame it is.</param>
/// <param name="Seconds">When it is shown.</param>
/// <param name="Treated">With every face treated, those that are left visible too.</param>
/// <param name="Original">As it was recorded.</param>
internal sealed record TrackThumbnail(
    int Track, int Frame, IReadOnlyList<Box> Boxes, Box Part, double Seconds, byte[] Treated, byte[] Original)
{
    public bool Shows(int track, int frame, IReadOnlyList<Box> boxes) =>
        Track == track && Frame == frame && Boxes.SequenceEqual(boxes);
}

/// <summary>
/// Cuts a few moments of each track out of a recording, for who reviews it. What is there already is not cut again.
/// </summary>
internal sealed class TrackThumbnails(FaceDeidentifier deidentifier, CheckedLandmarkPredictor predictor, WorkerGate gate)
{
    /// <summary>Pixels of a side.</summary>
    public const int Side = 160;

    private const int Most = 400; // of a recording
    private const int MostOfTrack = 4;
    private const double Around = 2.2; // of a box's longer side
    private const int Least = 32; // pixels of a frame that are shown
    private const int Far = 300; // frames, beyond which decoding begins anew
    private const int Quality = 85;

    /// <summary>Cuts.</summary>
    public async Task RunAsync(VideoPlan plan, OpenRecording recording, CancellationToken cancellationToken)
    {
        var store = recording.Store;
        var known = store.Exists(VideoObjects.Thumbnails)
            ? await StoredJson.LoadAsync<List<TrackThumbnail>>(store, VideoObjects.Thumbnails, cancellationToken)
            : [];
        var clock = FrameClock.Of(plan.Times);
        var count = Math.Clamp(Most / Math.Max(1, plan.Tracks.Count), 1, MostOfTrack);
        List<TrackThumbnail> all = [];
        List<(PlannedTrack Track, int Frame)> missing = [];
        foreach (var (track, frame) in plan.Tracks.SelectMany(track => MomentsOf(track, count).Select(frame => (track, frame))))
        {
            if (known.Find(thumbnail => thumbnail.Shows(track.Id, frame, BoxesOf(track, frame))) is { } there)
                all.Add(there);
            else
                missing.Add((track, frame));
        }

        var byFrame = missing.ToLookup(moment => moment.Frame, moment => moment.Track);
        foreach (var run in Runs([.. byFrame.Select(frame => frame.Key).Order()]))
        {
            await foreach (var frame in recording.Reader.ReadAsync(
                plan.Times, run.First, run.Last - run.First + 1, cancellationToken))
            {
                using (frame)
                {
                    if (byFrame.Contains(frame.Number))
                        all.AddRange(await gate.RunBehindAsync(() => Cut(frame, byFrame[frame.Number]), cancellationToken));
                }
            }
        }

        await StoredJson.SaveAsync(
            store, VideoObjects.Thumbnails, all.OrderBy(thumbnail => thumbnail.Track).ThenBy(thumbnail => thumbnail.Frame),
            cancellationToken);

        List<TrackThumbnail> Cut(VideoFrame frame, IEnumerable<PlannedTrack> tracks)
        {
            PlannedTrack[] here = [.. plan.Tracks.Where(track => track.At(frame.Number) is not null)
                .Select(track => track with { IsTreated = true })];
            var originals = tracks.Select(track => (Track: track, Part: Part(frame, track)))
                .Select(cut => (cut.Track, cut.Part, Original: Picture(frame, cut.Part))).ToList();
            using var renderer = new FrameRenderer(
                deidentifier, predictor, gate, here, plan.Regions, Plain(recording.Options.Faces), new HashSet<int>());
            List<VideoFrame> treated = [.. renderer.Add(frame.As(frame.Number)), .. renderer.Complete()];
            using var shown = treated[0];
            return [.. originals.Select(cut => new TrackThumbnail(
                cut.Track.Id, frame.Number, BoxesOf(cut.Track, frame.Number), cut.Part,
                Math.Round(clock.At(frame.Number), 3), Picture(shown, cut.Part), cut.Original))];
        }
    }

    /// <summary>A method that needs to see nothing but one frame.</summary>
    private static DeidentificationOptions Plain(DeidentificationOptions options) =>
        options.Method is DeidentificationMethod.Mask or DeidentificationMethod.Pixelate
            ? options
            : options with { Method = DeidentificationMethod.Blur, Strength = null, Region = RegionShape.Ellipse };

    private static IReadOnlyList<Box> BoxesOf(PlannedTrack track, int frame) =>
        [.. track.At(frame)!.Covered.Select(box => box.Whole())];

    /// <summary>Frames that are evenly spread over those in which the face is seen.</summary>
    private static IEnumerable<int> MomentsOf(PlannedTrack track, int count)
    {
        var shown = Enumerable.Range(track.First, track.Places.Count).Where(frame => track.At(frame) is not null).ToList();
        var seen = shown.FindAll(frame => track.At(frame)!.Kind is PlaceKind.Detected or PlaceKind.Given);
        var frames = seen.Count > 0 ? seen : shown;
        return Enumerable.Range(0, count).Select(i => frames[((2 * i) + 1) * frames.Count / (2 * count)]).Distinct();
    }

    /// <summary>Frames that are near each other are decoded in one go.</summary>
    private static IEnumerable<FrameRange> Runs(IReadOnlyList<int> frames)
    {
        for (var (i, first) = (0, 0); i < frames.Count; i++)
        {
            if (i + 1 < frames.Count && frames[i + 1] - frames[i] <= Far)
                continue;
            yield return new FrameRange(frames[first], frames[i]);
            first = i + 1;
        }
    }

    /// <summary>A square around a face, inside of the frame.</summary>
    private static Box Part(VideoFrame frame, PlannedTrack track)
    {
        var box = track.At(frame.Number)!.Covered.Aggregate((one, other) => one.Around(other));
        var most = Math.Min(frame.Width, frame.Height);
        var side = Math.Clamp((int)(Around * Math.Max(box.Width, box.Height)), Math.Min(Least, most), most);
        return new Box(
            Math.Clamp((int)(box.CentreX - (side / 2.0)), 0, frame.Width - side),
            Math.Clamp((int)(box.CentreY - (side / 2.0)), 0, frame.Height - side), side, side);
    }

    private static byte[] Picture(VideoFrame frame, Box part)
    {
        using var colours = frame.Pixels.CvtColor(ColorConversionCodes.YUV2BGR_I420);
        using var around = colours.SubMat(new Rect(part.X, part.Y, part.Width, part.Height));
        using var small = around.Resize(
            new Size(Side, Side), 0, 0, part.Width > Side ? InterpolationFlags.Area : InterpolationFlags.Cubic);
        return ImageEncoder.Encode(small, alpha: null, new ImageOutput(ImageFormat.Jpeg, Quality));
    }
}
