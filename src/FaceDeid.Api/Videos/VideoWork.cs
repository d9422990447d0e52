using FaceDeid.Api.Forms;
using FaceDeid.Api.Jobs;
using FaceDeid.Collections;
using FaceDeid.Faces.Detection;
using FaceDeid.Protection.Subjects;
using FaceDeid.Video;
using FaceDeid.Video.Evidence;
using FaceDeid.Video.Media;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Wishes;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Videos;

/// <summary>De-identifies the recording of a job.</summary>
internal sealed class VideoWork(IServiceScopeFactory scopes, IOptions<FaceDeidOptions> options) : JobWork
{
    private readonly MediaLimits _limits = options.Value.Videos.ToMediaLimits();

    public override string Kind => VideoFiles.Kind;

    public override Task<string?> FaultAsync(CancellationToken cancellationToken) => VideoPipeline.FaultAsync(cancellationToken);

    public override Task CheckAsync(IMediaStore store, CancellationToken cancellationToken) =>
        VideoPipeline.CheckAsync(store, _limits, cancellationToken);

    public override async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var wishes = VideoWishes.Parse(run.Options);
        await using var scope = scopes.CreateAsyncScope();
        var report = await scope.ServiceProvider.GetRequiredService<VideoPipeline>().RunAsync(
            run.Store, await OptionsAsync(wishes, run), _limits, new Steps(run), cancellationToken);
        if (scope.ServiceProvider.GetService<CertificateKey>() is { } key)
            await run.Store.WriteAsync(JobObjects.Report, SignedReport.Sign(report, key));
        foreach (var warning in report.Warnings)
            run.Warn(WireNames.Of(warning));
    }

    private static async Task<VideoOptions> OptionsAsync(VideoWishes wishes, JobRun run)
    {
        return new VideoOptions
        {
            Faces = new DeidentificationOptions
            {
                Detection = new DetectionOptions { Detector = wishes.Detector, MinScore = wishes.MinScore },
                Method = wishes.Method,
                Strength = wishes.Strength,
                AllowWeak = wishes.AllowWeak,
                Region = wishes.Region,
                Color = HexColor.Parse(wishes.Color),
                Keep = await PhotosAsync(nameof(VideoForm.Keep), wishes.Keep),
                Only = await PhotosAsync(nameof(VideoForm.Only), wishes.Only),
                PseudonymKey = wishes.PseudonymKey,
                OnNoFace = wishes.OnNoFace,
                Uncertain = wishes.Uncertain == VideoUncertainPolicy.Error ? UncertainPolicy.Error : UncertainPolicy.Protect,
                Verify = wishes.Verify,
            },
            Quality = wishes.Quality,
            Audio = wishes.Audio,
            Subtitles = wishes.Subtitles,
            Container = wishes.Container,
            Codec = wishes.Codec,
            RateFactor = wishes.Crf,
            OnDamage = wishes.OnDamage,
        };

        async Task<IReadOnlyList<byte[]>> PhotosAsync(string field, int count)
        {
            List<byte[]> photos = [];
            for (var i = 1; i <= count; i++)
                photos.Add(await run.Store.ReadAsync(VideoFiles.Reference(WireNames.OfProperty(field), i)));
            return photos;
        }
    }

    /// <summary>Says how far it is, in the job's words.</summary>
    private sealed class Steps(JobRun run) : IProgress<VideoProgress>
    {
        private VideoPhase? _phase;

        public void Report(VideoProgress value)
        {
            if (_phase != value.Phase && value.Phase == VideoPhase.Rendering)
                run.SetState(JobState.Rendering);
            _phase = value.Phase;
            run.Report(WireNames.Of(value.Phase), value.Frames, value.Total ?? 0, value.Faces);
        }
    }
}
