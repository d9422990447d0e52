using OpenCvSharp;

namespace FaceDeid.Video.Tracking;

/// <summary>
/// Follows all faces through a segment of a recording, frame by frame. A frame is worked on when the next one is there, which
/// tells whether it was the last of its shot. For one thread at a time.
/// </summary>
/// <remarks>
/// Each n-th frame, and the first and last of a shot, is searched in full; only there tracks begin. In between flow carries
/// the boxes, and only where a face is in doubt its surroundings are searched. The search's network sees faces in hands and
/// chairs, too, so that what is new, turned, or where a face was lost counts only after a second look. A track that begins is
/// followed back over what was seen of it before, too faintly to begin one; what lies between two sightings is bridged from
/// both sides, and what lies before the first and after the last is covered for half a second.
/// </remarks>
/// <param name="frame">Size of a frame.</param>
/// <param name="options">How faces are followed.</param>
/// <param name="firstId">Number of the first track.</param>
/// <param name="onSeen">
/// Told where a track's face was seen in a full search: the track, the frame, the sighting and the search.
/// </param>
/// <param name="gate">Where faces are carried and looked for side by side; null: one after the other.</param>
internal sealed class SegmentTracker(
    ImageSize frame, TrackingOptions options, int firstId = 0, Action<int, int, Sighting, IFrameSearch>? onSeen = null,
    WorkerGate? gate = null)
    : IDisposable
{
    private const double Birth = 0.6; // score of what begins a track, if a second look does not deny it...
    private const double FaintProbability = 0.5; // ...and the second look that what is less needs
    private const int MissesBack = 25; // frames without a sighting, after which following back ends
    private const double GateBack = 1;
    private const int FirstLooks = 8; // full searches in which a track is looked at twice...
    private const int LaterLooks = 10; // ...and then at each so many
    private const int MostTurned = 8; // faces

    private readonly FrameWindow _window = new(frame, options.Parts.HasFlag(TrackingParts.Flow));
    private readonly SceneCuts _sceneCuts = new();
    private readonly List<FollowedFace> _faces = [];
    private readonly List<Track> _tracks = [];
    private readonly List<int> _cuts = [];
    private (int Number, Mat Luma, IFrameSearch Search)? _pending;
    private int _nextId = firstId;

    /// <summary>The next frame.</summary>
    /// <param name="number">Its number in the recording: one more than the last.</param>
    /// <param name="luma">Its luminance, <c>CV_8UC1</c>, which must not change any more: it is shared.</param>
    /// <param name="search">Its search; it must work until the next frame was added, or the segment completed.</param>
    public void Add(int number, Mat luma, IFrameSearch search)
    {
        var isCut = _sceneCuts.IsCut(luma) && options.Parts.HasFlag(TrackingParts.Cuts);
        TakePending(isLast: isCut);
        if (isCut)
        {
            EndShot();
            _cuts.Add(number);
        }

        _pending = (number, luma.Share(), search);
    }

    /// <summary>There is no further frame.</summary>
    public SegmentTracks Complete()
    {
        TakePending(isLast: true);
        EndShot();
        return new SegmentTracks(
            [.. _tracks.OrderBy(track => track.First)], _cuts);
    }

    public void Dispose()
    {
        _window.Dispose();
        _sceneCuts.Dispose();
        _pending?.Luma.Dispose();
    }

    private void TakePending(bool isLast)
    {
        if (_pending is not { } pending)
            return;
        using var luma = pending.Luma;
        _pending = null;
        var isFirst = _window.Last < _window.First;
        _window.Add(pending.Number, luma);
        SideBySide(_faces, face => face.Carry(_window));
        var extent = isFirst ? SearchExtent.Turned : options.ExtentIn(pending.Number, frame);
        if (isLast && extent is null or SearchExtent.Half)
            extent = SearchExtent.Full;
        if (extent is not null)
            SearchWhole(pending.Search, extent.Value);
        else if (options.Parts.HasFlag(TrackingParts.Doubt))
            SearchPlaces(pending.Search, [.. _faces.Where(face => face.IsInDoubt && IsLikely(face))]);
        _faces.RemoveAll(face => face.IsLost(frame) && End(face));
    }

    private void EndShot()
    {
        _faces.ForEach(face => End(face));
        _faces.Clear();
        _window.Clear();
    }

    private bool End(FollowedFace face)
    {
        if (IsLikely(face))
            _tracks.Add(face.End(_window, options.Parts.HasFlag(TrackingParts.Tails)));
        return true;
    }

    /// <summary>Whether it may be a face: the oftener it was looked at, the surer the best look must be.</summary>
    private bool IsLikely(FollowedFace face) =>
        face.Probability >= (face.Looks < FirstLooks ? options.LeastProbability : options.LikelyProbability);

    private void SearchWhole(IFrameSearch search, SearchExtent extent)
    {
        var rest = Extend(Believed(search.Everywhere(extent), search), search);
        if (options.Parts.HasFlag(TrackingParts.Doubt))
        {
            SearchPlaces(search, [.. _faces.Where(face => face.Missing > 0 && IsLikely(face))]);
            SearchTurned(search, [.. _faces.Where(face => IsLikely(face)
                && (extent == SearchExtent.Turned ? face.Missing > 0 : face.IsJustLost))]);
        }

        foreach (var face in _faces.Where(face => face.Missing == 0))
            LookAgain(face, search);
        foreach (var sighting in Unclaimed(rest))
        {
            var probability = search.Probability(sighting);
            if (probability >= (sighting.Score >= Birth ? options.LeastProbability : FaintProbability))
                Begin(sighting, probability, search);
            else
                _window.Remember([sighting]);
        }
    }

    /// <summary>Looks for some faces where they are expected.</summary>
    private void SearchPlaces(IFrameSearch search, IReadOnlyList<FollowedFace> faces)
    {
        if (faces.Count > 0)
            _window.Remember(Extend(PlaceSearch.Of(search, [.. faces.Select(face => face.Box)], frame, gate), search));
    }

    /// <summary>Looks whether faces lie, or stand on their head, where they are expected.</summary>
    private void SearchTurned(IFrameSearch search, IReadOnlyList<FollowedFace> faces)
    {
        var turned = SideBySide([.. faces.Take(MostTurned)], face => search.Turned(face.Box)).SelectMany(seen => seen);
        Extend(Believed(turned, search), search);
    }

    /// <summary>
    /// The sightings that count: of turned ones only those where nothing upright is, and which a second look takes for a face.
    /// Of hands, chairs and upright faces there is always an angle at which the network sees a face.
    /// </summary>
    private List<Sighting> Believed(IEnumerable<Sighting> seen, IFrameSearch search)
    {
        var ofRoll = seen.ToLookup(sighting => sighting.Roll != 0);
        var (upright, turned) = (ofRoll[false].ToList(), ofRoll[true]);
        return
        [
            .. upright,
            .. Association.OnePerPlace(Unclaimed(turned)).Where(sighting => sighting.Score >= Birth
                && !upright.Exists(other => other.Score >= Birth && other.Box.Overlap(sighting.Box) > Association.SameOverlap)
                && search.Probability(sighting) >= options.LikelyProbability),
        ];
    }

    /// <summary>Gives sightings to the faces that they show: first the sure, then the others. The rest is given back.</summary>
    private List<Sighting> Extend(IEnumerable<Sighting> seen, IFrameSearch search)
    {
        var rest = Unclaimed(Association.OnePerPlace(seen)).ToList();
        foreach (var least in new[] { Birth, 0 })
        {
            var sightings = rest.FindAll(sighting => sighting.Score >= least);
            var faces = _faces.FindAll(face => face.Missing > 0);
            var pairs = Association.Pair(faces.ConvertAll(face => (face.Box, face.Reach)), sightings)
                .Select(pair => (Face: faces[pair.Face], Sighting: sightings[pair.Sighting]))
                .Where(pair => !pair.Face.IsOutOfSight || IsBelieved(pair.Sighting)).ToList();
            SideBySide(pairs, pair => pair.Face.See(_window, pair.Sighting));
            rest.RemoveAll(sighting => pairs.Exists(pair => pair.Sighting == sighting));
        }

        return rest;

        // What is seen where a face was lost is often what hides it.
        bool IsBelieved(Sighting sighting) => search.Probability(sighting) >= options.LeastProbability;
    }

    /// <summary>
    /// The sightings of none of the faces that were seen in this frame: a face that is lost must not take its neighbour's.
    /// </summary>
    private IEnumerable<Sighting> Unclaimed(IEnumerable<Sighting> seen) => seen.Where(sighting =>
        !_faces.Exists(face => face.Missing == 0 && face.Box.Overlap(sighting.Box) > Association.SameOverlap));

    private IReadOnlyList<T> SideBySide<TFace, T>(IReadOnlyList<TFace> faces, Func<TFace, T> work) =>
        gate is null ? [.. faces.Select(work)] : gate.Map(faces, work);

    private void SideBySide<TFace>(IReadOnlyList<TFace> faces, Action<TFace> work) => SideBySide(faces, face =>
    {
        work(face);
        return true;
    });

    private void LookAgain(FollowedFace face, IFrameSearch search)
    {
        onSeen?.Invoke(face.Id, _window.Last, face.Last, search);
        if (face.Probability >= Track.Sure)
            return;
        if (face.Looks++ < FirstLooks || face.Looks % LaterLooks == 0)
            face.Probability = Math.Max(face.Probability, search.Probability(face.Last));
    }

    private void Begin(Sighting sighting, double probability, IFrameSearch search)
    {
        var place = new FacePlace(_window.Last, sighting.Box, PlaceKind.Detected, (float)sighting.Score);
        var face = new FollowedFace([.. Past(place, isSure: probability >= Track.Sure), place], sighting)
        {
            Id = _nextId++,
            Probability = probability,
            Looks = 1,
        };
        onSeen?.Invoke(face.Id, _window.Last, sighting, search);
        _faces.Add(face);
    }

    /// <summary>Where a face was before a track of it began.</summary>
    private IEnumerable<FacePlace> Past(FacePlace first, bool isSure)
    {
        List<FacePlace> seen = options.Parts.HasFlag(TrackingParts.Backwards) ? SeenBefore(first) : [];
        var tail = options.Parts.HasFlag(TrackingParts.Tails)
            ? Tail.From(_window, seen.Count == 0 ? first : seen[^1], -1, isSure).Reverse()
            : [];
        seen.Reverse();
        var ends = seen.Skip(1).Append(first);
        return [.. tail, .. seen.Zip(ends).SelectMany(gap =>
            GapBridge.Between(_window, gap.First, gap.Second).Prepend(gap.First))];
    }

    /// <summary>What was seen of it, the last first.</summary>
    private List<FacePlace> SeenBefore(FacePlace first)
    {
        List<FacePlace> seen = [];
        var (box, misses) = (first.Box, 0);
        for (var number = first.Frame - 1; number >= _window.First && misses <= MissesBack; number--)
        {
            box = _window.Follow(number + 1, number, box)?.Box ?? box;
            var nearest = _window.Seen(number).Where(sighting => Association.IsOfSize(first.Box, sighting.Box))
                .Select(sighting => (Sighting: sighting, Distance: box.Distance(sighting.Box)))
                .Where(pair => pair.Distance < GateBack).OrderBy(pair => pair.Distance).Select(pair => pair.Sighting)
                .FirstOrDefault();
            misses++;
            if (nearest == default)
                continue;
            _window.Forget(number, nearest);
            (box, misses) = (nearest.Box, 0);
            seen.Add(new FacePlace(number, box, PlaceKind.Detected, (float)nearest.Score));
        }

        return seen;
    }
}
