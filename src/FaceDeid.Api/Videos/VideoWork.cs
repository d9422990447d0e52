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

    public override async Task CheckAsync(IMediaStore store, CancellationToken cancellationToken)
    {
        await CheckAsync(VideoWishes.Parse(await store.ReadTextAsync(JobObjects.Options)), store);
        await VideoPipeline.CheckAsync(store, _limits, cancellationToken);
    }

    /// <summary>Checks wishes by themselves.</summary>
    /// <exception cref="FaceDeidException">They cannot be had.</exception>
    public async Task CheckAsync(VideoWishes wishes, IMediaStore store)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<VideoPipeline>().Check(await OptionsAsync(wishes, store));
    }

    public override async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var (wishes, input) = await WishesAsync(run);
        await using var scope = scopes.CreateAsyncScope();
        var report = await scope.ServiceProvider.GetRequiredService<VideoPipeline>().RunAsync(
            run.Store, await OptionsAsync(wishes, run.Store), _limits, input?.Revision, run.Claims, new Steps(run),
            cancellationToken);
        run.WaitsForReview = report is null;
        if (report is not null && scope.ServiceProvider.GetService<CertificateKey>() is { } key)
            await run.Store.WriteAsync(JobObjects.Report, SignedReport.Sign(report, key));
        foreach (var warning in report?.Warnings ?? [])
            run.Warn(WireNames.Of(warning));
    }

    public override async Task HelpAsync(JobRun run, CancellationToken cancellationToken)
    {
        var (wishes, input) = await WishesAsync(run);
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<VideoPipeline>().HelpAsync(
            run.Store, await OptionsAsync(wishes, run.Store), _limits, input?.Revision, run.Claims!, cancellationToken);
    }

    private static async Task<(VideoWishes Wishes, VideoInput? Input)> WishesAsync(JobRun run)
    {
        var input = await VideoInput.ReadAsync(run.Store, run.Input);
        return (input?.Wishes ?? VideoWishes.Parse(run.Options), input);
    }

    private static async Task<VideoOptions> OptionsAsync(VideoWishes wishes, IMediaStore store)
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
            Regions = wishes.Regions,
            Review = wishes.Review,
        };

        async Task<IReadOnlyList<byte[]>> PhotosAsync(string field, int count)
        {
            List<byte[]> photos = [];
            for (var i = 1; i <= count; i++)
                photos.Add(await store.ReadAsync(VideoFiles.Reference(WireNames.OfProperty(field), i)));
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
