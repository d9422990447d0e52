using System.Security.Cryptography;
using System.Text.Json;
using FaceDeid.Faces;
using FaceDeid.Models;
using FaceDeid.Protection;
using FaceDeid.Video.Media;
using FaceDeid.Video.Review;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Video;

/// <summary>
/// De-identifies recordings: probe, analyse segment by segment, plan, let a person look where that is asked for, render segment
/// by segment, join, report. What a step gave lies in the recording's store, so that work that was interrupted goes on where it
/// was, and only what a person's change touches is made again.
/// </summary>
public sealed class VideoPipeline
{
    // Ticks of the files that are written, and of the probe's answer, both rounded.
    private const double Microsecond = 2e-6;
    private const double Millisecond = 1e-3;

    private readonly SharedWork _work;
    private readonly VideoPlanner _planner;
    private readonly TrackReview _review;
    private readonly TrackThumbnails _thumbnails;
    private readonly ContactSheet _sheet;
    private readonly MaskVideo _mask;
    private readonly SegmentFrames _segments;
    private readonly FaceReader _reader;
    private readonly ReferencePhotos _references;
    private readonly IReadOnlyList<CertificateModel> _models;

    internal VideoPipeline(
        SharedWork work, VideoPlanner planner, TrackReview review, TrackThumbnails thumbnails, ContactSheet sheet,
        MaskVideo mask, SegmentFrames segments, FaceReader reader, ReferencePhotos references, ModelManifest manifest)
    {
        (_work, _planner, _segments) = (work, planner, segments);
        (_review, _thumbnails, _sheet, _mask) = (review, thumbnails, sheet, mask);
        (_reader, _references) = (reader, references);
        _models = [.. manifest.Models.Select(model => new CertificateModel(model.Name, model.Sha256))];
    }

    /// <summary>How reports and tracks are written.</summary>
    public static JsonSerializerOptions Json => StoredJson.Documents;

    /// <summary>What is missing to read and write recordings, for the operator; null: nothing.</summary>
    public static Task<string?> FaultAsync(CancellationToken cancellationToken) => MediaProcess.FaultAsync(cancellationToken);

    /// <summary>Looks at a recording's header.</summary>
    /// <param name="store">Holds <see cref="VideoObjects.Source"/>.</param>
    /// <param name="limits">What a recording may be.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaceDeidException">It is refused.</exception>
    public static async Task CheckAsync(IMediaStore store, MediaLimits limits, CancellationToken cancellationToken)
    {
        await using var recording = await OpenRecording.OpenAsync(store, new VideoOptions(), limits, cancellationToken);
    }

    /// <summary>Checks options by themselves.</summary>
    /// <exception cref="FaceDeidException">One is out of its range, or they contradict each other.</exception>
    public void Check(VideoOptions options) => VideoRules.Check(options, _reader.Decoder.Limits);

    /// <summary>Checks what a person changed in the tracks of a recording, and that somebody would still be protected.</summary>
    /// <param name="store">Holds <see cref="VideoObjects.Tracks"/>.</param>
    /// <param name="edits">The tracks as they shall be; null: as they are.</param>
    /// <param name="onNoFace">What happens when nobody would be protected.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaceDeidException">They cannot be had, or nobody would be protected.</exception>
    public static async Task CheckAsync(
        IMediaStore store, VideoTracks? edits, NoFacePolicy onNoFace, CancellationToken cancellationToken)
    {
        var tracks = await StoredJson.LoadAsync<VideoTracks>(store, VideoObjects.Tracks, cancellationToken, Json);
        if (edits is not null)
            TrackRules.Check(tracks, edits);
        if (onNoFace == NoFacePolicy.Error && !TrackRules.Protects(tracks, edits))
            throw VideoRules.NoFace();
    }

    /// <summary>Moments of the tracks on one picture, as JPEG, for who reviews a recording.</summary>
    /// <param name="store">A recording's that was analysed with <see cref="VideoOptions.Review"/>.</param>
    /// <param name="track">One track; null: those of a page.</param>
    /// <param name="page">Which page, from 1.</param>
    /// <param name="isOriginal">Whether faces are shown as they were recorded.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Null: there is no such track, or page, or nothing to review.</returns>
    public async Task<byte[]?> DrawContactSheetAsync(
        IMediaStore store, int? track, int page, bool isOriginal, CancellationToken cancellationToken) =>
        store.Exists(VideoObjects.Thumbnails)
            ? await _sheet.DrawAsync(store, track, page, isOriginal, cancellationToken)
            : null;

