using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace FaceDeid.Api.Tests;

/// <summary>Recordings that want something else than to be shown.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Expected">What becomes of it: a status and code, a code of the job, or done; several are parted by a bar.</param>
/// <param name="Make">Makes it; given is the port on which somebody waits to be asked.</param>
/// <param name="Accepted">What becomes of it where damage is accepted; null: the same.</param>
internal sealed record HostileVideo(string Name, string Expected, Func<int, byte[]> Make, string? Accepted = null)
{
    private const string Refused = "415 unsupported_video";
    private const string Corrupt = "422 corrupt_video";
    private const string Damaged = "corrupt_video";
    private const string TooLong = "422 too_long";

    private static readonly string[] X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HostileVideo> All { get; } =
    [
        new("a header of 500 MB that is not there",
            $"{Corrupt}|{Refused}", _ => [.. Box("ftyp", "isom\0\0\0\0"u8), .. Head("moov", 500_000_000)]),
        new("10,000 streams", "422 too_many_streams", _ => Streams(10_000)),
        new("a playlist",
            Refused, port => Text($"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:{port}/a.ts\n")),
        new("a list of files", Refused, _ => Text("ffconcat version 1.0\nfile /etc/passwd\n")),
        new("a description of an address", Refused, port => Text($"<MPD><BaseURL>http://127.0.0.1:{port}/</BaseURL></MPD>")),
        new("a playlist as an AVI's subtitle", "done", port => AviWithSubtitle(
            $"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:5,\nhttp://127.0.0.1:{port}/a.ts\n#EXTINF:5,\nfile:///etc/passwd\n")),
        new("a list of files as an AVI's subtitle", "done", _ => AviWithSubtitle("ffconcat version 1.0\nfile /etc/passwd\n")),
        new("pictures that are said to lie at an address", $"{Refused}|{Damaged}", port => Referring(port)),
        new("a container that says 65535 x 65535",
            "done|422 too_many_pixels", _ => Patch(Plain("a.mov"), "avc1"u8, 28, 0xFF, 4)),
        new("pictures that say 65535 x 65535", $"422 too_many_pixels|{Damaged}", _ => Patch(
            VideoClips.Make("mov", [.. Source(1), "-c:v", "mjpeg"]), [0xFF, 0xC0], 5, 0xFF, 4, all: true)),
        new("a thousand years", TooLong, _ => LongMatroska()),
        new("a header that says 3,000 hours", "done|" + TooLong, _ => Patch(Plain("a.mp4"), "mdhd"u8, 20, 0x7F, 4)),
        new("a thousand frames a second", TooLong, _ => VideoClips.Make("mp4", [.. Source(3, 1000, "32x32"), .. X264])),
        new("a thousand frames a second, which nobody says",
            "too_long", _ => VideoClips.Make("ts", [.. Source(1, 1000, "32x32"), .. X264])),
        new("more frames than are allowed", TooLong, _ => VideoClips.Make("ts", [.. Source(12, 60, "32x32"), .. X264])),
        new("a size that changes", Damaged, _ => [.. Part(0, "96x64"), .. Part(2, "160x128")], "done"),
        new("times that go back", Damaged, _ => [.. Part(2, "96x64"), .. Part(0, "96x64")], "done|corrupt_video"),
        new("a tick of no length", "done|" + Corrupt + "|corrupt_video", _ => Patch(Plain("a.mp4"), "mdhd"u8, 16, 0, 4)),
        new("a tick that is too short", "done|corrupt_video|" + Corrupt, _ => Patch(Plain("a.mp4"), "mdhd"u8, 16, 0x7F, 4)),
        new("an MP4 that is cut off", Damaged, _ => Cut(Plain("a.mp4", "-movflags", "faststart")), "done"),
        new("a Matroska that is cut off", Damaged, _ => Cut(Plain("a.mkv")), "done"),
        new("a WebM that is cut off", Damaged, _ => Cut(VideoClips.Make("webm", [.. Source(2), "-c:v", "libvpx"])), "done"),
        new("an MP4 in fragments that is cut off",
            Damaged, _ => Cut(Plain("a.mp4", "-movflags", "frag_keyframe+empty_moov")), "done"),
        new("an AVI that is cut off", Damaged, _ => Cut(VideoClips.Make("avi", [.. Source(2), "-c:v", "mpeg4"])), "done"),
        new("an MP4 that ends before its header", Corrupt, _ => Cut(Plain("a.mp4"))),
        new("no key frame at the beginning", "done|corrupt_video", _ => Part(0, "96x64")[(188 * 20)..], "done"),
        new("no frames", Damaged, _ => Empty()),
        new("sound alone", Refused, _ => VideoClips.Make("mp4", "-f", "lavfi", "-i", "sine=d=1")),
        new("sound with a cover", Refused, _ => Cover()),
        new("damaged packets", Damaged, _ => Scramble(VideoClips.Make("ts", [.. Source(2, 25, "320x240"), .. X264])), "done"),
        new("a picture", Refused, _ => VideoClips.Make("png", "-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1")),
        new("a text", Refused, _ => Text("Dear Sir or Madam,\n")),
        new("nothing", "400 empty_part", _ => []),
        new("noise behind a good beginning", $"{Corrupt}|{Refused}", _ => [.. Box("ftyp", "isom\0\0\0\0"u8), .. Noise(50_000)]),
    ];

