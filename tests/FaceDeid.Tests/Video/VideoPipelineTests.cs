using FaceDeid.Protection.Subjects;
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

namespace FaceDeid.Tests.Video;

/// <summary>Whole recordings through the whole pipeline, in segments of 40 frames.</summary>
public sealed class VideoPipelineTests : IDisposable
{
    private const int Frames = 100;

    private readonly ServiceProvider _services = Engine.With(services => services.AddSingleton(new SegmentFrames(40, 10)));
    private readonly IServiceScope _scope;
    private readonly TemporaryFolder _folder = new();
    private readonly MediaSpool _spool;
    private int _jobs;

    public VideoPipelineTests()
    {
        _scope = _services.CreateScope();
        _spool = new MediaSpool(_folder.File("spool"), long.MaxValue, wrapping: null);
    }

    [Fact]
    public async Task A_face_is_covered_in_every_frame_and_nothing_else_changes()
    {
        using var clip = Walk();
        var store = await StoredAsync(clip);

        var report = await RunAsync(store, DeidentificationMethod.Mask);

        Assert.Equal((Frames, Frames, true), (report.Source.Frames, report.Result.Frames, report.Result.TimestampsEqual));
        var track = Assert.Single(report.Tracks);
        Assert.Equal((0, Frames - 1, TrackEvidence.Strong), (track.Frames.First, track.Frames.Last, track.Evidence));
        Assert.Equal(Frames, report.Coverage.FaceFrames);
        Assert.Equal([VideoWarning.VoiceKept], report.Warnings);
        using var result = await ResultAsync(store);
        var (before, after) = (Gray(clip.Path), Gray(result.Path));
        for (var i = 0; i < Frames; i++)
        {
            var left = Left(i);
            Assert.All(Samples(after[i], left + 65, 110, 30, 40), value => Assert.InRange(value, 0, 40));
            // JPEG-like loss, and nothing more, where there is no face.
            var corner = Samples(before[i], 0, 200, 60, 40).Zip(Samples(after[i], 0, 200, 60, 40), (a, b) => Math.Abs(a - b));
            Assert.True(corner.Average() < 6);
        }

        Assert.Equal(clip.Frames().Select(frame => frame.Time), result.Frames().Select(frame => frame.Time));
        Assert.Equal(clip.Sound()!.Value.First, result.Sound()!.Value.First, tolerance: 0.001);
        Assert.Equal(clip.Sound()!.Value.Last, result.Sound()!.Value.Last, tolerance: 0.001);
    }

    [Fact]
    public async Task Work_that_was_interrupted_goes_on_and_gives_the_same_bytes()
    {
        using var clip = Walk();
        var whole = await StoredAsync(clip);
        var expected = await RunAsync(whole, DeidentificationMethod.Blur);
        var store = await StoredAsync(clip);
        foreach (var (phase, frame) in new[]
        {
            (VideoPhase.Analysing, 20), (VideoPhase.Analysing, 90), (VideoPhase.Rendering, 60), (VideoPhase.Joining, 0),
        })
        {
            using var stop = new CancellationTokenSource();
            var progress = new Watch(value =>
            {
                if (value.Phase == phase && value.Frames >= frame)
                    stop.Cancel();
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                RunAsync(store, DeidentificationMethod.Blur, progress, stop.Token));
            Assert.Equal(phase != VideoPhase.Analysing || frame > 50, store.Exists(VideoObjects.Analysis(0)));
            Assert.Equal(phase != VideoPhase.Analysing, store.Exists(VideoObjects.Verified(0)));
        }

        var report = await RunAsync(store, DeidentificationMethod.Blur);

        Assert.Equal(expected.Result.Sha256, report.Result.Sha256);
        Assert.Equal(expected.Coverage.FaceFrames, report.Coverage.FaceFrames);
        Assert.Equal(
            (false, false, false, true, true, true),
            (store.Exists(VideoObjects.Source), store.Exists(VideoObjects.Analysis(0)), store.Exists(VideoObjects.Rendered(0)),
                store.Exists(VideoObjects.Result), store.Exists(VideoObjects.Report), store.Exists(VideoObjects.Tracks)));
        Assert.Equal(expected.Result.Sha256, (await RunAsync(store, DeidentificationMethod.Blur)).Result.Sha256);
    }

    [Fact]
    public async Task A_finished_segment_is_not_made_again()
    {
        using var clip = Walk();
        var store = await StoredAsync(clip);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(
            store, DeidentificationMethod.Blur, new Watch(value =>
            {
                if (value is { Phase: VideoPhase.Rendering, Frames: > 70 })
                    stop.Cancel();
            }), stop.Token));
        List<int> rendered = [];

        await RunAsync(store, DeidentificationMethod.Blur, new Watch(value =>
        {
            if (value.Phase == VideoPhase.Rendering)
                rendered.Add(value.Frames);
        }));

        Assert.Equal(41, rendered.Min()); // the second segment's first
    }