    /// <summary>De-identifies a recording that nobody reviews; goes on where an earlier run ended.</summary>
    /// <param name="store">Holds <see cref="VideoObjects.Source"/>; gets the result, the report and the tracks.</param>
    /// <param name="options">How; the same in each run.</param>
    /// <param name="limits">What a recording may be.</param>
    /// <param name="progress">Told how far it is; null: nobody asks.</param>
    /// <param name="cancellationToken">Stops after the frame at hand.</param>
    /// <exception cref="FaceDeidException">The recording or an option is refused, or nobody would be protected.</exception>
    public async Task<VideoReport> RunAsync(
        IMediaStore store, VideoOptions options, MediaLimits limits, IProgress<VideoProgress>? progress,
        CancellationToken cancellationToken) =>
        (await RunAsync(
            store, options with { Review = false }, limits, revision: null, claims: null, progress, cancellationToken))!;

    /// <summary>De-identifies a recording that a person may review; goes on where an earlier run ended.</summary>
    /// <param name="store">Holds <see cref="VideoObjects.Source"/>; gets the result, the report and the tracks.</param>
    /// <param name="options">How; the same in each run, or with a new revision.</param>
    /// <param name="limits">What a recording may be.</param>
    /// <param name="revision">What a person changed; null: nobody has looked yet.</param>
    /// <param name="claims">Which of several machines has which segment; null: there is one.</param>
    /// <param name="progress">Told how far it is; null: nobody asks.</param>
    /// <param name="cancellationToken">Stops after the frame at hand.</param>
    /// <returns>The report; null: a person is to look first, as <see cref="VideoOptions.Review"/> says.</returns>
    /// <exception cref="FaceDeidException">The recording or an option is refused, or nobody would be protected.</exception>
    public async Task<VideoReport?> RunAsync(
        IMediaStore store, VideoOptions options, MediaLimits limits, VideoRevision? revision, ISegmentClaims? claims,
        IProgress<VideoProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            return await RunOnceAsync(store, options, limits, revision, claims, progress, cancellationToken);
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.CorruptVideo && SharedWork.WasShared(store))
        {
            // Machines that began to decode in its middle may have seen something else. One alone will tell.
            await _work.GoAloneAsync(store, limits.MaxFrames, cancellationToken);
            return await RunOnceAsync(store, options, limits, revision, claims, progress, cancellationToken);
        }
    }

    /// <summary>
    /// Helps another machine that de-identifies a recording, as long as there is something to be done that nobody does.
    /// </summary>
    /// <param name="store">The recording's.</param>
    /// <param name="options">As the other has them.</param>
    /// <param name="limits">What a recording may be.</param>
    /// <param name="revision">What a person changed; null: nobody has looked yet.</param>
    /// <param name="claims">Which machine has which segment.</param>
    /// <param name="cancellationToken">Stops after the frame at hand.</param>
    /// <exception cref="FaceDeidException">Something is wrong that the other will notice, too.</exception>
    public async Task HelpAsync(
        IMediaStore store, VideoOptions options, MediaLimits limits, VideoRevision? revision, ISegmentClaims claims,
        CancellationToken cancellationToken)
    {
        await using var recording = await OpenRecording.OpenAsync(store, options, limits, cancellationToken);
        if (!store.Exists(VideoObjects.Frames))
        {
            await _work.HelpAnalysingAsync(recording, claims, cancellationToken);
            return;
        }

        var ready = store.Exists(VideoObjects.Ready)
            ? await StoredJson.LoadAsync<string>(store, VideoObjects.Ready, cancellationToken)
            : null;
        if (!string.Equals(ready, NameOf(revision), StringComparison.Ordinal))
            return;
        var frames = await StoredJson.LoadAsync<int>(store, VideoObjects.Frames, cancellationToken);
        var references = await ReferencesAsync(options, cancellationToken);
        var (plan, _) = await PlanAsync(frames, references, revision, recording, cancellationToken);
        await _work.HelpRenderingAsync(plan, recording, claims, cancellationToken);
    }

    private async Task<VideoReport?> RunOnceAsync(
        IMediaStore store, VideoOptions options, MediaLimits limits, VideoRevision? revision, ISegmentClaims? claims,
        IProgress<VideoProgress>? progress, CancellationToken cancellationToken)
    {
        Check(options);
        await BeginAsync(store, revision, cancellationToken);
        if (store.Exists(VideoObjects.Report))
        {
            var done = await StoredJson.LoadAsync<VideoReport>(store, VideoObjects.Report, cancellationToken, Json);
            Forget(store, options, done.Result.Frames);
            return done;
        }

        var references = await ReferencesAsync(options, cancellationToken);
        await using var recording = await OpenRecording.OpenAsync(store, options, limits, cancellationToken);
        var frames = await _work.AnalyseAsync(
            recording, claims, (done, faces) => progress?.Report(new VideoProgress(
                VideoPhase.Analysing, done, recording.Info.ExpectedFrames, faces)), cancellationToken);
        var (plan, regions) = await PlanAsync(frames, references, revision, recording, cancellationToken);
        await StoredJson.SaveAsync(
            store, VideoObjects.Tracks, VideoReports.Tracks(recording.Info.Size, plan, regions), cancellationToken, Json);
        if (options.Review)
        {
            progress?.Report(new VideoProgress(VideoPhase.Reviewing, frames, frames, plan.Tracks.Count));
            await _thumbnails.RunAsync(plan, recording, cancellationToken);
            await _mask.RunAsync(plan, recording, cancellationToken);
            if (revision is null)
                return null;
        }

        VideoRules.CheckProtects(plan, options, references, isReviewed: revision is not null);
        var findings = await _work.RenderAsync(
            plan, recording, NameOf(revision), claims, done => progress?.Report(new VideoProgress(
                VideoPhase.Rendering, done, frames, plan.Tracks.Count)), cancellationToken);
        if (options.Review)
            await _mask.RunAsync(WithBare(plan, findings), recording, cancellationToken);
        progress?.Report(new VideoProgress(VideoPhase.Joining, frames, frames, plan.Tracks.Count));
        var result = await JoinAsync(plan, recording, cancellationToken);
        var report = Report(plan, regions, recording, findings, result);
        await StoredJson.SaveAsync(store, VideoObjects.Report, report, cancellationToken, Json);
        foreach (var faces in report.Tracks.GroupBy(track => track.Evidence))
            VideoDiagnostics.CountFaces(WireNames.Of(faces.Key), faces.Count());
        Forget(store, options, frames);
        return report;
    }

    private static string NameOf(VideoRevision? revision) => revision?.Name ?? string.Empty;

    private Task<IReadOnlyList<Reference>> ReferencesAsync(VideoOptions options, CancellationToken cancellationToken) =>
        _reader.RunAsync(
            [.. options.Faces.Keep, .. options.Faces.Only],
            reading => _references.Read(reading, options.Faces, new WorkBudget()), cancellationToken);

    private async Task<(VideoPlan Plan, IReadOnlyList<VideoRegion> Regions)> PlanAsync(
        int frames, IReadOnlyList<Reference> references, VideoRevision? revision, OpenRecording recording,
        CancellationToken cancellationToken)
    {
        var found = await _planner.RunAsync(
            _segments.CountOf(frames), recording.Options, references, recording.Store, cancellationToken);
        return await _review.RunAsync(found, revision, recording, cancellationToken);
    }

    /// <summary>What was made of an earlier revision is no result of this one.</summary>
    private static async Task BeginAsync(IMediaStore store, VideoRevision? revision, CancellationToken cancellationToken)
    {
        var made = store.Exists(VideoObjects.Made)
            ? await StoredJson.LoadAsync<string>(store, VideoObjects.Made, cancellationToken)
            : null;
        if (string.Equals(made, revision?.Name, StringComparison.Ordinal))
            return;
        store.Delete(VideoObjects.Report);
        store.Delete(VideoObjects.Result);
        await StoredJson.SaveAsync(store, VideoObjects.Made, revision!.Name, cancellationToken);
    }

    /// <summary>
    /// Deletes what is not needed any more, the original first. What a person may change once more is kept.
    /// </summary>
    private void Forget(IMediaStore store, VideoOptions options, int frames)
    {
        store.Delete(VideoObjects.Joined);
        if (options.Review)
            return;
        store.Delete(VideoObjects.Source);
        store.Delete(VideoObjects.Plan);
        store.Delete(VideoObjects.Frames);
        store.Delete(VideoObjects.Announced);
        store.Delete(VideoObjects.Ready);
        for (var segment = 0; segment < _segments.CountOf(frames); segment++)
        {
            store.Delete(VideoObjects.Analysis(segment));
            store.Delete(VideoObjects.Rendered(segment));
            store.Delete(VideoObjects.Verified(segment));
        }
    }

    /// <summary>The plan with what the second search found bare, and what then was covered.</summary>
    private static VideoPlan WithBare(VideoPlan plan, IEnumerable<SegmentFindings> findings)
    {
        var next = plan.Tracks.Select(track => track.Id).DefaultIfEmpty(0).Max() + 1;
        return plan with
        {
            Tracks = [.. plan.Tracks, .. findings.SelectMany(found => found.Bare).Select((bare, i) => bare.ToTrack(next + i))],
        };
    }

    /// <summary>Puts the segments together with the sound, and makes sure that every frame is there at its time.</summary>
    private async Task<VideoResult> JoinAsync(VideoPlan plan, OpenRecording recording, CancellationToken cancellationToken)
    {
        var (store, options) = (recording.Store, recording.Options);
        if (!store.Exists(VideoObjects.Result))
        {
            await using var target = store.Create(VideoObjects.Result);
            await recording.JoinAsync(plan.Times, _segments, target, cancellationToken);
            await target.CompleteAsync(cancellationToken);
        }

        var info = await recording.ProbeAsync(VideoObjects.Result, cancellationToken);
        var packets = await PacketTimes.ReadAsync(
            recording.Door, VideoObjects.Result, info, recording.Limits, cancellationToken);
        List<double> times = [.. packets.Select(packet => packet.Seconds)];
        var isEqual = FrameClock.Of(plan.Times).IsAs(times, options.Container == VideoContainer.Mp4 ? Microsecond : Millisecond);
        if (times.Count != plan.Times.Frames.Count)
            throw new InvalidOperationException($"Of {plan.Times.Frames.Count} frames {times.Count} are in the result.");
        await using var file = store.OpenRead(VideoObjects.Result);
        var hash = await SHA256.HashDataAsync(file, cancellationToken);
        return new VideoResult(
            Convert.ToHexStringLower(hash), options.Container, options.WrittenCodec,
            times.Count, Math.Round(times[^1] - times[0] + LastStep(times), 6), isEqual);
    }

    private static double LastStep(List<double> times) => times.Count > 1 ? times[^1] - times[^2] : 0;

    private VideoReport Report(
        VideoPlan plan, IReadOnlyList<VideoRegion> regions, OpenRecording recording, IReadOnlyList<SegmentFindings> findings,
        VideoResult result)
    {
        var (info, options, clock) = (recording.Info, recording.Options, FrameClock.Of(plan.Times));
        var fallbacks = findings.SelectMany(found => found.Fallbacks).GroupBy(track => track.Key)
            .ToDictionary(track => track.Key, track => track.Sum(of => of.Value));
        var coverage = VideoReports.Coverage(plan.Tracks, !options.Faces.Verify ? null : new VideoVerification(
            findings.Sum(found => found.Frames), findings.Sum(found => found.Masked.Count + found.Bare.Count),
            findings.Sum(found => found.Masked.Count + found.Bare.Count)));
        List<TrackReport> tracks = [.. plan.Tracks.Select(track => VideoReports.Track(
            track, clock, options.Faces.Method, fallbacks.GetValueOrDefault(track.Id)))];
        return new VideoReport(
            VideoReports.Source(info, clock), result, options.Faces.Method, options.Quality, coverage, tracks, regions,
            VideoReports.Shots(plan.Cuts, plan.Times.Frames.Count),
            VideoReports.Warnings(
                info, options, coverage, tracks, regions, plan.Times.Frames.Any(frame => frame.IsDamaged)), _models);
    }
}
