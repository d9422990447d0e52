using System.Text;
using FaceDeid.Video.Media;
using Xunit;

namespace FaceDeid.Tests.Video.Media;

/// <summary>
/// A recording that is read and written again has the same frames at the same times, and its sound where it was.
/// </summary>
public sealed class RoundTripTests
{
    private const string Marker = "MARKER-7261";
    private const string VariableRate = "setpts='(N*0.04+0.013*mod(N*N,3))/TB'";

    private static readonly string[] X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

    /// <summary>Name, ffmpeg's arguments after those of a source of 2 s.</summary>
    public static TheoryData<string, string[]> Clips => new()
    {
        { "plain.mp4", [.. X264, "-c:a", "aac"] },
        { "plain.mov", [.. X264, "-c:a", "pcm_s16le"] },
        { "variable.mp4", [.. X264, "-vf", VariableRate, "-fps_mode", "passthrough", "-enc_time_base", "1:90000"] },
        { "variable.mkv", [.. X264, "-vf", VariableRate, "-fps_mode", "passthrough", "-c:a", "libopus"] },
        { "bframes.mp4", ["-c:v", "libx264", "-bf", "3", "-g", "12", "-pix_fmt", "yuv420p", "-c:a", "aac"] },
        { "late.mp4", [.. X264, "-vf", "setpts=PTS+0.5/TB", "-c:a", "aac"] },
        { "offset.ts", [.. X264, "-c:a", "mp2", "-muxdelay", "0"] },
        { "old.avi", ["-c:v", "mpeg4", "-c:a", "mp3"] },
        { "old.mpg", ["-c:v", "mpeg2video", "-c:a", "mp2"] },
        { "web.webm", ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis"] },
        { "deep.mkv", ["-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=error", "-c:a", "flac"] },
        { "silent.mp4", [.. X264, "-an"] },
        { "two.mkv", [.. X264, "-map", "0", "-map", "1", "-map", "1", "-c:a", "aac"] },
    };

    [Theory]
    [MemberData(nameof(Clips))]
    public async Task Frames_and_sound_keep_their_times(string name, string[] arguments)
    {
        using var clip = Clip.Make(name, [.. Clip.Source(), .. arguments]);
        await KeepsTimesAsync(clip);
    }

    [Theory]
    [InlineData("24000/1001")]
    [InlineData("60000/1001")]
    public async Task Rates_that_are_no_whole_number_are_kept(string rate)
    {
        using var clip = Clip.Make("rate.mp4", [.. Clip.Source(rate: rate), .. X264, "-c:a", "aac"]);
        await KeepsTimesAsync(clip);
    }

    [Fact]
    public async Task Sound_that_is_longer_than_the_picture_stays_whole()
    {
        using var clip = Clip.Make(
            "longer.mp4",
            [
                .. Clip.Source(seconds: 1), "-f", "lavfi", "-i", "sine=d=3,volume=0:enable='lt(t,0.3)'", .. X264, "-map", "0",
                "-map", "2", "-c:a", "aac",
            ]);
        await KeepsTimesAsync(clip);
    }

    [Theory]
    [InlineData(VideoContainer.Mp4, VideoCodec.H265)]
    [InlineData(VideoContainer.Webm, VideoCodec.Vp9)]
    [InlineData(VideoContainer.Mkv, VideoCodec.Av1)]
    [InlineData(VideoContainer.Mkv, VideoCodec.H264)]
    public async Task Other_codecs_and_containers_keep_all_frames(VideoContainer container, VideoCodec codec)
    {
        using var clip = Clip.Make("plain.mp4", [.. Clip.Source(), .. X264, "-c:a", "aac"]);
        await using var recording = new Recording(clip.Path);
        using var result = Clip.With(
            "result", await recording.WriteAgainAsync(
                30, codec, new JoinOptions(container, AudioPolicy.Keep, SubtitlePolicy.Drop)));

        // Matroska counts in milliseconds.
        Same(clip, result, tolerance: 0.001, soundTolerance: 0.0015);
    }

    [Theory]
    [InlineData("opus.mkv", VideoContainer.Mkv)]
    [InlineData("opus.mkv", VideoContainer.Webm)]
    [InlineData("opus.mkv", VideoContainer.Mp4)]
    [InlineData("opus.mp4", VideoContainer.Mkv)]
    [InlineData("opus.mp4", VideoContainer.Mp4)]
    public async Task Opus_warms_up_where_nobody_hears_it(string name, VideoContainer container)
    {
        using var clip = Clip.Make(name, [.. Clip.Source(), .. X264, "-c:a", "libopus"]);
        await using var recording = new Recording(clip.Path);
        using var result = Clip.With("result", await recording.WriteAgainAsync(
            30, container is VideoContainer.Webm ? VideoCodec.Vp9 : VideoCodec.H264,
            new JoinOptions(container, AudioPolicy.Keep, SubtitlePolicy.Drop)));

        Same(clip, result, tolerance: 0.001, soundTolerance: 0.0015);
    }

    [Theory]
    [InlineData(VideoContainer.Mp4, VideoCodec.H264)]
    [InlineData(VideoContainer.Mkv, VideoCodec.H264)]
    [InlineData(VideoContainer.Webm, VideoCodec.Vp9)]
    public async Task The_result_says_how_long_it_is_and_players_jump_in_it(VideoContainer container, VideoCodec codec)
    {
        using var clip = Clip.Make("plain.mp4", [.. Clip.Source(seconds: 9), .. X264, "-c:a", "aac"]);
        await using var recording = new Recording(clip.Path);
        var bytes = await recording.WriteAgainAsync(
            60, codec, new JoinOptions(container, AudioPolicy.Keep, SubtitlePolicy.Drop));
        // Said by its beginning alone.
        using var beginning = Clip.With("beginning", bytes[..(bytes.Length / 4)]);
        using var result = Clip.With("result", bytes);

        var said = Clip.Run(
            "ffprobe", ["-v", "quiet", "-show_entries", "format=duration", "-of", "csv=p=0", beginning.Path]);
        Assert.InRange(double.Parse(said, System.Globalization.CultureInfo.InvariantCulture), 8.99, 9.06);
        // The key frame before 7 s, of which there is one each 2 s and at each segment's beginning (2.4, 4.8, 7.2).
        var jumped = Clip.Run(
            "ffprobe",
            ["-v", "error", "-read_intervals", "7%+#1", "-select_streams", "v", "-show_entries", "packet=pts_time,flags", "-of",
                "csv=p=0", result.Path]).Split(',');
        Assert.Equal(6.8, double.Parse(jumped[0], System.Globalization.CultureInfo.InvariantCulture), tolerance: 0.01);
        Assert.StartsWith("K", jumped[1], StringComparison.Ordinal);
        byte[] index = container is VideoContainer.Mp4 ? [.. "sidx"u8] : [0x1C, 0x53, 0xBB, 0x6B];
        Assert.True(bytes.AsSpan(0, 4096).IndexOf(index) > 0);
    }

    [Theory]
    [InlineData(VideoContainer.Mp4, VideoCodec.H265)]
    [InlineData(VideoContainer.Webm, VideoCodec.Vp9)]
    [InlineData(VideoContainer.Mkv, VideoCodec.Av1)]
    [InlineData(VideoContainer.Mkv, VideoCodec.H264)]
    public async Task The_same_frames_give_the_same_bytes_in_each_codec(VideoContainer container, VideoCodec codec)
    {
        using var clip = Clip.Make("plain.mp4", [.. Clip.Source("320x240"), .. X264, "-c:a", "aac"]);
        await using var recording = new Recording(clip.Path);
        var options = new JoinOptions(container, AudioPolicy.Keep, SubtitlePolicy.Drop);

        Assert.Equal(
            await recording.WriteAgainAsync(30, codec, options), await recording.WriteAgainAsync(30, codec, options));
    }

    [Fact]
    public async Task The_same_frames_give_the_same_bytes()
    {
        using var clip = Clip.Make("plain.mp4", [.. Clip.Source(), .. X264, "-c:a", "aac"]);
        await using var recording = new Recording(clip.Path);

        Assert.Equal(await recording.WriteAgainAsync(), await recording.WriteAgainAsync());
    }

    [Theory]
    [InlineData(VideoContainer.Mp4)]
    [InlineData(VideoContainer.Mkv)]
    public async Task Nothing_that_was_said_of_the_recording_gets_into_the_result(VideoContainer container)
    {
        string[] tags = ["title", "comment", "artist", "description", "copyright"];
        using var chapters = Clip.With(
            "chapters.txt",
            Encoding.ASCII.GetBytes($";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\ntitle={Marker}\n"));
        using var cover = Clip.Make("cover.png", "-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1");
        using var clip = Clip.Make(
            "tagged.mp4",
            [
                .. Clip.Source(), "-i", chapters.Path, "-i", cover.Path, "-map", "0", "-map", "1", "-map", "3",
                "-map_chapters", "2",
                .. X264, "-c:v:1", "png", "-disposition:v:1", "attached_pic", "-c:a", "aac",
                .. tags.SelectMany(tag => new[] { "-metadata", $"{tag}={Marker}" }),
                "-metadata:s:v:0", $"handler_name={Marker}", "-metadata:s:a:0", $"handler_name={Marker}",
                "-metadata:s:a:0", $"title={Marker}",
            ]);
        await using var recording = new Recording(clip.Path);

        var info = await recording.ProbeAsync();
        var result = await recording.WriteAgainAsync(options: new JoinOptions(container, AudioPolicy.Keep, SubtitlePolicy.Keep));

        Assert.Contains(Marker, Text(await File.ReadAllBytesAsync(clip.Path)), StringComparison.Ordinal);
        Assert.True(info.Dropped is { CoverArt: true, Chapters: 1, Tags: > 3 });
        Assert.DoesNotContain(Marker, Text(result), StringComparison.Ordinal);
        Assert.DoesNotContain("Lavf5", Text(result), StringComparison.Ordinal);
        Assert.DoesNotContain("x264", Text(result), StringComparison.Ordinal);
        Assert.DoesNotContain("IHDR", Text(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(VideoContainer.Mp4)]
    [InlineData(VideoContainer.Mkv)]
    public async Task Fonts_files_and_places_do_not_survive_where_subtitles_do(VideoContainer container)
    {
        const string Place = "+48.1372+011.5755/";
        using var words = Clip.With("words.ass", Encoding.ASCII.GetBytes(
            "[Script Info]\nScriptType: v4.00+\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\n"
            + "Style: Default,/etc/passwd,20\n[Events]\n"
            + "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
            + "Dialogue: 0,0:00:00.50,0:00:01.50,Default,,0,0,0,,{\\fn/etc/passwd}Good day\n"));
        using var font = Clip.With(Marker + ".ttf", Encoding.ASCII.GetBytes(Marker));
        using var clip = Clip.Make(
            "words.mkv",
            [
                .. Clip.Source(), "-i", words.Path, "-map", "0", "-map", "1", "-map", "2", .. X264, "-c:a", "aac", "-c:s", "ass",
                "-attach", font.Path, "-metadata:s:t:0", "mimetype=font/ttf", "-metadata", $"location={Place}",
            ]);
        await using var recording = new Recording(clip.Path);
        var before = Text(await File.ReadAllBytesAsync(clip.Path));
        Assert.True(before.Contains(Marker, StringComparison.Ordinal) && before.Contains(Place, StringComparison.Ordinal));

        var bytes = await recording.WriteAgainAsync(options: new JoinOptions(container, AudioPolicy.Keep, SubtitlePolicy.Keep));

        using var result = Clip.With("result", bytes);
        Assert.Equal(
            "video audio subtitle",
            Clip.Run("ffprobe", ["-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", result.Path])
                .Trim().Replace('\n', ' '));
        Assert.Contains("Good day", Text(bytes), StringComparison.Ordinal);
        Assert.DoesNotContain("mimetype", Text(bytes), StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, Text(bytes), StringComparison.Ordinal);
        Assert.DoesNotContain("48.1372", Text(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sound_is_dropped_or_shifted_on_demand()
    {
        using var clip = Clip.Make("plain.mp4", [.. Clip.Source(), .. X264, "-c:a", "aac"]);
        await using var recording = new Recording(clip.Path);
        using var dropped = Clip.With("dropped.mp4", await recording.WriteAgainAsync(options: Mp4(AudioPolicy.Drop)));
        using var shifted = Clip.With("shifted.mp4", await recording.WriteAgainAsync(options: Mp4(AudioPolicy.Shift)));

        Assert.Null(dropped.Sound());
        Same(clip, shifted, soundTolerance: 0.03); // the filter works on pieces of the sound
        Assert.InRange(shifted.Sound()!.Value.Pitch / clip.Sound()!.Value.Pitch, 0.78, 0.83);

        static JoinOptions Mp4(AudioPolicy audio) => new(VideoContainer.Mp4, audio, SubtitlePolicy.Drop);
    }

    private static async Task KeepsTimesAsync(Clip clip, double soundTolerance = 0.001)
    {
        await using var recording = new Recording(clip.Path);
        using var result = Clip.With("result.mp4", await recording.WriteAgainAsync());
        Same(clip, result, soundTolerance: soundTolerance);
    }

    private static void Same(Clip before, Clip after, double tolerance = 1e-9, double soundTolerance = 0.001)
    {
        var (old, young) = (before.Frames(), after.Frames());
        Assert.Equal(old.Select(frame => frame.Time - old[0].Time), young.Select(frame => frame.Time - young[0].Time),
            (a, b) => Math.Abs(a - b) <= tolerance);
        Assert.Equal(old[^1].Duration, young[^1].Duration, Math.Max(tolerance, 0.0001));
        var (heard, hears) = (before.Sound(), after.Sound());
        Assert.Equal(heard is null, hears is null);
        if (heard is { } was && hears is { } now)
        {
            Assert.InRange(now.First - was.First, -soundTolerance, soundTolerance);
            Assert.InRange(now.Last - was.Last, -soundTolerance, soundTolerance);
        }
    }

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
