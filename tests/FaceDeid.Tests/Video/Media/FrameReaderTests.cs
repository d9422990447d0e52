using System.Text;
using FaceDeid.Video.Media;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Video.Media;

/// <summary>What comes out of a recording frame by frame.</summary>
public sealed class FrameReaderTests
{
    private static readonly string[] X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-an"];

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public async Task Frames_are_upright(int clockwise)
    {
        // A bright corner, top left where it is upright.
        var turned = clockwise switch { 90 => "transpose=2", 180 => "hflip,vflip", 270 => "transpose=1", _ => "null" };
        using var plain = Clip.Make(
            "plain.mp4",
            ["-f", "lavfi", "-i", "color=black:s=96x64:d=0.2", "-vf", $"drawbox=0:0:32:32:white:fill,{turned}", .. X264]);
        using var clip = Clip.Make(
            "turned.mov", "-i", plain.Path, "-c", "copy", "-metadata:s:v:0",
            $"rotate={(360 - clockwise) % 360}");
        await using var recording = new Recording(clip.Path);

        var info = await recording.ProbeAsync();
        using var frame = await FirstAsync(recording);
        using var luma = frame.Luma();
        using var corner = luma.SubMat(new Rect(4, 4, 20, 20));
        using var other = luma.SubMat(new Rect(70, 40, 20, 20));

        Assert.Equal(clockwise, info.Rotation);
        Assert.Equal(new ImageSize(96, 64), info.Size);
        Assert.Equal((96, 64), (frame.Width, frame.Height));
        Assert.True(corner.Mean().Val0 > 200 && other.Mean().Val0 < 40);
    }

    [Fact]
    public async Task Odd_sides_become_even_by_repeating_the_edge()
    {
        using var clip = Clip.Make(
            "odd.mkv", "-f", "lavfi", "-i", "testsrc2=s=160x120:d=0.2", "-vf", "scale=101:75", "-c:v", "ffv1",
            "-pix_fmt", "yuv420p");
        await using var recording = new Recording(clip.Path);

        var info = await recording.ProbeAsync();
        using var frame = await FirstAsync(recording);
        using var luma = frame.Luma();

        Assert.Equal((new ImageSize(101, 75), new ImageSize(102, 76)), (info.Shown, info.Size));
        Assert.Equal((102, 76), (frame.Width, frame.Height));
        for (var y = 0; y < 75; y++)
            Assert.Equal(luma.At<byte>(y, 100), luma.At<byte>(y, 101));
        for (var x = 0; x < 101; x++)
            Assert.Equal(luma.At<byte>(74, x), luma.At<byte>(75, x));
    }

    [Theory]
    [InlineData("yuv420p", "tv")]
    [InlineData("yuvj420p", "pc")]
    public async Task Ordinary_samples_go_through_untouched(string format, string range)
    {
        using var clip = Clip.Make(
            "exact.mkv", "-f", "lavfi", "-i", "testsrc2=s=96x64:d=0.2", "-c:v", "mjpeg", "-pix_fmt", format,
            "-color_range", range,
            "-strict", "-1");
        using var raw = Clip.Make("raw.yuv", "-i", clip.Path, "-frames:v", "1", "-f", "rawvideo");
        await using var recording = new Recording(clip.Path);

        using var frame = await FirstAsync(recording);
        frame.Pixels.GetArray(out byte[] pixels);

        Assert.Equal(File.ReadAllBytes(raw.Path), pixels);
        Assert.Equal(range, (await recording.ProbeAsync()).Colour.Range);
    }

    [Fact]
    public async Task Fields_are_put_together_and_none_is_doubled()
    {
        using var clip = Clip.Make(
            "fields.mpg",
            "-f", "lavfi", "-i", "testsrc2=s=160x128:r=50:d=1", "-vf", "interlace", "-flags", "+ildct+ilme",
            "-c:v", "mpeg2video");
        await using var recording = new Recording(clip.Path);

        Assert.True((await recording.ProbeAsync()).IsInterlaced);
        Assert.Equal(25, (await recording.NotesAsync()).Frames.Count);
    }

