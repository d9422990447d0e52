using FaceDeid.Faces.Landmarks;
using FaceDeid.Protection;
using FaceDeid.Video.Media;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Spool;

namespace FaceDeid.Video.Segments;

/// <summary>
/// Treats the faces of a segment, encodes it, and looks at the encoded frames once more: where a face is still recognised, or
/// was not covered, the segment is made again with a mask there. A segment that is done is stored and not made again, unless
/// something else is to be done in it.
/// </summary>
internal sealed class VideoRenderer(
    FaceDeidentifier deidentifier, CheckedLandmarkPredictor predictor, SegmentVerifier verifier, SegmentFrames segments,
    WorkerGate gate)
{
    private const int Context = 8; // frames before and after a segment, whose landmarks steady those at its ends

    /// <summary>What was found in a segment that is done as the plan says; null: it is not.</summary>
    public async Task<SegmentFindings?> FindAsync(
        int segment, VideoPlan plan, OpenRecording recording, CancellationToken cancellationToken)
    {
        var name = VideoObjects.Verified(segment);
        if (!recording.Store.Exists(name))
            return null;
        var known = await StoredJson.LoadAsync<SegmentFindings>(recording.Store, name, cancellationToken);
        return string.Equals(known.Fingerprint, FingerprintOf(segment, plan, recording), StringComparison.Ordinal) ? known : null;
    }

    /// <summary>Renders a segment.</summary>
    /// <param name="segment">Which, from 0.</param>
    /// <param name="plan">What is done.</param>
    /// <param name="recording">The recording.</param>
    /// <param name="report">Told the number of each frame that is done.</param>
    /// <param name="cancellationToken">Stops after the frame at hand.</param>
    public async Task<SegmentFindings> RunAsync(
        int segment, VideoPlan plan, OpenRecording recording, Action<int> report, CancellationToken cancellationToken)
    {
        var (store, options) = (recording.Store, recording.Options);
        store.Delete(VideoObjects.Verified(segment));
        var findings = new SegmentFindings { Fingerprint = FingerprintOf(segment, plan, recording) };
        findings.Fallbacks = await RenderAsync(segment, plan, findings, recording, report, cancellationToken);
        if (options.Faces.Verify)
            await VerifyAsync(segment, plan, findings, recording, cancellationToken);
        if (!findings.IsClean)
            findings.Fallbacks = await RenderAsync(segment, plan, findings, recording, report, cancellationToken);
        await StoredJson.SaveAsync(store, VideoObjects.Verified(segment), findings, cancellationToken);
        return findings;
    }

    private async Task<Dictionary<int, int>> RenderAsync(
        int segment, VideoPlan plan, SegmentFindings findings, OpenRecording recording, Action<int> report,
        CancellationToken cancellationToken)
    {
        var (first, end) = FramesOf(segment, plan);
        var (from, to) = ContextOf(segment, plan);
        var next = plan.Tracks.Select(track => track.Id).DefaultIfEmpty(0).Max() + 1;
        PlannedTrack[] tracks = [.. plan.Tracks, .. findings.Bare.Select((bare, i) => bare.ToTrack(next + i))];
        HashSet<int> masked = [.. findings.Masked, .. tracks.Skip(plan.Tracks.Count).Select(track => track.Id)];
        tracks = [.. tracks.Where(track => track.First < to && track.First + track.Places.Count > from)];
        using var renderer = new FrameRenderer(
            deidentifier, predictor, gate, tracks, plan.Regions, recording.Options.Faces, masked);
        await using var target = recording.Store.Create(VideoObjects.Rendered(segment));
        await using var writer = recording.Encode(plan.Times, target, cancellationToken);
        await foreach (var frame in recording.Reader.ReadAsync(plan.Times, from, to - from, cancellationToken))
        {
            var isOfSegment = frame.Number >= first && frame.Number < end;
            await WriteAsync(() => isOfSegment ? renderer.Add(frame) : renderer.Observe(frame));
        }

        await WriteAsync(renderer.Complete);
        await writer.CompleteAsync(cancellationToken);
        await target.CompleteAsync(cancellationToken);
        return renderer.Fallbacks;

        async Task WriteAsync(Func<IReadOnlyList<VideoFrame>> treat)
        {
            var treated = await gate.RunBehindAsync(
                () =>
                {
                    using var timed = VideoDiagnostics.Step("protect");
                    return treat();
                },
                cancellationToken);
            await writer.WriteBehindAsync(treated, report, cancellationToken);
        }
    }

    private async Task VerifyAsync(
        int segment, VideoPlan plan, SegmentFindings findings, OpenRecording recording, CancellationToken cancellationToken)
    {
        var (first, end) = FramesOf(segment, plan);
        var reader = await recording.OpenAsync(VideoObjects.Rendered(segment), cancellationToken);
        var (number, clock) = (first, FrameClock.Of(plan.Times));
        var looking = Task.CompletedTask; // while the next frames are decoded
        try
        {
            await foreach (var encoded in reader.ReadAsync(cancellationToken))
            {
                using (encoded)
                {
                    if (number < end && SegmentVerifier.IsDue(number, plan.Tracks))
                    {
                        await looking;
                        looking = LookAsync(encoded.As(number));
                    }

                    number++;
                }
            }

            await looking;
        }
        finally
        {
            await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (number != end)
            throw new InvalidOperationException($"{end - first} frames were encoded, and {number - first} decoded.");

        async Task LookAsync(VideoFrame frame)
        {
            using (frame)
            {
                await gate.RunBehindAsync(
                    () =>
                    {
                        using var timed = VideoDiagnostics.Step("verify");
                        verifier.Look(
                            frame, plan.Tracks, recording.Options.Faces.Detection,
                            recording.Options.IgnoredAt(clock.At(frame.Number)), findings);
                        return true;
                    },
                    cancellationToken);
            }
        }
    }

    private string FingerprintOf(int segment, VideoPlan plan, OpenRecording recording) =>
        SegmentFingerprint.Of(plan, ContextOf(segment, plan), recording.Options);

    /// <summary>The frames that play a part in what a segment becomes.</summary>
    private (int From, int To) ContextOf(int segment, VideoPlan plan)
    {
        var (first, end) = FramesOf(segment, plan);
        return (Math.Max(0, first - Context), Math.Min(plan.Times.Frames.Count, end + Context));
    }

    private (int First, int End) FramesOf(int segment, VideoPlan plan) =>
        (segments.First(segment), Math.Min(plan.Times.Frames.Count, segments.First(segment + 1)));
}
