using System.Net;
using System.Net.Sockets;
using System.Text;
using FaceDeid.Video.Media;
using Xunit;

namespace FaceDeid.Tests.Video.Media;

/// <summary>What is taken for a recording, and what is not.</summary>
public sealed class MediaProbeTests
{
    public static TheoryData<string, string> Playlists => new()
    {
        { "HLS", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:{0}/a.ts\n#EXT-X-ENDLIST\n" },
        { "DASH", "<?xml version=\"1.0\"?><MPD><BaseURL>http://127.0.0.1:{0}/</BaseURL></MPD>" },
        { "concat", "ffconcat version 1.0\nfile http://127.0.0.1:{0}/a.mp4\n" },
        { "SDP", "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video {0} RTP/AVP 96\n" },
        { "text", "just a text that is long enough to be looked at" },
        { "nothing", "" },
    };

    [Theory]
    [MemberData(nameof(Playlists))]
    public async Task Playlists_and_texts_are_refused_and_nobody_is_asked(string kind, string text)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var clip = Clip.With(kind + ".mp4", Encoding.ASCII.GetBytes(text.Replace("{0}", port, StringComparison.Ordinal)));
        await using var recording = new Recording(clip.Path);

        await Refusal.AssertAsync(FaceDeidError.UnsupportedVideo, recording.ProbeAsync);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task A_reference_to_elsewhere_inside_a_recording_is_not_followed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var clip = Clip.Make(
            "plain.mov", "-f", "lavfi", "-i", "testsrc2=s=96x64:d=0.5", "-c:v", "libx264", "-pix_fmt", "yuv420p");
        var bytes = await File.ReadAllBytesAsync(clip.Path);
        // The data reference 'url ' that says "in this file" becomes one that says "not in this file".
        var at = bytes.AsSpan().IndexOf("url "u8);
        bytes[at + 7] = 0;
        using var elsewhere = Clip.With($"{port}.mov", bytes);
        await using var recording = new Recording(elsewhere.Path);

        await Record.ExceptionAsync(() => recording.NotesAsync());
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task A_picture_under_another_name_is_refused()
    {
        foreach (var format in new[] { "mjpeg", "png", "bmp", "gif" })
        {
            using var picture = Clip.Make(
                format + ".mp4", "-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1", "-c:v", format, "-f",
                format is "gif" ? "gif" : "image2");
            await using var recording = new Recording(picture.Path);
            await Refusal.AssertAsync(FaceDeidError.UnsupportedVideo, recording.ProbeAsync);
        }
    }

    [Fact]
    public async Task Sound_alone_is_no_recording()
    {
        using var cover = Clip.Make("cover.png", "-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1");
        using var clip = Clip.Make(
            "sound.mp4", "-f", "lavfi", "-i", "sine=d=1", "-i", cover.Path, "-map", "0", "-map", "1", "-c:v", "png",
            "-disposition:v:0", "attached_pic", "-c:a", "aac");
        await using var recording = new Recording(clip.Path);

        await Refusal.AssertAsync(FaceDeidError.UnsupportedVideo, recording.ProbeAsync);
    }

    [Fact]
    public async Task What_is_over_a_limit_is_refused_by_its_header()
    {
        using var clip = Clip.Make(
            "plain.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x240:d=4", "-f", "lavfi", "-i", "sine=d=4", "-map", "0", "-map", "1",
            "-map", "1", "-c:v", "libx264", "-pix_fmt", "yuv420p");
        var bytes = new FileInfo(clip.Path).Length;
        await IsAsync(FaceDeidError.TooManyPixels, new MediaLimits { MaxLongSide = 319 });
        await IsAsync(FaceDeidError.TooManyPixels, new MediaLimits { MaxShortSide = 239 });
        await IsAsync(FaceDeidError.TooLong, new MediaLimits { MaxBytes = bytes - 1 });
        await IsAsync(FaceDeidError.TooLong, new MediaLimits { MaxDuration = TimeSpan.FromSeconds(3) });
        await IsAsync(FaceDeidError.TooLong, new MediaLimits { MaxFrames = 99 });
        await IsAsync(FaceDeidError.TooLong, new MediaLimits { MaxFrameRate = 24 });
        await IsAsync(FaceDeidError.TooManyStreams, new MediaLimits { MaxStreams = 2 });
        await IsAsync(FaceDeidError.TooManyStreams, new MediaLimits { MaxStreams = 1 });

        await using var allowed = new Recording(clip.Path)
        {
            Limits = new MediaLimits
            {
                MaxLongSide = 320,
                MaxShortSide = 240,
                MaxBytes = bytes,
                MaxFrames = 100,
                MaxFrameRate = 25,
                MaxStreams = 3,
                MaxDuration = TimeSpan.FromSeconds(4.1),
            },
        };
        Assert.Equal(100, (await allowed.ProbeAsync()).ExpectedFrames);

        async Task IsAsync(FaceDeidError error, MediaLimits limits)
        {
            await using var recording = new Recording(clip.Path) { Limits = limits };
            await Refusal.AssertAsync(error, recording.ProbeAsync);
        }
    }

    [Fact]
    public async Task A_header_that_says_less_than_what_is_decoded_does_not_help()
    {
        // Matroska says 96x64 where H.264 has 640x480.
        using var clip = Clip.Make(
            "plain.mkv", "-f", "lavfi", "-i", "testsrc2=s=640x480:d=0.5", "-c:v", "libx264", "-pix_fmt", "yuv420p");
        var bytes = await File.ReadAllBytesAsync(clip.Path);
        var width = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xB0, 0x82, 0x02, 0x80]);
        Assert.True(width > 0);
        (bytes[width + 2], bytes[width + 3]) = (0, 96);
        using var liar = Clip.With("liar.mkv", bytes);
        await using var recording = new Recording(liar.Path)
        {
            Limits = new MediaLimits { MaxLongSide = 320, MaxShortSide = 480 },
        };

        var refusal = await Assert.ThrowsAsync<FaceDeidException>(() => recording.NotesAsync());
        Assert.True(refusal.Code is FaceDeidError.TooManyPixels or FaceDeidError.CorruptVideo or FaceDeidError.UnsupportedVideo);
    }
}
