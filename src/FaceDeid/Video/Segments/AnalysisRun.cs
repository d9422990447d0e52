using FaceDeid.Protection.Replacement;
using FaceDeid.Video.Media;
using FaceDeid.Video.People;
using FaceDeid.Video.Search;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Tracking;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Video.Segments;

/// <summary>
/// The analysis of one recording, while its frames come. Faces are followed frame by frame; meanwhile some frames that come next
/// are searched. Owns the frames that it is given.
/// </summary>
/// <param name="analyser">What it works with.</param>
/// <param name="size">Size of a frame.</param>
/// <param name="options">What was asked for.</param>
/// <param name="store">Where segments are stored.</param>
/// <param name="claim">Whether a segment is to be analysed here.</param>
/// <param name="start">When the recording's first frame is shown, in ticks; null: the first that comes is it.</param>
internal sealed class AnalysisRun(
    VideoAnalyser analyser, ImageSize size, VideoOptions options, IMediaStore store, Predicate<int> claim, long? start = null)
    : IAsyncDisposable
{
    private readonly List<OpenSegment> _open = [];
    private readonly Queue<(VideoFrame Frame, FrameSearch Search, Task Searched)> _next = new();
    private readonly Queue<(VideoFrame Frame, FrameSearch Search)> _last = new(); // worked on when the next one is there
    private readonly TrackingOptions _tracking = new() { Quality = options.Quality };
    private readonly bool _isOften = options.Faces.Keep.Count + options.Faces.Only.Count > 0;
    private readonly bool _isForDonors = options.Review || DonorAssignment.IsFor(options.Faces.Method); // it may be, later
    private SegmentRecord? _known;
    private long? _start = start;
    private int? _end; // the first segment that another has
    private int _faces;

    /// <summary>How many frames there are up to the last that came.</summary>
    public int Frames { get; private set; }

    /// <summary>Whether nothing is left to be done here: the next segment is there already, or another's.</summary>
    public bool IsOver => _end is not null && _open.Count == 0;

    /// <summary>How many faces were followed.</summary>
    public int Faces => _faces + _open.Sum(segment => segment.Faces);

    /// <summary>Takes the next frame.</summary>
    public async Task AddAsync(VideoFrame frame, TimeBase tick, CancellationToken cancellationToken)
    {
        _start ??= frame.Time;
        var search = analyser.Searcher.Search(
            frame.Pixels, options.Faces.Detection, options.IgnoredAt(tick.Seconds(frame.Time - _start.Value)));
        _next.Enqueue((frame, search, SearchAsync(frame.Number, search, cancellationToken)));
        Frames = frame.Number + 1;
        VideoDiagnostics.CountFrame("analysing");
        await CompareAsync(frame, cancellationToken);
        if (_next.Count > 2 * _tracking.Step)
            await FollowAsync(tick, cancellationToken);
    }

    /// <summary>There is no further frame. A segment that only its lead-in was seen of is none.</summary>
    public async Task CompleteAsync(TimeBase tick, CancellationToken cancellationToken)
    {
        while (_next.Count > 0)
            await FollowAsync(tick, cancellationToken);
        await EndAsync(segment => analyser.Segments.First(segment.Number) < Frames, tick, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _open.ForEach(segment => segment.Dispose());
        foreach (var (frame, search, searched) in _next)
        {
            await searched.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Forget((frame, search));
        }

        foreach (var last in _last)
            Forget(last);
    }

    /// <summary>Searches a frame whose turn will come, where that is sure to be needed.</summary>
    private Task SearchAsync(int frame, FrameSearch search, CancellationToken cancellationToken) =>
        _open.Count > 0 && _tracking.ExtentIn(frame, size) is { } extent
            ? analyser.Gate.RunBehindAsync(
                () =>
                {
                    using var timed = VideoDiagnostics.Step("search");
                    return search.Everywhere(extent);
                },
                cancellationToken)
            : Task.CompletedTask;

    /// <summary>Follows the faces into the frame whose turn it is.</summary>
    private async Task FollowAsync(TimeBase tick, CancellationToken cancellationToken)
    {
        var (frame, search, searched) = _next.Peek();
        await searched;
        _next.Dequeue();
        _last.Enqueue((frame, search));
        Begin(frame.Number);
        if (_open.Count > 0)
            await analyser.Gate.RunBehindAsync(() => Add(frame, search), cancellationToken);
        while (_last.Count > 1)
            Forget(_last.Dequeue());
        await EndAsync(segment => frame.Number == analyser.Segments.LeadOut(segment.Number), tick, cancellationToken);
    }

    private bool Add(VideoFrame frame, FrameSearch search)
    {
        using var timed = VideoDiagnostics.Step("follow");
        using var luma = frame.Luma();
        using var copy = luma.Clone();
        _open.ForEach(segment => segment.Add(frame, copy, search));
        return true;
    }

    private void Begin(int frame)
    {
        var segments = analyser.Segments;
        foreach (var number in new[] { segments.Of(frame), segments.Of(frame + segments.Lead) }.Distinct())
        {
            if (frame != segments.LeadIn(number))
                continue;
            if (!store.Exists(VideoObjects.Analysis(number)) && claim(number))
                _open.Add(new OpenSegment(number, segments, size, _tracking, Look, analyser.Gate));
            else
                _end ??= number;
        }
    }

    /// <summary>Of a segment that was stored by an earlier run the frames must be the same now.</summary>
    private async Task CompareAsync(VideoFrame frame, CancellationToken cancellationToken)
    {
        var segment = analyser.Segments.Of(frame.Number);
        if (frame.Number == analyser.Segments.First(segment))
        {
            var name = VideoObjects.Analysis(segment);
            _known = store.Exists(name) ? await SegmentRecord.LoadAsync(store, name, cancellationToken) : null;
        }

        if (_known is not null && !_known.Has(frame))
            throw MediaRefusals.Corrupt();
    }

    private async Task EndAsync(Predicate<OpenSegment> which, TimeBase tick, CancellationToken cancellationToken)
    {
        foreach (var segment in _open.FindAll(which))
        {
            _open.Remove(segment);
            using (segment)
            {
                var record = await analyser.Gate.RunBehindAsync(() => segment.Complete(tick), cancellationToken);
                _faces += record.Found.Tracks.Count;
                await record.SaveAsync(store, VideoObjects.Analysis(segment.Number), cancellationToken);
            }

            SpareMemory.Trim(); // hundreds of frames, between which others lie
        }
    }

    private void Look(List<TrackSample> samples, int frame, Sighting seen, FrameSearch search) =>
        analyser.Sampler.Look(samples, frame, seen, () => search.Image, _isOften, _isForDonors);

    private static void Forget((VideoFrame Frame, FrameSearch Search) worked)
    {
        worked.Search.Dispose();
        worked.Frame.Dispose();
    }
}
