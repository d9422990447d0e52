using System.Numerics;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Replacement;
using FaceDeid.Protection.Subjects;
using FaceDeid.Video.Media;
using FaceDeid.Video.Tracking;
using OpenCvSharp;

namespace FaceDeid.Video.Rendering;

/// <summary>
/// Treats the faces of one frame after the other. Methods that need landmarks see some frames ahead: points are averaged over the
/// frames around, and a face that is only now and then seen well enough is blurred throughout. For one thread at a time; owns the
/// frames that it holds.
/// </summary>
internal sealed class FrameRenderer(
    FaceDeidentifier deidentifier, CheckedLandmarkPredictor predictor, WorkerGate gate, IReadOnlyList<PlannedTrack> tracks,
    IReadOnlyList<PlannedRegion> regions, DeidentificationOptions options, IReadOnlySet<int> masked) : IDisposable
{
    private const int Around = 3; // frames, before and after, over which points are averaged
    private const int ShortestRun = 5; // frames in which a face must be seen well enough
    private const int Ahead = ShortestRun - 1;
    private const int OfNobody = 0; // tracks are numbered from 1
    private const int MostTogether = 4; // frames that are treated side by side: bounds memory, and how far points must reach

    private readonly Treatment _treatment = new(options)
    {
        Disguises = tracks.ToDictionary(track => track.Id, track => track.Disguise), // without one it is blurred
    };

    private readonly bool _needsLandmarks = options.Method is DeidentificationMethod.Replace or DeidentificationMethod.Average
        or DeidentificationMethod.Merge or DeidentificationMethod.Eyebar || options.Region == RegionShape.Hull;

    private readonly Dictionary<int, LandmarkRun> _runs = [];
    private readonly Queue<VideoFrame> _waiting = new();

    /// <summary>For each track, the frames in which it did not get the method that was asked for.</summary>
    public Dictionary<int, int> Fallbacks { get; } = [];

    /// <summary>Takes a frame over; gives those that are treated by now, which are then the caller's.</summary>
    public IReadOnlyList<VideoFrame> Add(VideoFrame frame)
    {
        _waiting.Enqueue(frame);
        if (_needsLandmarks)
            Place(frame);
        return Treat(_needsLandmarks ? Ahead : 0, least: Math.Min(gate.Workers, MostTogether));
    }

    /// <summary>Takes over a frame that is not treated, but shows where the faces of those that are go.</summary>
    public IReadOnlyList<VideoFrame> Observe(VideoFrame frame)
    {
        using (frame)
        {
            if (_needsLandmarks)
                Place(frame);
        }

        return [];
    }

    /// <summary>Gives those that are left.</summary>
    public IReadOnlyList<VideoFrame> Complete() => Treat(ahead: 0, least: 1);

    public void Dispose()
    {
        foreach (var frame in _waiting)
            frame.Dispose();
    }

    /// <summary>Treats what waits, but for some frames, when there are enough of them.</summary>
    private VideoFrame[] Treat(int ahead, int least)
    {
        if (_waiting.Count - ahead < least)
            return [];
        VideoFrame[] next = [.. _waiting.Take(_waiting.Count - ahead)];
        foreach (var track in gate.Map(next, Treat).SelectMany(tracks => tracks))
            Fallbacks[track] = Fallbacks.GetValueOrDefault(track) + 1;
        while (_waiting.Count > ahead)
            _waiting.Dequeue();
        return next;
    }

    private void Place(VideoFrame frame)
    {
        var shown = tracks.Where(track => track.IsTreated && track.At(frame.Number)?.Face is not null).ToList();
        using var luma = frame.Luma();
        var found = gate.Map(shown, track =>
            predictor.Predict(luma, Face(track, track.At(frame.Number)!.Face!.Value, Certainty.High)));
        foreach (var (track, (landmarks, areReliable)) in shown.Zip(found))
        {
            if (!_runs.TryGetValue(track.Id, out var run))
                _runs.Add(track.Id, run = new LandmarkRun(Around, ShortestRun));
            run.Add(frame.Number, areReliable ? landmarks.ToComplex() : null);
        }
    }

    /// <summary>Treats a frame; gives the tracks that did not get the method that was asked for.</summary>
    private HashSet<int> Treat(VideoFrame frame)
    {
        HashSet<int> fallen = [];
        if (frame.IsDamaged)
        {
            Cover(frame); // what it shows may be a face, in a place that nobody knows
            return fallen;
        }

        var places = tracks.Where(track => track.IsTreated)
            .Select(track => (Track: track, Place: track.At(frame.Number))).Where(item => item.Place is not null).ToList();
        var areas = regions.Where(region => region.First <= frame.Number && frame.Number <= region.Last).ToList();
        if (places.Count + areas.Count == 0)
            return fallen;
        using var canvas = new FrameCanvas(frame);
        var size = canvas.Image.Bgr.Size();
        var subjects = places.SelectMany(item => Subjects(item.Track, item.Place!, frame.Number)).Concat(areas.Select(Area))
            .Where(subject => IsIn(subject.Box, size)).ToList();
        foreach (var (isMasked, together) in subjects.GroupBy(subject => masked.Contains(subject.Face.Id))
            .Select(group => (group.Key, group.ToList())))
        {
            var treatment = isMasked ? _treatment.With(FaceDeidentifier.LastResort) : _treatment;
            fallen.UnionWith(deidentifier.Treat(canvas.Image, together, treatment)
                .Where(report => report.Method != options.Method && report.Id != OfNobody).Select(report => report.Id));
        }

        foreach (var subject in subjects)
            canvas.PutBack(Reach(subject, size));
        return fallen;
    }

    private static void Cover(VideoFrame frame)
    {
        const byte black = 16, colourless = 128;
        using var luma = frame.Luma();
        luma.SetTo(new Scalar(black));
        using var chroma = frame.Pixels.SubMat(new Rect(0, frame.Height, frame.Width, frame.Height / 2));
        chroma.SetTo(new Scalar(colourless));
    }

    /// <summary>A face of which nothing is known but its place.</summary>
    internal static Subject Unknown(FoundFace face) => new(
        face, IsGiven: false, Polygon: null,
        Points(landmarks: null, FaceBox.Of(face.Box)),
        HasReliableLandmarks: false);

    /// <summary>An area that is treated as a face would be of which nothing is known.</summary>
    internal static Subject Area(PlannedRegion region)
    {
        var box = Boxes.Around(region.Polygon);
        return Unknown(new FoundFace(OfNobody, box, Score: 1, DetectorKind.Auto, SubDetector: null)) with
        {
            IsGiven = true,
            Polygon = region.Polygon,
        };
    }

    /// <summary>A place of which nothing is known but that a face may be there.</summary>
    internal static Subject Unknown(FaceBox place) =>
        Unknown(new FoundFace(OfNobody, place.Whole(), Score: 1, DetectorKind.Auto, SubDetector: null));

    private IEnumerable<Subject> Subjects(PlannedTrack track, PlannedPlace place, int frame)
    {
        var isKnown = place.Face is not null && track is { Who: not null, Expression: not null };
        var landmarks = isKnown && _runs.TryGetValue(track.Id, out var run) ? run.At(frame) : null;
        // Only what is surely a face, and surely there, gets another one.
        var isSure = track.Evidence == TrackEvidence.Strong && (place.Kind == PlaceKind.Detected || landmarks is not null);
        return place.Covered.Select(covered => new Subject(
            Face(track, covered, isSure ? Certainty.High : Certainty.Low), IsGiven: false, Polygon: null,
            Points(landmarks, covered), HasReliableLandmarks: landmarks is not null)
        {
            Who = track.Who,
            Expression = track.Expression,
        });
    }

    private static FoundFace Face(PlannedTrack track, FaceBox place, Certainty certainty)
    {
        var box = place.Whole();
        return new FoundFace(track.Id, box, Score: 1, DetectorKind.Auto, SubDetector: null)
        {
            LandmarkBox = box.ForLandmarks(),
            IsCommon = true,
            Certainty = certainty,
        };
    }

    // Methods that need none do not look at them.
    private static Landmarks68 Points(Complex[]? landmarks, FaceBox place) => new(
        landmarks is null
            ? [.. Enumerable.Repeat(
                new PixelPoint((int)(place.X + (place.Width / 2)), (int)(place.Y + (place.Height / 2))), Landmarks68.Count)]
            : [.. landmarks.Select(p => new PixelPoint((int)Math.Round(p.Real), (int)Math.Round(p.Imaginary)))]);

    /// <summary>Where a treatment may have changed something.</summary>
    private Rect Reach(Subject subject, Size picture)
    {
        var region = ProtectedRegion.BoundsOf(subject, picture, options.Region);
        return subject.HasReliableLandmarks
            ? region.Union(FaceView.BoundsOf(subject.Landmarks.ToComplex(), picture))
            : region;
    }

    private static bool IsIn(Box box, Size picture) =>
        box.X < picture.Width && box.Y < picture.Height && box.X + box.Width > 0 && box.Y + box.Height > 0;
}
