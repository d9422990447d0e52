using System.Security.Cryptography;
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

namespace FaceDeid.Tests.Video.Review;

/// <summary>A recording that a person looks at: a face of 140 pixels that moves, 120 frames in three segments of 40.</summary>
public sealed class VideoReviewTests : IDisposable
{
    private const int Frames = 120;
    private const int Start = 100;

    // Covered where the face is left, or nobody would be protected.
    private static readonly VideoRegion[] Corner = [new(RegionAction.Cover, [new(0, 0), new(9, 0), new(9, 9)])];

    private readonly ServiceProvider _services = Engine.With(services => services.AddSingleton(new SegmentFrames(40, 10)));
    private readonly IServiceScope _scope;
    private readonly TemporaryFolder _folder = new();
    private readonly MediaSpool _spool;
    private readonly List<int> _rendered = [];

    private VideoOptions _options = new() { Faces = new() { Method = DeidentificationMethod.Mask }, Review = true };
    private int _revisions;

    public VideoReviewTests()
    {
        _scope = _services.CreateScope();
        _spool = new MediaSpool(_folder.File("spool"), long.MaxValue, wrapping: null);
    }

    [Fact]
    public async Task The_work_stops_when_faces_were_found_and_goes_on_when_a_person_has_looked()
    {
        var store = await StoredAsync();

        Assert.Null(await RunAsync(store, revision: null));

        var tracks = await TracksAsync(store);
        Assert.Equal((480, 270, Frames), (tracks.Width, tracks.Height, tracks.Frames));
        Assert.Equal(TrackAction.Protect, Assert.Single(tracks.Tracks).Action);
        Assert.Equal(
            (true, true, false, false),
            (store.Exists(VideoObjects.Source), store.Exists(VideoObjects.Mask), store.Exists(VideoObjects.Result),
                store.Exists(VideoObjects.Rendered(0))));

        var report = await ReviseAsync(store, edits: null);

        Assert.Equal(Frames, report.Coverage.FaceFrames);
        Assert.True(store.Exists(VideoObjects.Source)); // it may be changed once more
    }

    [Fact]
    public async Task The_mask_is_white_where_the_face_is_and_black_elsewhere_in_every_frame()
    {
        var store = await StoredAsync();
        await RunAsync(store, revision: null);

        var frames = Gray(await BytesAsync(store, VideoObjects.Mask));

        Assert.Equal(Frames, frames.Count);
        for (var i = 0; i < Frames; i++)
        {
            Assert.All(Samples(frames[i], Start + i + 65, 100, 30, 40), value => Assert.InRange(value, 250, 255));
            Assert.All(Samples(frames[i], 0, 200, 60, 40), value => Assert.InRange(value, 0, 5));
        }
    }

    [Fact]
    public async Task Thumbnails_show_treated_faces_and_originals_apart()
    {
        var store = await StoredAsync();
        await RunAsync(store, revision: null);

        var (treated, original) = (await SheetAsync(store, isOriginal: false), await SheetAsync(store, isOriginal: true));

        Assert.Null(await Pipeline().DrawContactSheetAsync(store, track: 7, page: 1, isOriginal: false, default));
        Assert.Null(await Pipeline().DrawContactSheetAsync(store, track: null, page: 2, isOriginal: false, default));
        // The middle of the first moment's face: masked black, or skin.
        Assert.True(Darkness(treated) > 0.95);
        Assert.True(Darkness(original) < 0.2);
        // Also those of a face that stays visible, which are cut anew where it was moved.
        await ReviseAsync(store, new VideoTracks(
            [new VideoTrack { Id = 1, Action = TrackAction.Leave, Keys = [Key(0), Key(Frames - 1)] }], Corner));
        Assert.True(Darkness(await SheetAsync(store, isOriginal: false)) > 0.95);
        Assert.True(Darkness(await SheetAsync(store, isOriginal: true)) < 0.2);

        static double Darkness(byte[] sheet)
        {
            var frame = Raw(sheet, "jpg");
            return Enumerable.Range(60, 40).SelectMany(y => Enumerable.Range(72, 32).Select(x => frame[(y * 680) + x]))
                .Count(value => value < 50) / (40.0 * 32);
        }
    }

