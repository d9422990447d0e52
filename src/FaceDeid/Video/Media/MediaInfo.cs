namespace FaceDeid.Video.Media;

/// <summary>Seconds of a tick.</summary>
internal readonly record struct TimeBase(int Numerator, int Denominator)
{
    public double Seconds(long ticks) => (double)ticks * Numerator / Denominator;
}

/// <summary>What a recording is, by its probe.</summary>
/// <param name="Demuxer">ffmpeg's name of what reads it, chosen by its first bytes.</param>
/// <param name="Codec">ffmpeg's name of the picture's codec.</param>
/// <param name="StreamIndex">Which stream of the file has the picture.</param>
/// <param name="Size">As it is decoded: upright, and both sides even.</param>
/// <param name="Shown">As the recording shows it: upright.</param>
/// <param name="Rotation">Degrees clockwise by which it was turned upright: 0, 90, 180 or 270.</param>
/// <param name="IsInterlaced">Whether its fields are put together.</param>
/// <param name="IsHighDynamicRange">Whether its tones are brought to the range of BT.709 (PQ or HLG).</param>
/// <param name="BitDepth">Bits of a sample; more than 8 become 8.</param>
/// <param name="ExpectedFrames">How many frames the file says or its duration promises; null: not known.</param>
/// <param name="Duration">As the file says; null: it does not.</param>
/// <param name="Audio">The sound that can be kept; null: there is none.</param>
/// <param name="Dropped">What is left out.</param>
internal sealed record MediaInfo(
    string Demuxer, string Codec, int StreamIndex, ImageSize Size, ImageSize Shown, int Rotation, bool IsInterlaced,
    bool IsHighDynamicRange, int BitDepth, int? ExpectedFrames, TimeSpan? Duration, AudioStream? Audio, DroppedParts Dropped);

/// <summary>A recording's sound.</summary>
/// <param name="StreamIndex">Which stream of the file it is.</param>
/// <param name="Codec">ffmpeg's name of its codec.</param>
internal sealed record AudioStream(int StreamIndex, string Codec);

/// <summary>How much of a file is left out.</summary>
internal sealed record DroppedParts(int Streams, int Tags, int Chapters, bool CoverArt);