    [Fact]
    public async Task A_high_dynamic_range_is_brought_to_an_ordinary_one()
    {
        using var clip = Clip.Make(
            "bright.mkv",
            "-f", "lavfi", "-i", "color=gray:s=64x64:d=0.2", "-vf", "format=yuv420p10le,setparams=color_trc=smpte2084:"
            + "color_primaries=bt2020:colorspace=bt2020nc:range=tv", "-c:v", "libx265", "-x265-params", "log-level=error");
        await using var recording = new Recording(clip.Path);

        var info = await recording.ProbeAsync();
        using var frame = await FirstAsync(recording);
        using var luma = frame.Luma();

        Assert.True(info is { IsHighDynamicRange: true, BitDepth: 10 } && info.Colour == VideoColour.Bt709);
        Assert.NotInRange(luma.Mean().Val0, 120, 132); // as it is without
    }

    [Theory]
    [InlineData("long.mp4", "libx264")]
    [InlineData("long.mkv", "libx264")]
    [InlineData("long.ts", "libx264")]
    [InlineData("long.mpg", "mpeg2video")]
    [InlineData("long.avi", "mpeg4")]
    public async Task Every_part_is_what_the_whole_was(string name, string codec)
    {
        using var clip = Clip.Make(
            name, "-f", "lavfi", "-i", "testsrc2=s=160x120:d=6", "-c:v", codec, "-bf", "2", "-g", "30", "-pix_fmt", "yuv420p");
        await using var recording = new Recording(clip.Path);
        var times = await recording.NotesAsync();
        var reader = await recording.ReaderAsync();

        foreach (var first in new[] { 0, 1, 29, 31, 77, times.Frames.Count - 3 })
        {
            List<int> numbers = [];
            await foreach (var frame in reader.ReadAsync(times, first, 3, CancellationToken.None))
            {
                using (frame)
                    numbers.Add(frame.Number);
            }

            Assert.Equal([first, first + 1, first + 2], numbers);
        }
    }

    [Fact]
    public async Task A_frame_that_is_not_what_it_was_is_refused()
    {
        using var clip = Clip.Make("plain.mp4", ["-f", "lavfi", "-i", "testsrc2=s=96x64:d=1", .. X264]);
        await using var recording = new Recording(clip.Path);
        var times = await recording.NotesAsync();
        List<FrameNote> others = [.. times.Frames];
        others[12] = others[12] with { Checksum = 1 };
        var reader = await recording.ReaderAsync();

        await Refusal.AssertAsync(
            FaceDeidError.CorruptVideo,
            () => CountAsync(reader.ReadAsync(times with { Frames = others }, 10, 5, CancellationToken.None)));
    }

    [Fact]
    public async Task Damage_is_refused_or_marked_until_a_frame_that_depends_on_none()
    {
        using var whole = Clip.Make("whole.ts", ["-f", "lavfi", "-i", "testsrc2=s=320x240:d=6", .. X264, "-g", "25"]);
        var bytes = await File.ReadAllBytesAsync(whole.Path);
        for (var i = bytes.Length / 2; i < (bytes.Length / 2) + 3000; i++)
            bytes[i] = (byte)(i % 188 < 4 ? bytes[i] : i * 31);
        using var damaged = Clip.With("damaged.ts", bytes);
        await using var recording = new Recording(damaged.Path);

        await Refusal.AssertAsync(FaceDeidError.CorruptVideo, () => recording.NotesAsync());
        var marks = (await recording.NotesAsync(VideoDamagePolicy.Cover)).Frames.Select(frame => frame.IsDamaged).ToList();

        // Whatever differs from the whole recording is marked, and not everything is.
        await using var original = new Recording(whole.Path);
        var clean = (await original.NotesAsync()).Frames.ToDictionary(frame => frame.Time, frame => frame.Checksum);
        Assert.All((await recording.NotesAsync(VideoDamagePolicy.Cover)).Frames,
            frame => Assert.True(frame.IsDamaged || clean[frame.Time] == frame.Checksum));
        Assert.InRange(marks.Count(mark => mark), 17, 100);
        Assert.False(marks[0] || marks[^1]);
    }

