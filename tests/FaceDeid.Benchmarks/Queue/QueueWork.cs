using FaceDeid.Api.Jobs;
using FaceDeid.Api.Operations;
using FaceDeid.Api.Settings;
using FaceDeid.Api.Webhooks;
using FaceDeid.Video.Wishes;
using Microsoft.Extensions.Logging.Abstractions;

namespace FaceDeid.Benchmarks.Queue;

/// <summary>
/// Jobs that do nothing but what each does with the queue. The first says how far it is, as often as a recording does, until it
/// is told to end; the others wait for it.
/// </summary>
internal sealed class QueueWork : JobWork
{
    private const int Frames = 1500;

    // Recordings say it for every frame; what comes of that is noted once or twice a second.
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(250);

    private readonly List<string> _queued = [];
    private volatile bool _isEnding;

    public override string Kind => WireNames.Of(JobKind.Video);

    /// <summary>The service's jobs, of this kind only; the caller disposes it.</summary>
    public static JobEngine Engine(FaceDeidOptions options, QueueWork work)
    {
        var settings = Microsoft.Extensions.Options.Options.Create(options);
#pragma warning disable IDISP004 // they live as long as the process
        return new JobEngine(
            settings, [work], new WorkerGate(1), new WebhookSender(settings, WebhookPace.Default, TimeProvider.System),
            TimeProvider.System, new Audit(NullLoggerFactory.Instance), NullLogger<JobEngine>.Instance);
#pragma warning restore IDISP004
    }

    /// <summary>Sends jobs.</summary>
    public async Task QueueAsync(JobEngine engine, int count)
    {
        _isEnding = false;
        for (var i = 0; i < count; i++)
        {
            using var upload = engine.Receive(Kind, "owner");
            await upload.Store.WriteAsync(JobObjects.Options, "{}"u8.ToArray());
            var (job, _) = await engine.TakeAsync(upload, new byte[32], "owner", new JobTerms(3600, null, null));
            _queued.Add(job.Id);
        }
    }

    /// <summary>Lets all jobs end, and waits until they have.</summary>
    public async Task EndAsync(JobEngine engine)
    {
        _isEnding = true;
        foreach (var id in _queued)
        {
            while (engine.Find(id) is not { HasEnded: true })
                await Task.Delay(500); // few looks: they are counted, too
        }

        _queued.Clear();
    }

    public override async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        for (var frame = 0; !_isEnding; frame += 10)
        {
            run.Report(WireNames.Of(VideoPhase.Analysing), frame % Frames, Frames, 1);
            await Task.Delay(BetweenReports, cancellationToken);
        }

        _ = run.Claims?.TryClaim(VideoPhase.Analysing, 0);
        run.SetState(JobState.Rendering);
        _ = run.Claims?.TryClaim(VideoPhase.Rendering, 0);
    }
}
