using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using FaceDeid.Faces;
using FaceDeid.Models;
using FaceDeid.Protection;
using FaceDeid.Video.Media;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Video;

/// <summary>
/// De-identifies recordings: probe, analyse segment by segment, plan, render segment by segment, join, report. What a step gave
/// lies in the recording's store, so that work that was interrupted goes on where it was.
/// </summary>
public sealed class VideoPipeline
{
    // Ticks of the files that are written, and of the probe's answer, both rounded.
    private const double Microsecond = 2e-6;
    private const double Millisecond = 1e-3;

    private readonly VideoAnalyser _analyser;
    private readonly VideoPlanner _planner;
    private readonly VideoRenderer _renderer;
    private readonly SegmentFrames _segments;
    private readonly FaceReader _reader;
    private readonly ReferencePhotos _references;
    private readonly IReadOnlyList<CertificateModel> _models;

    internal VideoPipeline(
        VideoAnalyser analyser, VideoPlanner planner, VideoRenderer renderer, SegmentFrames segments, FaceReader reader,
        ReferencePhotos references, ModelManifest manifest)
    {
        (_analyser, _planner, _renderer, _segments) = (analyser, planner, renderer, segments);
        (_reader, _references) = (reader, references);
        _models = [.. manifest.Models.Select(model => new CertificateModel(model.Name, model.Sha256))];
    }

    /// <summary>How reports and tracks are written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

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

    /// <summary>De-identifies a recording; goes on where an earlier run ended.</summary>
    /// <param name="store">Holds <see cref="VideoObjects.Source"/>; gets the result, the report and the tracks.</param>
    /// <param name="options">How; the same in each run.</param>
    /// <param name="limits">What a recording may be.</param>
    /// <param name="progress">Told how far it is; null: nobody asks.</param>
    /// <param name="cancellationToken">Stops after the frame at hand.</param>
    /// <exception cref="FaceDeidException">The recording or an option is refused, or nobody would be protected.</exception>
    public async Task<VideoReport> RunAsync(
        IMediaStore store, VideoOptions options, MediaLimits limits, IProgress<VideoProgress>? progress,
        CancellationToken cancellationToken)
    {
        VideoRules.Check(options, _reader.Decoder.Limits);
        if (store.Exists(VideoObjects.Report))
        {
            var done = await StoredJson.LoadAsync<VideoReport>(store, VideoObjects.Report, cancellationToken, Json);
            Forget(store, done.Result.Frames);
            return done;
        }

        var references = await _reader.RunAsync(
            [.. options.Faces.Keep, .. options.Faces.Only],
            reading => _references.Read(reading, options.Faces, new WorkBudget()), cancellationToken);
        await using var recording = await OpenRecording.OpenAsync(store, options, limits, cancellationToken);
        var frames = await _analyser.RunAsync(
            recording.Reader, recording.Info.Size, options, store,
            (done, faces) => progress?.Report(new VideoProgress(
                VideoPhase.Analysing, done, recording.Info.ExpectedFrames, faces)), cancellationToken);
        var plan = await _planner.RunAsync(_segments.CountOf(frames), options, references, store, cancellationToken);
        VideoRules.CheckProtects(plan, options, references);
        var findings = await RenderAsync(plan, recording, progress, cancellationToken);
        var all = plan.Times.Frames.Count;
        progress?.Report(new VideoProgress(VideoPhase.Joining, all, all, plan.Tracks.Count));
        var result = await JoinAsync(plan, recording, cancellationToken);
        var report = Report(plan, recording, findings, result);
        await StoredJson.SaveAsync(
            store, VideoObjects.Tracks, VideoReports.Tracks(recording.Info.Size, plan.Tracks), cancellationToken, Json);
        await StoredJson.SaveAsync(store, VideoObjects.Report, report, cancellationToken, Json);
        foreach (var faces in report.Tracks.GroupBy(track => track.Evidence))
            VideoDiagnostics.CountFaces(WireNames.Of(faces.Key), faces.Count());
        Forget(store, plan.Times.Frames.Count);
        return report;
    }

    /// <summary>Deletes what is not needed any more, the original first.</summary>
    private void Forget(IMediaStore store, int frames)
    {
        store.Delete(VideoObjects.Source);
        store.Delete(VideoObjects.Plan);
        store.Delete(VideoObjects.Joined);
        for (var segment = 0; segment < _segments.CountOf(frames); segment++)
        {
            store.Delete(VideoObjects.Analysis(segment));
            store.Delete(VideoObjects.Rendered(segment));
            store.Delete(VideoObjects.Verified(segment));
        }
    }

    private async Task<IReadOnlyList<SegmentFindings>> RenderAsync(
        VideoPlan plan, OpenRecording recording, IProgress<VideoProgress>? progress, CancellationToken cancellationToken)
    {
        List<SegmentFindings> findings = [];
        for (var segment = 0; segment < _segments.CountOf(plan.Times.Frames.Count); segment++)
        {
            findings.Add(await _renderer.RunAsync(
                segment, plan, recording,
                frame => progress?.Report(new VideoProgress(
                    VideoPhase.Rendering, frame + 1, plan.Times.Frames.Count, plan.Tracks.Count)), cancellationToken));
        }

        return findings;
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
        var times = await PacketTimes.ReadAsync(
            recording.Door, VideoObjects.Result, info.Demuxer, recording.Limits, cancellationToken);
        var isEqual = FrameClock.Of(plan.Times).IsAs(times, options.Container == VideoContainer.Mp4 ? Microsecond : Millisecond);
        if (times.Count != plan.Times.Frames.Count)
            throw new InvalidOperationException($"Of {plan.Times.Frames.Count} frames {times.Count} are in the result.");
        await using var file = store.OpenRead(VideoObjects.Result);
        var hash = await SHA256.HashDataAsync(file, cancellationToken);
        return new VideoResult(
            Convert.ToHexStringLower(hash), options.Container, options.WrittenCodec,
            times.Count, Math.Round(times[^1] - times[0] + LastStep(times), 6), isEqual);
    }

    private static double LastStep(IReadOnlyList<double> times) => times.Count > 1 ? times[^1] - times[^2] : 0;

    private VideoReport Report(
        VideoPlan plan, OpenRecording recording, IReadOnlyList<SegmentFindings> findings, VideoResult result)
    {
        var (info, options, clock) = (recording.Info, recording.Options, FrameClock.Of(plan.Times));
        var fallbacks = findings.SelectMany(found => found.Fallbacks).GroupBy(track => track.Key)
            .ToDictionary(track => track.Key, track => track.Sum(of => of.Value));
        var coverage = VideoReports.Coverage(plan.Found, !options.Faces.Verify ? null : new VideoVerification(
            findings.Sum(found => found.Frames), findings.Sum(found => found.Masked.Count + found.Bare.Count),
            findings.Sum(found => found.Masked.Count + found.Bare.Count)));
        List<TrackReport> tracks = [.. plan.Found.Zip(plan.Tracks, (found, track) => VideoReports.Track(
            found, track, clock, options.Faces.Method, fallbacks.GetValueOrDefault(track.Id)))];
        return new VideoReport(
            VideoReports.Source(info, clock), result, options.Faces.Method, options.Quality, coverage, tracks,
            VideoReports.Shots(plan.Cuts, plan.Times.Frames.Count),
            VideoReports.Warnings(info, options, coverage, tracks, plan.Times.Frames.Any(frame => frame.IsDamaged)), _models);
    }
}
