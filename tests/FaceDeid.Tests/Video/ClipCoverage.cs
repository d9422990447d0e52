using FaceDeid.Faces.Detection;
using FaceDeid.Protection.Subjects;
using FaceDeid.Video.Search;
using FaceDeid.Video.Tracking;
using OpenCvSharp;

namespace FaceDeid.Tests.Video;

/// <summary>How well a clip's faces are covered when it is tracked.</summary>
/// <param name="FaceFrames">Faces that have to be covered, frame by frame: large enough, and half of them in sight.</param>
/// <param name="Uncovered">Those of which more than a twentieth is bare: frame, actor, covered share.</param>
/// <param name="AreaBeside">Share of the frames that is covered far from all faces.</param>
internal sealed record ClipCoverage(
    int FaceFrames, IReadOnlyList<(int Frame, int Actor, double Covered)> Uncovered, double AreaBeside)
{
    private const double SmallestFace = 14; // pixels
    private const double LeastVisible = 0.5;
    private const double LeastCovered = 0.95;

    /// <summary>Tracks a clip with the real search.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="parts">What tracking is made of.</param>
    /// <param name="through">What is between the tracker and the search of a frame.</param>
    /// <param name="quality">How often frames are searched in full.</param>
    public static ClipCoverage Of(
        SyntheticClip clip, TrackingParts parts = TrackingParts.All, Func<int, IFrameSearch, IFrameSearch>? through = null,
        VideoQuality quality = VideoQuality.Normal)
    {
        var tracks = Track(clip, new TrackingOptions { Quality = quality, Parts = parts }, through ?? ((_, search) => search));
        var places = tracks.Tracks
            .Select(track => parts.HasFlag(TrackingParts.Envelope) ? Envelope.Around(track) : track)
            .SelectMany(track => track.Places).ToLookup(place => place.Frame);
        List<(int Frame, int Actor, double Covered)> uncovered = [];
        var (faces, beside) = (0, 0.0);
        for (var number = 0; number < clip.Frames; number++)
        {
            var (frame, labels) = clip.Draw(number);
            frame.Dispose();
            using var _ = labels;
            using var covered = Covered(labels.Size(), places[number]);
            for (var actor = 0; actor < clip.Actors.Count; actor++)
            {
                if (Share(clip, actor, number, labels, covered) is not { } share)
                    continue;
                faces++;
                if (share < LeastCovered)
                    uncovered.Add((number, actor, Math.Round(share, 2)));
            }

            beside += Beside(labels, covered) / clip.Frames;
        }

        return new ClipCoverage(faces, uncovered, beside);
    }

    /// <summary>Which share of a face's visible part is covered; null: it is too small, or hidden.</summary>
    private static double? Share(SyntheticClip clip, int actor, int number, Mat labels, Mat covered)
    {
        if (clip.Actors[actor].Pose(number) is not { Width: >= SmallestFace } pose)
            return null;
        using var face = new Mat();
        Cv2.Compare(labels, Scalar.All(actor + 1), face, CmpTypes.EQ);
        var visible = Cv2.CountNonZero(face);
        if (visible < LeastVisible * clip.Actors[actor].Face.Area(pose))
            return null;
        using var both = new Mat();
        Cv2.BitwiseAnd(face, covered, both);
        return Cv2.CountNonZero(both) / (double)visible;
    }

    private static double Beside(Mat labels, Mat covered)
    {
        using var faces = labels.GreaterThan(0);
        using var kernel = Cv2.GetStructuringElement(MorphShapes.Ellipse, new Size(41, 41));
        using var around = faces.ToMat().Dilate(kernel);
        using var beside = covered.Clone();
        beside.SetTo(Scalar.Black, around);
        return Cv2.CountNonZero(beside) / (double)beside.Total();
    }

    /// <summary>The ellipses around the boxes, as regions of pictures have them, at half the size.</summary>
    private static Mat Covered(Size size, IEnumerable<FacePlace> places)
    {
        const double Times = 1 + (2 * ProtectedRegion.EllipsePadding);
        var covered = new Mat(size, MatType.CV_8UC1, Scalar.Black);
        foreach (var box in places.Select(place => place.Box.Scaled(0.5)))
        {
            Cv2.Ellipse(
                covered,
                new RotatedRect(
                    new Point2f((float)box.CentreX, (float)box.CentreY),
                    new Size2f((float)(box.Width * Times), (float)(box.Height * Times)), 0),
                Scalar.White, thickness: -1);
        }

        return covered;
    }

    private static SegmentTracks Track(
        SyntheticClip clip, TrackingOptions options, Func<int, IFrameSearch, IFrameSearch> through)
    {
        using var tracker = new SegmentTracker(new ImageSize(clip.Size.Width, clip.Size.Height), options);
        List<ShownFrame> shown = [];
        try
        {
            for (var number = 0; number < clip.Frames; number++)
            {
                shown.Add(new ShownFrame(clip, number));
                using var luma = shown[^1].Luma();
                tracker.Add(number, luma, through(number, shown[^1].Search));
            }

            return tracker.Complete();
        }
        finally
        {
            shown.ForEach(frame => frame.Dispose());
        }
    }

    /// <summary>A frame as a recording's decoder gives it, and its search.</summary>
    private sealed class ShownFrame : IDisposable
    {
        private static readonly FrameSearcher Searcher = new(Engine.Finder, Engine.SecondLook, Engine.UltraFace);

        private readonly Mat _planes;
        private readonly Size _size;

        public ShownFrame(SyntheticClip clip, int number)
        {
            var (frame, labels) = clip.Draw(number);
            labels.Dispose();
            using var colours = frame;
            _size = clip.Size;
            _planes = colours.CvtColor(ColorConversionCodes.BGR2YUV_I420);
            Search = Searcher.Search(_planes, new DetectionOptions());
        }

        public FrameSearch Search { get; }

        public Mat Luma() => _planes.SubMat(new Rect(default, _size));

        public void Dispose()
        {
            Search.Dispose();
            _planes.Dispose();
        }
    }
}
