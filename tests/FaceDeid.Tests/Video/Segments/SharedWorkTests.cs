using System.Collections.Concurrent;
using FaceDeid.TestData;
using FaceDeid.Tests.Donors;
using FaceDeid.Tests.Video.Media;
using FaceDeid.Video;
using FaceDeid.Video.Media;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Wishes;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FaceDeid.Tests.Video.Segments;

/// <summary>A recording of 160 frames in four segments, that several machines work on: here, threads.</summary>
public sealed class SharedWorkTests : IDisposable
{
    private static readonly VideoOptions Options = new() { Faces = new() { Method = DeidentificationMethod.Blur } };

    private readonly ServiceProvider _services = Engine.With(services => services.AddSingleton(new SegmentFrames(40, 10)));
    private readonly TemporaryFolder _folder = new();
    private readonly MediaSpool _spool;

    public SharedWorkTests() => _spool = new MediaSpool(_folder.File("spool"), long.MaxValue, wrapping: null);

    [Theory]
    [InlineData("libx264", "mp4", true)]
    [InlineData("libvpx-vp9", "webm", true)]
    [InlineData("libx264", "mkv", true)]
    [InlineData("mpeg2video", "ts", false)] // its packets do not say where frames are: only the rendering is shared
    public async Task Machines_that_share_a_recording_give_the_bytes_of_one_and_do_nothing_twice(
        string codec, string container, bool isAnalysisShared)
    {
        using var clip = Walk(codec, container);
        var expected = await RunAsync(await StoredAsync(clip), claims: null);
        var store = await StoredAsync(clip);
        var claims = new Claims();

        var helping = HelpUntilDoneAsync(store, claims.Of("b"));
        var report = await RunAsync(store, claims.Of("a"));
        await helping;

        Assert.Equal(expected.Result.Sha256, report.Result.Sha256);
        Assert.Equal(expected.Coverage.FaceFrames, report.Coverage.FaceFrames);
        Assert.Equal(isAnalysisShared ? 8 : 4, claims.Owners.Count); // each segment once in each phase
        Assert.True(claims.Owners.Values.Distinct(StringComparer.Ordinal).Count() == 2, "Nobody helped.");
    }

    [Fact]
    public async Task What_was_claimed_by_a_machine_that_is_gone_is_done_by_another()
    {
        using var clip = Walk("libx264", "mp4");
        var expected = await RunAsync(await StoredAsync(clip), claims: null);
        var store = await StoredAsync(clip);
        var claims = new Claims();
        claims.Of("gone").TryClaim(VideoPhase.Analysing, 1);
        claims.Of("gone").TryClaim(VideoPhase.Rendering, 2);
        var running = RunAsync(store, claims.Of("a"));
        await Patience.UntilAsync(() => Task.FromResult(
            store.Exists(VideoObjects.Analysis(0)) && store.Exists(VideoObjects.Analysis(3))));
        Assert.False(store.Exists(VideoObjects.Frames));

        claims.Free("gone");

        Assert.Equal(expected.Result.Sha256, (await running).Result.Sha256);
    }

    [Fact]
    public async Task Where_packets_are_no_frames_one_machine_does_it_alone()
    {
        // It begins between two key frames, by an edit list: there are packets that are never shown.
        using var whole = Walk("libx264", "mp4");
        using var clip = Clip.Make("late.mp4", "-ss", "0.5", "-i", whole.Path, "-c", "copy");
        var expected = await RunAsync(await StoredAsync(clip), claims: null);
        var store = await StoredAsync(clip);

        var report = await RunAsync(store, new Claims().Of("a"));

        Assert.Equal(expected.Result.Sha256, report.Result.Sha256);
    }

    [Fact]
    public async Task What_others_misread_is_done_again_by_one()
    {
        using var clip = Walk("libx264", "mp4");
        var expected = await RunAsync(await StoredAsync(clip), claims: null);
        var store = await StoredAsync(clip);
        var claims = new Claims();
        // Another machine has seen other frames in the third segment.
        using var other = Walk("libx264", "mp4", crf: 40);
        var misread = await StoredAsync(other);
        await RunToPhaseAsync(misread, VideoPhase.Rendering);
        await using (var from = misread.OpenRead(VideoObjects.Analysis(2)))
        await using (var to = store.Create(VideoObjects.Analysis(2)))
        {
            await from.CopyToAsync(to);
            await to.CompleteAsync(CancellationToken.None);
        }

        var report = await RunAsync(store, claims.Of("a"));

        Assert.Equal(expected.Result.Sha256, report.Result.Sha256);
    }

