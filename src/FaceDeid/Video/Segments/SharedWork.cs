using FaceDeid.Video.Spool;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Video.Segments;

/// <summary>
/// The analysis and rendering of a recording that several machines may share. One of them leads: it begins each step, and goes
/// on when all segments of it are there. The others help. Where the container does not say where frames are, the leader works
/// alone.
/// </summary>
internal sealed class SharedWork(VideoAnalyser analyser, VideoRenderer renderer, SegmentFrames segments)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>Analyses all of a recording, with the help of others; how many frames there are.</summary>
    public async Task<int> AnalyseAsync(
        OpenRecording recording, ISegmentClaims? claims, Action<int, int> report, CancellationToken cancellationToken)
    {
        var store = recording.Store;
        if (store.Exists(VideoObjects.Frames))
            return await StoredJson.LoadAsync<int>(store, VideoObjects.Frames, cancellationToken);
        var frames = claims is not null && await AnnouncedAsync(recording, cancellationToken) is { } announced
            && await ShareAnalysisAsync(recording, announced, claims, report, cancellationToken)
                ? announced.Count
                : await analyser.RunAsync(recording, report, cancellationToken);
        await StoredJson.SaveAsync(store, VideoObjects.Frames, frames, cancellationToken);
        return frames;
    }

    /// <summary>Renders all segments, with the help of others.</summary>
    /// <param name="plan">What is done.</param>
    /// <param name="recording">The recording.</param>
    /// <param name="revision">Names what is done.</param>
    /// <param name="claims">Which machine has what; null: there is one.</param>
    /// <param name="report">Told how many frames are done.</param>
    /// <param name="cancellationToken">Stops after the frame at hand.</param>
    public async Task<IReadOnlyList<SegmentFindings>> RenderAsync(
        VideoPlan plan, OpenRecording recording, string revision, ISegmentClaims? claims, Action<int> report,
        CancellationToken cancellationToken)
    {
        if (claims is not null)
            await StoredJson.SaveAsync(recording.Store, VideoObjects.Ready, revision, cancellationToken);
        var findings = new SegmentFindings?[segments.CountOf(plan.Times.Frames.Count)];
        while (true)
        {
            await RenderAsync(findings, plan, recording, claims, report, cancellationToken);
            if (Array.TrueForAll(findings, found => found is not null))
                return findings!;
            await Task.Delay(BetweenLooks, cancellationToken);
        }
    }

    /// <summary>Analyses what nobody else does of a recording that another machine leads.</summary>
    public async Task HelpAnalysingAsync(
        OpenRecording recording, ISegmentClaims claims, CancellationToken cancellationToken)
    {
        var store = recording.Store;
        if (!store.Exists(VideoObjects.Announced) || store.Exists(VideoObjects.Alone))
            return;
        var announced = await StoredJson.LoadAsync<SharedFrames>(store, VideoObjects.Announced, cancellationToken);
        if (!await analyser.ShareAsync(recording, announced, claims, (_, _) => { }, cancellationToken))
            await StoredJson.SaveAsync(store, VideoObjects.Alone, value: true, cancellationToken);
    }

    /// <summary>Renders what nobody else does of a recording that another machine leads.</summary>
    public Task HelpRenderingAsync(
        VideoPlan plan, OpenRecording recording, ISegmentClaims claims, CancellationToken cancellationToken) =>
        RenderAsync(
            new SegmentFindings?[segments.CountOf(plan.Times.Frames.Count)], plan, recording, claims, _ => { },
            cancellationToken);

    /// <summary>Forgets what was analysed: it has to be done again, by one machine.</summary>
    public async Task GoAloneAsync(IMediaStore store, int frames, CancellationToken cancellationToken)
    {
        await StoredJson.SaveAsync(store, VideoObjects.Alone, value: true, cancellationToken);
        store.Delete(VideoObjects.Frames);
        for (var segment = 0; segment < segments.CountOf(frames); segment++)
        {
            store.Delete(VideoObjects.Analysis(segment));
            store.Delete(VideoObjects.Verified(segment));
        }
    }

    /// <summary>
    /// Whether the recording was shared: its analysis may be wrong where a decoder needs to begin at the beginning.
    /// </summary>
    public static bool WasShared(IMediaStore store) =>
        store.Exists(VideoObjects.Announced) && !store.Exists(VideoObjects.Alone);

    private async Task<SharedFrames?> AnnouncedAsync(OpenRecording recording, CancellationToken cancellationToken)
    {
        var store = recording.Store;
        // What a decoder makes of damage depends on where it begins.
        if (store.Exists(VideoObjects.Alone) || recording.Options.OnDamage != VideoDamagePolicy.Error)
            return null;
        if (store.Exists(VideoObjects.Announced))
            return await StoredJson.LoadAsync<SharedFrames>(store, VideoObjects.Announced, cancellationToken);
        var announced = await SharedFrames.ReadAsync(recording, cancellationToken);
        if (announced is null || segments.CountOf(announced.Count) < 2)
            return null;
        await StoredJson.SaveAsync(store, VideoObjects.Announced, announced, cancellationToken);
        return announced;
    }

    private async Task<bool> ShareAnalysisAsync(
        OpenRecording recording, SharedFrames announced, ISegmentClaims claims, Action<int, int> report,
        CancellationToken cancellationToken)
    {
        var store = recording.Store;
        while (true)
        {
            var isShared = await analyser.ShareAsync(recording, announced, claims, report, cancellationToken);
            if (!isShared || store.Exists(VideoObjects.Alone))
            {
                await GoAloneAsync(store, announced.Count, cancellationToken);
                return false;
            }

            if (analyser.Missing(store, announced).Count == 0)
                return true;
            await Task.Delay(BetweenLooks, cancellationToken);
        }
    }

    private async Task RenderAsync(
        SegmentFindings?[] findings, VideoPlan plan, OpenRecording recording, ISegmentClaims? claims, Action<int> report,
        CancellationToken cancellationToken)
    {
        for (var segment = 0; segment < findings.Length; segment++)
        {
            if (findings[segment] is not null)
                continue;
            findings[segment] = await renderer.FindAsync(segment, plan, recording, cancellationToken);
            if (findings[segment] is null && claims?.TryClaim(VideoPhase.Rendering, segment) is not false)
            {
                var others = Done();
                findings[segment] = await renderer.RunAsync(
                    segment, plan, recording, frame => report(others + frame + 1 - segments.First(segment)), cancellationToken);
            }
            else if (findings[segment] is not null && claims is not null)
            {
                report(Done()); // of another, while this one may have nothing left to report
            }
        }

        int Done() => Enumerable.Range(0, findings.Length).Where(segment => findings[segment] is not null)
            .Sum(segment => Math.Min(plan.Times.Frames.Count, segments.First(segment + 1)) - segments.First(segment));
    }
}