    [Fact]
    public async Task Who_is_kept_stays_visible_in_every_frame()
    {
        using var clip = Walk();
        var store = await StoredAsync(clip);
        var photo = await File.ReadAllBytesAsync(TestFiles.Example("johns/John_Salley/000179_02159509.jpg"));

        var report = await RunAsync(store, new DeidentificationOptions
        {
            Method = DeidentificationMethod.Mask,
            Keep = [photo],
            OnNoFace = NoFacePolicy.Pass,
        });

        Assert.False(Assert.Single(report.Tracks).Treated);
        Assert.Contains(VideoWarning.FacesLeft, report.Warnings);
        using var result = await ResultAsync(store);
        var (before, after) = (Gray(clip.Path), Gray(result.Path));
        Assert.All(Enumerable.Range(0, Frames), i => Assert.True(
            Samples(before[i], Left(i) + 65, 110, 30, 40)
                .Zip(Samples(after[i], Left(i) + 65, 110, 30, 40), (a, b) => Math.Abs(a - b)).Average() < 8));
    }

    [Fact]
    public async Task A_recording_without_a_face_is_an_error_and_passes_where_that_is_allowed()
    {
        using var clip = Clip.Make("empty.mp4", [.. Clip.Source(seconds: 1), "-pix_fmt", "yuv420p"]);
        var options = new DeidentificationOptions { Method = DeidentificationMethod.Blur };

        var refused = await Assert.ThrowsAsync<FaceDeidException>(async () => await RunAsync(await StoredAsync(clip), options));
        var passed = await RunAsync(await StoredAsync(clip), options with { OnNoFace = NoFacePolicy.Pass });

        Assert.Equal(FaceDeidError.NoFace, refused.Code);
        Assert.Equal((25, 0), (passed.Result.Frames, passed.Coverage.FaceFrames));
    }

    [Theory]
    [InlineData(DeidentificationMethod.Scramble, VideoContainer.Mp4, null, "method")]
    [InlineData(DeidentificationMethod.Blur, VideoContainer.Webm, VideoCodec.H264, "codec")]
    public async Task Options_that_contradict_each_other_are_refused(
        DeidentificationMethod method, VideoContainer container, VideoCodec? codec, string field)
    {
        var options = new VideoOptions { Faces = new() { Method = method }, Container = container, Codec = codec };

        var refused = await Assert.ThrowsAsync<FaceDeidException>(() => Pipeline().RunAsync(
            _spool.Create("job"), options, new MediaLimits(), progress: null, CancellationToken.None));

        Assert.Equal(FaceDeidError.InvalidOption, refused.Code);
        Assert.True(refused.Options!.ContainsKey(field));
    }

    public void Dispose()
    {
        _spool.Dispose();
        _scope.Dispose();
        _services.Dispose();
        _folder.Dispose();
    }

    /// <summary>A face of 140 pixels that moves over a quiet background, and a tone.</summary>
    private static Clip Walk() => Clip.Make(
        "walk.mp4",
        "-loop", "1", "-framerate", "25", "-i", TestFiles.Example("johns/John_Salley/000179_02159509.jpg"),
        "-f", "lavfi", "-i", "color=gray:s=480x270:r=25",
        "-f", "lavfi", "-i", "sine=f=440:r=48000",
        "-filter_complex", $"[0]scale=-2:160[face];[1][face]overlay=x='{Start}+n':y=50,format=yuv420p[v]",
        "-map", "[v]", "-map", "2:a", "-t", "4", "-c:v", "libx264", "-preset", "veryfast", "-crf", "16", "-c:a", "aac");

    private const int Start = 100;

    /// <summary>Where the photo begins in a frame.</summary>
    private static int Left(int frame) => Start + frame;

    private VideoPipeline Pipeline() => _scope.ServiceProvider.GetRequiredService<VideoPipeline>();

    private Task<VideoReport> RunAsync(
        IMediaStore store, DeidentificationMethod method, IProgress<VideoProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        RunAsync(store, new DeidentificationOptions { Method = method }, progress, cancellationToken);

    private Task<VideoReport> RunAsync(
        IMediaStore store, DeidentificationOptions faces, IProgress<VideoProgress>? progress = null,
        CancellationToken cancellationToken = default) => Pipeline().RunAsync(
            store, new VideoOptions { Faces = faces }, new MediaLimits(), progress, cancellationToken);

    private async Task<IMediaStore> StoredAsync(Clip clip)
    {
        var store = _spool.Create($"job-{_jobs++}");
        await using var target = store.Create(VideoObjects.Source);
        await target.WriteAsync(await File.ReadAllBytesAsync(clip.Path));
        await target.CompleteAsync(CancellationToken.None);
        return store;
    }

    private static async Task<Clip> ResultAsync(IMediaStore store)
    {
        await using var stream = store.OpenRead(VideoObjects.Result);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        return Clip.With("result.mp4", bytes);
    }

    private static List<byte[]> Gray(string path)
    {
        using var raw = Clip.Make(
            "raw.gray", "-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray");
        return [.. File.ReadAllBytes(raw.Path).Chunk(480 * 270)];
    }

    private static IEnumerable<int> Samples(byte[] frame, int left, int top, int width, int height) =>
        Enumerable.Range(top, height).SelectMany(y => Enumerable.Range(left, width).Select(x => (int)frame[(y * 480) + x]));

    private sealed class Watch(Action<VideoProgress> seen) : IProgress<VideoProgress>
    {
        public void Report(VideoProgress value) => seen(value);
    }
}