    [Fact]
    public async Task Where_frames_are_others_than_the_container_said_one_machine_does_it_alone()
    {
        using var clip = Walk("libx264", "mp4");
        var store = await StoredAsync(clip);
        await RunToPhaseAsync(store, VideoPhase.Rendering, new Claims().Of("a"));
        Assert.False(store.Exists(VideoObjects.Alone));
        var told = await StoredJson.LoadAsync<SharedFrames>(store, VideoObjects.Announced, CancellationToken.None);
        List<long> ticks = [.. told.Ticks.Where((_, i) => i != 30), told.Ticks[^1] + 1];
        store = await StoredAsync(clip);
        await StoredJson.SaveAsync(
            store, VideoObjects.Announced, told with { Ticks = ticks }, CancellationToken.None);

        await RunToPhaseAsync(store, VideoPhase.Rendering, new Claims().Of("a"));

        Assert.True(store.Exists(VideoObjects.Alone));
    }

    [Fact]
    public async Task What_is_noticed_only_when_it_is_rendered_is_done_again_by_one()
    {
        using var clip = Walk("libx264", "mp4");
        var expected = await RunAsync(await StoredAsync(clip), claims: null);
        var store = await StoredAsync(clip);
        await RunToPhaseAsync(store, VideoPhase.Rendering, new Claims().Of("a"));
        var name = VideoObjects.Analysis(3);
        var record = await SegmentRecord.LoadAsync(store, name, CancellationToken.None);
        var last = record.Frames[^1];
        await (record with { Frames = [.. record.Frames.SkipLast(1), last with { Checksum = last.Checksum + 1 }] })
            .SaveAsync(store, name, CancellationToken.None);

        var report = await RunAsync(store, new Claims().Of("a"));

        Assert.Equal(expected.Result.Sha256, report.Result.Sha256);
    }

    public void Dispose()
    {
        _spool.Dispose();
        _services.Dispose();
        _folder.Dispose();
    }

    private async Task<VideoReport> RunAsync(
        IMediaStore store, ISegmentClaims? claims, IProgress<VideoProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        await using var scope = _services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<VideoPipeline>().RunAsync(
            store, Options, new MediaLimits(), revision: null, claims, progress, cancellationToken))!;
    }

    private async Task RunToPhaseAsync(IMediaStore store, VideoPhase phase, ISegmentClaims? claims = null)
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(
            store, claims, new Watch(value =>
            {
                if (value.Phase == phase)
                    stop.Cancel();
            }), stop.Token));
    }

    private async Task HelpUntilDoneAsync(IMediaStore store, ISegmentClaims claims)
    {
        while (!store.Exists(VideoObjects.Report))
        {
            try
            {
                await using var scope = _services.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<VideoPipeline>().HelpAsync(
                    store, Options, new MediaLimits(), revision: null, claims, CancellationToken.None);
            }
            catch (Exception e) when (e is FileNotFoundException or FaceDeidException)
            {
                // The other has just ended, and deleted what it does not need any more.
            }

            await Task.Delay(20);
        }
    }

    private async Task<IMediaStore> StoredAsync(Clip clip)
    {
        var store = _spool.Create($"job-{Guid.NewGuid():N}");
        await using var target = store.Create(VideoObjects.Source);
        await target.WriteAsync(await File.ReadAllBytesAsync(clip.Path));
        await target.CompleteAsync(CancellationToken.None);
        return store;
    }

    private static Clip Walk(string codec, string container, int crf = 20) => Clip.Make(
        $"walk.{container}",
        "-loop", "1", "-framerate", "25", "-i", TestFiles.Example("johns/John_Salley/000179_02159509.jpg"),
        "-f", "lavfi", "-i", "color=gray:s=480x270:r=25",
        "-filter_complex", "[0]scale=-2:160[face];[1][face]overlay=x='100+n':y=50,format=yuv420p[v]",
        "-map", "[v]", "-t", "6.4", "-c:v", codec, "-g", "15", "-crf", $"{crf}");

    /// <summary>Claims of several machines in one process.</summary>
    private sealed class Claims
    {
        public ConcurrentDictionary<(VideoPhase Phase, int Segment), string> Owners { get; } = new();

        public ISegmentClaims Of(string machine) => new Machine(this, machine);

        public void Free(string machine)
        {
            foreach (var claim in Owners.Where(claim => string.Equals(claim.Value, machine, StringComparison.Ordinal)))
                Owners.TryRemove(claim);
        }

        private sealed class Machine(Claims all, string name) : ISegmentClaims
        {
            public bool TryClaim(VideoPhase phase, int segment) =>
                string.Equals(all.Owners.GetOrAdd((phase, segment), name), name, StringComparison.Ordinal);
        }
    }

    private sealed class Watch(Action<VideoProgress> seen) : IProgress<VideoProgress>
    {
        public void Report(VideoProgress value) => seen(value);
    }
}
