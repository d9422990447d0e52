using static FaceDeid.Video.Media.Ebml;

namespace FaceDeid.Video.Media;

/// <summary>
/// Matroska with frames of I420 as they are, each in a cluster of its own, with times in nanoseconds: what tells an encoder the
/// exact time of every frame through a pipe (RFC 9559).
/// </summary>
internal static class RawMatroska
{
    private const uint Ebml = 0x1A45DFA3, DocType = 0x4282, Segment = 0x18538067, Info = 0x1549A966, TimestampScale = 0x2AD7B1;
    private const uint Tracks = 0x1654AE6B, Track = 0xAE, TrackNumber = 0xD7, TrackUid = 0x73C5, TrackType = 0x83, Lacing = 0x9C;
    private const uint DefaultDuration = 0x23E383, CodecId = 0x86, Video = 0xE0, Width = 0xB0, Height = 0xBA;
    private const uint ColourSpace = 0x2EB524, Cluster = 0x1F43B675, Timestamp = 0xE7, SimpleBlock = 0xA3;

    /// <summary>What stands before the first frame.</summary>
    /// <param name="size">Of the frames.</param>
    /// <param name="duration">Of a frame on the average, in nanoseconds.</param>
    public static byte[] Header(ImageSize size, long duration)
    {
        var video = Element(
            Video, [.. Number(Width, size.Width), .. Number(Height, size.Height), .. Element(ColourSpace, "I420"u8)]);
        var track = Element(
            Track,
            [
                .. Number(TrackNumber, 1), .. Number(TrackUid, 1), .. Number(TrackType, 1), .. Number(Lacing, 0),
                .. Number(DefaultDuration, duration), .. Element(CodecId, "V_UNCOMPRESSED"u8), .. video,
            ]);
        byte[] unknownSize = [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        return
        [
            .. Element(Ebml, Element(DocType, "matroska"u8)), .. Id(Segment), .. unknownSize,
            .. Element(Info, Number(TimestampScale, 1)), .. Element(Tracks, track),
        ];
    }

    /// <summary>What stands before a frame's pixels.</summary>
    /// <param name="bytes">Of its pixels.</param>
    /// <param name="time">In nanoseconds, not negative.</param>
    public static byte[] FrameHeader(int bytes, long time)
    {
        var timestamp = Number(Timestamp, time);
        byte[] block = [0x81, 0, 0, 0x80]; // track 1, at the cluster's time, a key frame
        byte[] blockHead = [.. Id(SimpleBlock), .. Size(block.Length + bytes), .. block];
        return [.. Id(Cluster), .. Size(timestamp.Length + blockHead.Length + bytes), .. timestamp, .. blockHead];
    }
}
