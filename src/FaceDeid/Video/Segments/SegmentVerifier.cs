using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Video.Media;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Search;
using FaceDeid.Video.Tracking;

namespace FaceDeid.Video.Segments;

/// <summary>
/// Looks for faces in the encoded result: for such that are still somebody's who is protected, and for such that nothing covers.
/// Some frames are searched in full; in those between them the places that were not seen but calculated. Thread-safe.
/// </summary>
internal sealed class SegmentVerifier(
    FrameSearcher searcher, CheckedLandmarkPredictor predictor, FaceEmbedder embedder, WorkerGate gate)
{
    private const int Each = 25; // frames
    private const int EachInDoubt = 3; // the same, where a face's place was not seen but calculated
    private const double Reach = 0.6; // of a covered box, from its centre
    private const int Around = 12; // frames before and after one in which a face was found bare

    /// <summary>Whether a frame is looked at.</summary>
    public static bool IsDue(int frame, IReadOnlyList<PlannedTrack> tracks) =>
        frame % Each == 0 || (frame % EachInDoubt == 0 && InDoubt(frame, tracks).Any());

    /// <summary>Looks at a frame.</summary>
    /// <param name="frame">As it was encoded; its number is that in the recording.</param>
    /// <param name="tracks">What was done.</param>
    /// <param name="options">How faces are found.</param>
    /// <param name="ignored">Outlines of areas in which none is looked for.</param>
    /// <param name="findings">What was found is added here.</param>
    public void Look(
        VideoFrame frame, IReadOnlyList<PlannedTrack> tracks, DetectionOptions options,
        IReadOnlyList<IReadOnlyList<PixelPoint>> ignored, SegmentFindings findings)
    {
        findings.Frames++;
        using var search = searcher.Search(frame.Pixels, options, ignored);
        using var luma = frame.Luma();
        var all = frame.Number % Each == 0
            ? search.Everywhere(SearchExtent.Full)
            : PlaceSearch.Of(
                search, [.. InDoubt(frame.Number, tracks)], new ImageSize(frame.Width, frame.Height), gate);
        foreach (var seen in Association.OnePerPlace(all))
        {
            var near = tracks.Where(track => track.At(frame.Number)?.Covered.Any(box => Meets(box, seen.Box)) == true).ToList();
            if (near.TrueForAll(track => !track.IsTreated) && near.Count > 0)
                continue;
            var probability = search.Probability(seen);
            if (near.Count == 0 && probability >= FaceFinder.Certain)
                findings.AddBare(frame.Number - Around, frame.Number + Around, seen.Box);
            else if (near.Count > 0 && probability >= FaceFinder.Uncertain)
                Recognise(frame, luma, search, seen, near, findings);
        }
    }

    private static IEnumerable<FaceBox> InDoubt(int frame, IReadOnlyList<PlannedTrack> tracks) => tracks
        .Where(track => track.IsTreated).Select(track => track.At(frame))
        .Where(place => place?.Kind == PlaceKind.Uncertain).SelectMany(place => place!.Covered);

    private void Recognise(
        VideoFrame frame, OpenCvSharp.Mat luma, FrameSearch search, Sighting seen, List<PlannedTrack> near,
        SegmentFindings findings)
    {
        var box = Boxes.Around(seen.Box.CentreX, seen.Box.CentreY, seen.Box.Width, seen.Box.Height);
        var face = new FoundFace(frame.Number, box, seen.Score, DetectorKind.Auto, SubDetector: null)
        {
            LandmarkBox = box.ForLandmarks(),
            IsCommon = true,
        };
        var (landmarks, areReliable) = predictor.Predict(luma, face);
        if (!areReliable)
            return;
        var look = embedder.Embed(search.Image.Bgr, landmarks);
        foreach (var track in near.Where(track => track.IsTreated && track.Looks.Any(original =>
            original.SimilarityTo(look) >= PersonMatch.StillRecognised + PersonMatch.Alike(track.Who))))
            findings.Masked.Add(track.Id);
    }

    private static bool Meets(FaceBox covered, FaceBox seen) =>
        Math.Abs(covered.CentreX - seen.CentreX) < covered.Width * Reach
        && Math.Abs(covered.CentreY - seen.CentreY) < covered.Height * Reach;
}

/// <summary>What a second search of a segment gave, and what is done about it.</summary>
internal sealed record SegmentFindings
{
    /// <summary>What was done, by <see cref="SegmentFingerprint"/>.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>How many frames were searched.</summary>
    public int Frames { get; set; }

    /// <summary>Numbers of the tracks whose faces were still recognised: they get a mask.</summary>
    public HashSet<int> Masked { get; init; } = [];

    /// <summary>Places where a face was found that nothing covered: they get a mask, too.</summary>
    public List<BarePlace> Bare { get; init; } = [];

    /// <summary>For each track, the frames in which it did not get the method that was asked for.</summary>
    public Dictionary<int, int> Fallbacks { get; set; } = [];

    public bool IsClean => Masked.Count + Bare.Count == 0;

    /// <summary>Adds a bare place, or makes one that was found near it last longer.</summary>
    public void AddBare(int first, int last, FaceBox box)
    {
        var i = Bare.FindIndex(bare => bare.Last >= first && bare.Box.Overlap(box) > 0);
        if (i < 0)
            Bare.Add(new BarePlace(first, last, box));
        else
            Bare[i] = new BarePlace(Bare[i].First, last, Bare[i].Box.Around(box));
    }
}

/// <summary>A place that is covered in some frames.</summary>
internal sealed record BarePlace(int First, int Last, FaceBox Box)
{
    /// <summary>A track that covers it.</summary>
    public PlannedTrack ToTrack(int id) => new(
        id, First, [.. Enumerable.Repeat(new PlannedPlace(PlaceKind.Uncertain, null, [Box]), Last - First + 1)],
        TrackEvidence.Weak);
}
