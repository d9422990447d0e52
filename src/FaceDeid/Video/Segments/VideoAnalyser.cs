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
    /// <param name="recording">The recording, all frames of which are decoded.</param>
    /// <param name="report">Told how many frames are done, and how many faces were followed.</param>
    /// <param name="cancellationToken">Stops after the frame at hand.</param>
    /// <returns>How many frames there are.</returns>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.CorruptVideo"/>: the frames are others than before.
    /// </exception>
    public async Task<int> RunAsync(OpenRecording recording, Action<int, int> report, CancellationToken cancellationToken)
    {
        var reader = recording.Reader;
        await using var run = new AnalysisRun(
            this, recording.Info.Size, recording.Options, recording.Store, claim: _ => true);
        await foreach (var frame in reader.ReadAsync(cancellationToken))
        {
            await run.AddAsync(frame, reader.TimeBase, cancellationToken);
            report(run.Frames, run.Faces);
        }

        await run.CompleteAsync(reader.TimeBase, cancellationToken);
        return run.Frames;
    }

    /// <summary>Analyses the segments that no other machine has claimed, until there are none.</summary>
    /// <param name="recording">The recording, which several machines work on.</param>
    /// <param name="frames">Its frames.</param>
    /// <param name="claims">Which machine has what.</param>
    /// <param name="report">Told how many frames are done, by whomever, and how many faces were followed here.</param>
    /// <param name="cancellationToken">Stops after the frame at hand.</param>
    /// <returns>Whether its frames are what its container announced: else it cannot be shared.</returns>
    public async Task<bool> ShareAsync(
        OpenRecording recording, SharedFrames frames, ISegmentClaims claims, Action<int, int> report,
        CancellationToken cancellationToken)
    {
        while (Claim(Missing(recording.Store, frames), claims) is { } segment)
        {
            if (!await RunFromAsync(segment, recording, frames, claims, report, cancellationToken))
                return false;
        }

        return true;
    }

    /// <summary>The segments that are not analysed yet.</summary>
    public IReadOnlyList<int> Missing(IMediaStore store, SharedFrames frames) =>
        [.. Enumerable.Range(0, segments.CountOf(frames.Count)).Where(segment => !store.Exists(VideoObjects.Analysis(segment)))];

    /// <summary>
    /// Claims the first that is free of an order in which machines get far from each other: each goes on from its own.
    /// </summary>
    private static int? Claim(IReadOnlyList<int> missing, ISegmentClaims claims)
    {
        for (var parts = 1; parts < 2 * missing.Count; parts *= 2)
        {
            for (var part = 0; part < parts; part++)
            {
                var segment = missing[(int)((long)part * missing.Count / parts)];
                if (claims.TryClaim(VideoPhase.Analysing, segment))
                    return segment;
            }
        }

        return null;
    }

    private async Task<bool> RunFromAsync(
        int segment, OpenRecording recording, SharedFrames frames, ISegmentClaims claims, Action<int, int> report,
        CancellationToken cancellationToken)
    {
        var (reader, first) = (recording.Reader, segments.LeadIn(segment));
        var others = frames.Count - (Missing(recording.Store, frames).Count * segments.Count);
        await using var run = new AnalysisRun(
            this, recording.Info.Size, recording.Options, recording.Store,
            number => number == segment || (number < segments.CountOf(frames.Count)
                && claims.TryClaim(VideoPhase.Analysing, number)), frames.Ticks[0]);
        try
        {
            var decoded = first == 0
                ? reader.ReadAsync(cancellationToken)
                : reader.ReadAsync(first, frames.Ticks[first], frames.Seconds[first], cancellationToken);
            await foreach (var frame in decoded)
            {
                var isAnnounced = frames.Has(frame);
                await run.AddAsync(frame, reader.TimeBase, cancellationToken);
                if (!isAnnounced)
                    return false;
                report(Math.Clamp(others + run.Frames - first, 0, frames.Count), run.Faces);
                if (run.IsOver)
                    return true;
            }

            await run.CompleteAsync(reader.TimeBase, cancellationToken);
            return run.Frames == frames.Count;
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.CorruptVideo)
        {
            return false; // whether it is damaged, who reads all of it will tell
        }
    }
}