    public override string ToString() => Name;

    private static string[] Source(int seconds, int rate = 25, string size = "96x64") =>
    [
        "-f", "lavfi", "-i",
        string.Create(CultureInfo.InvariantCulture, $"testsrc2=s={size}:r={rate}:d={seconds}"),
    ];

    private static byte[] Plain(string name, params string[] more) =>
        VideoClips.Make(name.Split('.')[1], [.. Source(2), .. X264, "-g", "10", .. more]);

    private static byte[] Part(int offset, string size) => VideoClips.Make(
        "ts",
        [.. Source(1, size: size), .. X264, "-g", "10", "-output_ts_offset", offset.ToString(CultureInfo.InvariantCulture)]);

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Cut(byte[] file) => file[..(file.Length * 6 / 10)];

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private static byte[] Scramble(byte[] stream)
    {
        // Not where packets and pictures begin: what loses its beginning is left out without a word.
        for (var i = stream.Length / 2; i < (stream.Length / 2) + 30_000; i++)
            stream[i] = (byte)(i % 188 < 64 ? stream[i] : i * 31);
        return stream;
    }

    /// <summary>Writes a value over bytes behind a mark.</summary>
    private static byte[] Patch(byte[] file, ReadOnlySpan<byte> mark, int at, byte value, int count, bool all = false)
    {
        for (var from = 0; file.AsSpan(from).IndexOf(mark) is >= 0 and var found; from += found + mark.Length)
        {
            file.AsSpan(from + found + at, count).Fill(value);
            if (!all)
                break;
        }

        return file;
    }

    private static byte[] Head(string type, int length)
    {
        var head = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(head, length);
        Encoding.ASCII.GetBytes(type, head.AsSpan(4));
        return head;
    }

    private static byte[] Box(string type, ReadOnlySpan<byte> content) => [.. Head(type, 8 + content.Length), .. content];

    /// <summary>The box of a type with its head; those around it are looked into.</summary>
    private static (int At, int Length) Find(ReadOnlySpan<byte> file, string type)
    {
        var at = file.IndexOf(Encoding.ASCII.GetBytes(type)) - 4;
        return (at, BinaryPrimitives.ReadInt32BigEndian(file[at..]));
    }

    /// <summary>Puts bytes at a place within a box, whose length, and that of those around it, grows.</summary>
    private static byte[] Insert(byte[] file, int at, ReadOnlySpan<byte> bytes, params string[] around)
    {
        foreach (var type in around)
        {
            var (box, length) = Find(file, type);
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(box), length + bytes.Length);
        }

