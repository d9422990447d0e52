using FaceDeid.Video.Media;
using FaceDeid.Video.People;
using FaceDeid.Video.Search;
using FaceDeid.Video.Tracking;
using OpenCvSharp;

namespace FaceDeid.Video.Segments;

/// <summary>A segment that is being analysed. For one thread at a time.</summary>
internal sealed class OpenSegment : IDisposable
{
    private const int TracksOfSegment = 1_000_000; // more than there can be

    private readonly SegmentFrames _all;
    private readonly SegmentTracker _tracker;
    private readonly Dictionary<int, List<TrackSample>> _samples = []; // by the tracks' numbers
    private readonly List<FrameNote> _frames = [];

    /// <summary>Begins.</summary>
    /// <param name="number">Which it is, from 0.</param>
    /// <param name="frames">Which frames are whose.</param>
    /// <param name="frame">Size of a frame.</param>
    /// <param name="options">How faces are followed.</param>
    /// <param name="look">Looks at a find, and adds to the samples of its track.</param>
    /// <param name="gate">Where faces are followed side by side.</param>
    public OpenSegment(
        int number, SegmentFrames frames, ImageSize frame, TrackingOptions options,
        Action<List<TrackSample>, int, Sighting, FrameSearch> look, WorkerGate gate)
    {
        (Number, _all) = (number, frames);
        _tracker = new SegmentTracker(frame, options, number * TracksOfSegment, (track, at, seen, search) =>
        {
            if (!_samples.TryGetValue(track, out var samples))
                _samples.Add(track, samples = []);
            look(samples, at, seen, (FrameSearch)search);
        }, gate);
    }

    public int Number { get; }

    /// <summary>How many faces are followed so far.</summary>
    public int Faces => _samples.Count;

    /// <summary>Follows the faces into the next frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="luma">A copy of its luminance, which all segments share.</param>
    /// <param name="search">Its search.</param>
    public void Add(VideoFrame frame, Mat luma, FrameSearch search)
    {
        if (_all.Of(frame.Number) == Number)
            _frames.Add(FrameNote.Of(frame));
        _tracker.Add(frame.Number, luma, search);
    }

    /// <summary>What was found.</summary>
    /// <param name="tick">The tick of the frames' times.</param>
    public SegmentRecord Complete(TimeBase tick) => new(
        _all.First(Number), tick, _frames, _tracker.Complete(), _samples);

    public void Dispose() => _tracker.Dispose();
}