    [Fact]
    public async Task A_track_that_is_left_is_visible_and_the_segments_before_it_are_not_made_again()
    {
        var store = await StoredAsync();
        await RunAsync(store, revision: null);
        await ReviseAsync(store, edits: null);
        var before = await SegmentsAsync(store);
        _rendered.Clear();

        var report = await ReviseAsync(store, new VideoTracks(
        [
            new VideoTrack { Id = 1, Of = [new TrackPart(1, new FrameRange(0, 99))] },
            new VideoTrack { Of = [new TrackPart(1, new FrameRange(100, Frames - 1))], Action = TrackAction.Leave },
        ]));

        Assert.Equal([true, false], report.Tracks.OrderBy(track => track.Id).Select(track => track.Treated));
        Assert.All(report.Tracks, track => Assert.True(track.Edited));
        Assert.Contains(VideoWarning.FacesLeft, report.Warnings);
        Assert.Equal(81, _rendered.Min()); // the third segment's first
        var after = await SegmentsAsync(store);
        Assert.Equal((before[0], before[1]), (after[0], after[1]));
        Assert.False(string.Equals(before[2], after[2], StringComparison.Ordinal));
        var frames = Gray(await BytesAsync(store, VideoObjects.Result));
        Assert.All(Samples(frames[99], Start + 99 + 65, 110, 30, 40), value => Assert.InRange(value, 0, 40));
        Assert.True(Samples(frames[100], Start + 100 + 65, 110, 30, 40).Average() > 60);
    }

    [Theory]
    [InlineData(TrackAction.Leave, TrackAction.Protect)]
    [InlineData(TrackAction.Protect, TrackAction.Leave)]
    public async Task A_decision_that_is_changed_is_seen_in_the_result(TrackAction first, TrackAction second)
    {
        var store = await StoredAsync();
        await RunAsync(store, revision: null);
        foreach (var action in new[] { first, second })
        {
            await ReviseAsync(store, new VideoTracks([new VideoTrack { Id = 1, Action = action }], Corner));

            var face = Samples(Gray(await BytesAsync(store, VideoObjects.Result))[50], Start + 50 + 65, 110, 30, 40).ToList();
            Assert.Equal((action, action == TrackAction.Leave), (action, face.Average() > 60));
            Assert.Equal((action, action == TrackAction.Protect), (action, face.TrueForAll(value => value <= 40)));
        }
    }

    [Fact]
    public async Task A_drawn_face_is_followed_between_its_keys_and_beyond()
    {
        var store = await StoredAsync();
        await RunAsync(store, revision: null);

        // The same face again, as if it had been missed: drawn at 30 and 50 over a track that is left.
        var report = await ReviseAsync(store, new VideoTracks(
        [
            new VideoTrack { Id = 1, Action = TrackAction.Leave },
            new VideoTrack { Keys = [Key(50), Key(30)] },
        ]));

        var track = Assert.Single(report.Tracks, track => track.Treated);
        Assert.Equal((TrackEvidence.Given, 2), (track.Evidence, report.Coverage.Given));
        Assert.Equal((0, 110), (track.Frames.First, track.Frames.Last)); // 60 frames beyond each
        var frames = Gray(await BytesAsync(store, VideoObjects.Result));
        Assert.All(Enumerable.Range(5, 95), i => Assert.All(
            Samples(frames[i], Start + i + 65, 110, 30, 40), value => Assert.InRange(value, 0, 40)));
    }

    [Fact]
    public async Task Edits_follow_each_other()
    {
        var store = await StoredAsync();
        await RunAsync(store, revision: null);
        await ReviseAsync(store, new VideoTracks(
            [new VideoTrack { Id = 1 }, new VideoTrack { Keys = [new KeyBox(10, new Box(10, 10, 40, 40))], Carry = false }]));

        Assert.Equal([1, 2], (await TracksAsync(store)).Tracks.Select(track => track.Id!.Value).Order());
        var report = await ReviseAsync(store, new VideoTracks(
            [new VideoTrack { Id = 1 }, new VideoTrack { Id = 2, Action = TrackAction.Leave }]));

        Assert.Equal(
            [(1, true), (2, false)], report.Tracks.OrderBy(track => track.Id).Select(track => (track.Id, track.Treated)));
        Assert.Equal(Frames + 1, report.Coverage.FaceFrames);
    }

