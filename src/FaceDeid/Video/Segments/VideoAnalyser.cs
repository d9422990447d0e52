using FaceDeid.Video.Media;
using FaceDeid.Video.People;
using FaceDeid.Video.Search;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Video.Segments;

/// <summary>
/// Looks for the faces of a recording and follows them, frame by frame, segment by segment; what a segment gave is stored as soon
/// as it is known, and not calculated again.
/// </summary>
internal sealed class VideoAnalyser(FrameSearcher searcher, TrackSampler sampler, SegmentFrames segments, WorkerGate gate)
{
    public FrameSearcher Searcher => searcher;

    public TrackSampler Sampler => sampler;

    public SegmentFrames Segments => segments;

    public WorkerGate Gate => gate;

    /// <summary>Analyses the segments that are not stored yet.</summary>
    /// <param name="reader">Gives all frames of the recording.</param>
    /// <param name="size">Size of a frame.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="store">Where segments are stored.</param>
    /// <param name="report">Told how many frames are done, and how many faces were followed.</param>
    /// <param name="cancellationToken">Stops after the frame at hand.</param>
    /// <returns>How many frames there are.</returns>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.CorruptVideo"/>: the frames are others than before.
    /// </exception>
    public async Task<int> RunAsync(
        FrameReader reader, ImageSize size, VideoOptions options, IMediaStore store, Action<int, int> report,
        CancellationToken cancellationToken)
    {
        await using var run = new AnalysisRun(this, size, options, store);
        await foreach (var frame in reader.ReadAsync(cancellationToken))
        {
            await run.AddAsync(frame, reader.TimeBase, cancellationToken);
            report(run.Frames, run.Faces);
        }

        await run.CompleteAsync(reader.TimeBase, cancellationToken);
        return run.Frames;
    }
}