        return [.. file[..at], .. bytes, .. file[at..]];
    }

    private static byte[] Streams(int count)
    {
        var file = Plain("a.mp4"); // its header is its end
        var (at, length) = Find(file, "trak");
        var track = file[at..(at + length)];
        return Insert(file, at, Enumerable.Repeat(track, count - 1).SelectMany(bytes => bytes).ToArray(), "moov");
    }

    /// <summary>The data reference "in this file" becomes an address.</summary>
    private static byte[] Referring(int port)
    {
        var file = Plain("a.mov");
        var at = file.AsSpan().IndexOf("url "u8);
        if (at < 0)
            at = file.AsSpan().IndexOf("alis"u8);
        "url "u8.CopyTo(file.AsSpan(at));
        file[at + 7] = 0;
        var address = Text($"http://127.0.0.1:{port}/a.mov\0");
        file = Insert(file, at + 8, address, "moov", "trak", "mdia", "minf", "dinf", "dref");
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(at - 4), 12 + address.Length);
        return file;
    }

    private static byte[] LongMatroska()
    {
        var file = Plain("a.mkv");
        var at = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x44, 0x89, 0x88]); // Duration, in milliseconds
        BinaryPrimitives.WriteDoubleBigEndian(file.AsSpan(at + 3), 1000.0 * 365 * 86_400_000);
        return file;
    }

    private static byte[] Empty()
    {
        var file = VideoClips.Make("mp4", [.. Source(1), .. X264, "-movflags", "empty_moov+frag_keyframe"]);
        var (moov, length) = Find(file, "moov");
        return file[..(moov + length)];
    }

    private static byte[] Cover() => VideoClips.Make(
        "mp4", "-f", "lavfi", "-i", "sine=d=1", "-f", "lavfi", "-i", "color=red:s=64x64:d=0.04", "-map", "0", "-map", "1", "-c:v",
        "png", "-frames:v", "1", "-disposition:v:0", "attached_pic");

    /// <summary>
    /// ffmpeg reads subtitles of this kind with whatever it takes them for, which was once used to read files of others.
    /// </summary>
    private static byte[] AviWithSubtitle(string text)
    {
        var avi = VideoClips.Make("avi", [.. Source(1), "-c:v", "mpeg4", "-flags", "+bitexact"]);
        // A second stream behind the header of the first.
        byte[] about = [.. "txts"u8, .. new byte[16], .. Little(1), .. Little(1), .. new byte[20], .. new byte[8]];
        var stream = Chunk("LIST", [.. "strl"u8, .. Chunk("strh", about), .. Chunk("strf", [])]);
        var movi = avi.AsSpan().IndexOf("movi"u8) + 4;
        byte[] subtitle = [.. "GAB2\0"u8, 2, 0, .. Little(0), 4, 0, .. Little(text.Length), .. Text(text)];
        avi = [.. avi[..movi], .. Chunk("01tx", subtitle), .. avi[movi..]];
        var list = avi.AsSpan().IndexOf("strl"u8) - 8;
        var end = list + 8 + BinaryPrimitives.ReadInt32LittleEndian(avi.AsSpan(list + 4));
        avi = [.. avi[..end], .. stream, .. avi[end..]];
        Grow(avi, "hdrl"u8, stream.Length);
        Grow(avi, "movi"u8, Chunk("01tx", subtitle).Length);
        BinaryPrimitives.WriteInt32LittleEndian(avi.AsSpan(4), avi.Length - 8);
        avi[avi.AsSpan().IndexOf("avih"u8) + 8 + 24] = 2; // streams
        return avi;

        static void Grow(byte[] file, ReadOnlySpan<byte> type, int by)
        {
            var length = file.AsSpan(file.AsSpan().IndexOf(type) - 4);
            BinaryPrimitives.WriteInt32LittleEndian(length, BinaryPrimitives.ReadInt32LittleEndian(length) + by);
        }
    }

    private static byte[] Chunk(string type, byte[] content) =>
        [.. Text(type), .. Little(content.Length), .. content, .. new byte[content.Length % 2]];

    private static byte[] Little(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }
}