    [Fact]
    public async Task A_truncated_recording_is_refused()
    {
        using var whole = Clip.Make(
            "whole.mp4", ["-f", "lavfi", "-i", "testsrc2=s=320x240:d=4", .. X264, "-movflags", "faststart"]);
        using var part = Clip.With("part.mp4", (await File.ReadAllBytesAsync(whole.Path))[..^40_000]);
        await using var recording = new Recording(part.Path);

        await Refusal.AssertAsync(FaceDeidError.CorruptVideo, () => recording.NotesAsync());
    }

    [Fact]
    public async Task Frames_that_change_their_size_are_brought_to_the_first_ones()
    {
        string[] vp8 = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"];
        using var small = Clip.Make("small.webm", ["-f", "lavfi", "-i", "testsrc2=s=96x64:d=1", .. vp8]);
        using var large = Clip.Make("large.webm", ["-f", "lavfi", "-i", "testsrc2=s=192x128:d=1", .. vp8]);
        using var list = Clip.With("list.txt", Encoding.ASCII.GetBytes($"file {small.Path}\nfile {large.Path}\n"));
        using var clip = Clip.Make("both.webm", "-f", "concat", "-safe", "0", "-i", list.Path, "-c", "copy");
        await using var recording = new Recording(clip.Path);

        Assert.Equal(new ImageSize(96, 64), (await recording.ProbeAsync()).Size);
        Assert.Equal(50, (await recording.NotesAsync()).Frames.Count);
    }

    [Fact]
    public void A_title_does_not_say_that_the_input_was_lost()
    {
        var log = new FrameLog(frameBytes: 1, coversDamage: true);

        log.Hear("[info]     title           : Connection refused");
        Assert.False(log.LostInput);

        log.Hear("[tcp @ 0x5581] [error] Connection refused");
        Assert.True(log.LostInput);
    }

    [Fact]
    public async Task More_frames_than_are_allowed_are_not_decoded()
    {
        using var clip = Clip.Make("plain.ts", ["-f", "lavfi", "-i", "testsrc2=s=96x64:d=2", .. X264]);
        await using var recording = new Recording(clip.Path) { Limits = new MediaLimits { MaxFrames = 20 } };
        await using var other = new Recording(clip.Path);
        var info = await other.ProbeAsync();
        await using var door = new FaceDeid.Video.Spool.MediaDoor(_ => File.OpenRead(clip.Path));
        var reader = new FrameReader(door, "any", info, recording.Limits, VideoDamagePolicy.Error);

        await Refusal.AssertAsync(FaceDeidError.TooLong, () => CountAsync(reader.ReadAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Who_stops_reading_is_not_waited_for()
    {
        using var clip = Clip.Make("plain.mp4", ["-f", "lavfi", "-i", "testsrc2=s=640x480:d=20", .. X264]);
        await using var recording = new Recording(clip.Path);
        using var stop = new CancellationTokenSource();
        var reader = await recording.ReaderAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var frame in reader.ReadAsync(stop.Token))
            {
                using (frame)
                    await stop.CancelAsync();
            }
        });
    }

    private static async Task<VideoFrame> FirstAsync(Recording recording)
    {
        var reader = await recording.ReaderAsync();
        await foreach (var frame in reader.ReadAsync(CancellationToken.None))
            return frame;
        throw new InvalidOperationException("No frame.");
    }

    private static async Task<int> CountAsync(IAsyncEnumerable<VideoFrame> frames)
    {
        var count = 0;
        await foreach (var frame in frames)
        {
            using (frame)
                count++;
        }

        return count;
    }
}