    [Fact]
    public async Task Another_method_is_rendered_without_a_new_search()
    {
        var store = await StoredAsync();
        await RunAsync(store, revision: null);
        await ReviseAsync(store, edits: null);
        _options = _options with { Faces = new() { Method = DeidentificationMethod.Replace, PseudonymKey = "a" } };
        List<VideoPhase> phases = [];

        var report = await ReviseAsync(store, edits: null, phases.Add);

        Assert.DoesNotContain(VideoPhase.Analysing, phases);
        Assert.Equal(DeidentificationMethod.Replace, report.Method);
        Assert.True(report.Tracks[0].Fallbacks < Frames / 4, $"{report.Tracks[0].Fallbacks} frames are blurred");
    }

    [Fact]
    public async Task An_area_is_covered_for_its_time_and_one_that_is_ignored_is_not_searched()
    {
        _options = _options with
        {
            Regions =
            [
                new VideoRegion(RegionAction.Cover, [new(10, 190), new(70, 190), new(70, 250), new(10, 250)], From: 1, To: 2),
                new VideoRegion(RegionAction.Ignore, [new(0, 0), new(479, 0), new(479, 180), new(0, 180)]),
            ],
        };
        var store = await StoredAsync();
        await RunAsync(store, revision: null);

        var report = await ReviseAsync(store, edits: null);

        Assert.Empty(report.Tracks);
        Assert.Contains(VideoWarning.AreasIgnored, report.Warnings);
        Assert.Equal(2, report.Regions.Count);
        var frames = Gray(await BytesAsync(store, VideoObjects.Result));
        Assert.All(Enumerable.Range(0, Frames), i => Assert.Equal(
            i is >= 25 and <= 50, Samples(frames[i], 15, 195, 50, 50).Average() < 40));
        Assert.True(Samples(frames[60], Start + 60 + 65, 110, 30, 40).Average() > 60);
    }

    [Fact]
    public async Task Work_that_was_cut_off_after_an_edit_gives_the_same_bytes()
    {
        var edits = new VideoTracks(
            [new VideoTrack { Id = 1 }, new VideoTrack { Keys = [new KeyBox(60, new Box(10, 10, 40, 40))] }]);
        var whole = await StoredAsync();
        await RunAsync(whole, revision: null);
        var expected = await ReviseAsync(whole, edits);
        var store = await StoredAsync();
        await RunAsync(store, revision: null);
        var revision = new VideoRevision("cut", Before: null, edits);
        foreach (var (phase, frame) in new[] { (VideoPhase.Reviewing, 0), (VideoPhase.Rendering, 60), (VideoPhase.Joining, 0) })
        {
            using var stop = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pipeline().RunAsync(
                store, _options, new MediaLimits(), revision, claims: null, new Watch(value =>
                {
                    if (value.Phase == phase && value.Frames >= frame)
                        stop.Cancel();
                }), stop.Token));
        }

        var report = await RunAsync(store, revision);

        Assert.Equal(expected.Result.Sha256, report!.Result.Sha256);
    }

    [Fact]
    public async Task A_recording_without_a_face_can_be_reviewed_and_what_was_drawn_is_covered()
    {
        using var clip = Clip.Make("empty.mp4", [.. Clip.Source(seconds: 1), "-pix_fmt", "yuv420p"]);
        var store = await StoredAsync(clip);
        Assert.Null(await RunAsync(store, revision: null));

        await Assert.ThrowsAsync<FaceDeidException>(() => VideoPipeline.CheckAsync(
            store, edits: null, NoFacePolicy.Error, CancellationToken.None));
        var report = await ReviseAsync(
            store, new VideoTracks([new VideoTrack { Keys = [new KeyBox(0, new Box(4, 4, 20, 20))] }]));

        Assert.True(Assert.Single(report.Tracks).Treated);
    }

    [Theory]
    [InlineData(500, null)] // beside the picture
    [InlineData(10, 60.0)] // behind the end
    public async Task An_area_that_covers_nothing_protects_nobody(int left, double? from)
    {
        using var clip = Clip.Make("empty.mp4", [.. Clip.Source(seconds: 1), "-pix_fmt", "yuv420p"]);
        _options = _options with
        {
            Review = false,
            Regions = [new VideoRegion(RegionAction.Cover, [new(left, 10), new(left + 9, 10), new(left + 9, 19)], from)],
        };
        var store = await StoredAsync(clip);

        var refused = await Assert.ThrowsAsync<FaceDeidException>(() => RunAsync(store, revision: null));

        Assert.Equal(FaceDeidError.NoFace, refused.Code);
    }

    public void Dispose()
    {
        _spool.Dispose();
        _scope.Dispose();
        _services.Dispose();
        _folder.Dispose();
    }

    private VideoPipeline Pipeline() => _scope.ServiceProvider.GetRequiredService<VideoPipeline>();

    private Task<VideoReport?> RunAsync(IMediaStore store, VideoRevision? revision, Action<VideoPhase>? seen = null) =>
        Pipeline().RunAsync(
            store, _options, new MediaLimits(), revision, claims: null, new Watch(value =>
            {
                seen?.Invoke(value.Phase);
                if (value.Phase == VideoPhase.Rendering)
                    _rendered.Add(value.Frames);
            }), CancellationToken.None);

    private async Task<VideoReport> ReviseAsync(IMediaStore store, VideoTracks? edits, Action<VideoPhase>? seen = null)
    {
        await VideoPipeline.CheckAsync(store, edits, _options.Faces.OnNoFace, CancellationToken.None);
        var before = _revisions == 0 ? null : $"r{_revisions}";
        return (await RunAsync(store, new VideoRevision($"r{++_revisions}", before, edits), seen))!;
    }

    private async Task<IMediaStore> StoredAsync(Clip? clip = null)
    {
        using var walk = clip is null ? Walk() : null;
        _revisions = 0;
        var store = _spool.Create($"job-{Guid.NewGuid():N}");
        await using var target = store.Create(VideoObjects.Source);
        await target.WriteAsync(await File.ReadAllBytesAsync((clip ?? walk!).Path));
        await target.CompleteAsync(CancellationToken.None);
        return store;
    }

    private async Task<byte[]> SheetAsync(IMediaStore store, bool isOriginal) =>
        (await Pipeline().DrawContactSheetAsync(store, track: null, page: 1, isOriginal, CancellationToken.None))!;

    private static KeyBox Key(int frame) => new(frame, new Box(Start + frame + 40, 75, 80, 100));

    private static Clip Walk() => Clip.Make(
        "walk.mp4",
        "-loop", "1", "-framerate", "25", "-i", TestFiles.Example("johns/John_Salley/000179_02159509.jpg"),
        "-f", "lavfi", "-i", "color=gray:s=480x270:r=25",
        "-filter_complex", $"[0]scale=-2:160[face];[1][face]overlay=x='{Start}+n':y=50,format=yuv420p[v]",
        "-map", "[v]", "-t", "4.8", "-c:v", "libx264", "-preset", "veryfast", "-crf", "16");

    private static async Task<VideoTracks> TracksAsync(IMediaStore store) => await StoredJson.LoadAsync<VideoTracks>(
        store, VideoObjects.Tracks, CancellationToken.None, VideoPipeline.Json);

    private static async Task<List<string>> SegmentsAsync(IMediaStore store)
    {
        List<string> hashes = [];
        for (var segment = 0; segment < 3; segment++)
            hashes.Add(Convert.ToHexString(SHA256.HashData(await BytesAsync(store, VideoObjects.Rendered(segment)))));
        return hashes;
    }

    private static async Task<byte[]> BytesAsync(IMediaStore store, string name)
    {
        await using var stream = store.OpenRead(name);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static List<byte[]> Gray(byte[] video) => [.. Raw(video, "mp4").Chunk(480 * 270)];

    private static byte[] Raw(byte[] file, string extension)
    {
        using var clip = Clip.With($"in.{extension}", file);
        using var raw = Clip.Make(
            "raw.gray", "-i", clip.Path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray");
        return File.ReadAllBytes(raw.Path);
    }

    private static IEnumerable<int> Samples(byte[] frame, int left, int top, int width, int height) =>
        Enumerable.Range(top, height).SelectMany(y => Enumerable.Range(left, width).Select(x => (int)frame[(y * 480) + x]));

    private sealed class Watch(Action<VideoProgress> seen) : IProgress<VideoProgress>
    {
        public void Report(VideoProgress value) => seen(value);
    }
}
