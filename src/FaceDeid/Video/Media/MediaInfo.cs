namespace FaceDeid.Video.Media;

/// <summary>Seconds of a tick.</summary>
internal readonly record struct TimeBase(int Numerator, int Denominator)
{
    public double Seconds(long ticks) => (double)ticks * Numerator / Denominator;

    /// <summary>Rounded to the nearest; exact where a tick is a whole number of nanoseconds.</summary>
    public long Nanoseconds(long ticks)
    {
        var product = (Int128)ticks * Numerator * 1_000_000_000;
        var half = (Int128)Denominator / 2;
        return (long)((product + (product < 0 ? -half : half)) / Denominator);
    }
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
/// <param name="IsRgb">Whether it comes as red, green and blue.</param>
/// <param name="BitDepth">Bits of a sample; more than 8 become 8.</param>
/// <param name="Colour">How its decoded samples are to be understood.</param>
/// <param name="PixelAspect">Width by height of an upright pixel, as <c>1:1</c>.</param>
/// <param name="ExpectedFrames">How many frames the file says or its duration promises; null: not known.</param>
/// <param name="Duration">As the file says; null: it does not.</param>
/// <param name="Audio">The sound that can be kept; null: there is none.</param>
/// <param name="Subtitles">Which streams of the file are subtitles of text.</param>
/// <param name="Dropped">What is left out.</param>
internal sealed record MediaInfo(
    string Demuxer, string Codec, int StreamIndex, ImageSize Size, ImageSize Shown, int Rotation, bool IsInterlaced,
    bool IsHighDynamicRange, bool IsRgb, int BitDepth, VideoColour Colour, string PixelAspect, int? ExpectedFrames,
    TimeSpan? Duration, AudioStream? Audio, IReadOnlyList<int> Subtitles, DroppedParts Dropped)
{
    /// <summary>Whether the file ends before it says that it does.</summary>
    public bool IsCutOff { get; init; }
}

/// <summary>How samples are to be understood, in ffmpeg's words; null: the file does not say.</summary>
/// <param name="Range"><c>tv</c> or <c>pc</c>.</param>
/// <param name="Matrix">Between RGB and the samples.</param>
/// <param name="Primaries">What red, green and blue are.</param>
/// <param name="Transfer">From light to samples.</param>
internal sealed record VideoColour(string? Range, string? Matrix, string? Primaries, string? Transfer)
{
    public static readonly VideoColour Bt709 = new("tv", "bt709", "bt709", "bt709");
}

/// <summary>A recording's sound.</summary>
/// <param name="StreamIndex">Which stream of the file it is.</param>
/// <param name="Codec">ffmpeg's name of its codec.</param>
/// <param name="Start">Seconds from the file's zero to where it begins.</param>
/// <param name="SampleRate">Samples in a second.</param>
internal sealed record AudioStream(int StreamIndex, string Codec, double Start, int SampleRate)
{
    /// <summary>Samples at 48 kHz that a decoder of Opus throws away at its beginning.</summary>
    public int PreSkip { get; init; }
}

/// <summary>How much of a file is left out.</summary>
internal sealed record DroppedParts(int Streams, int Tags, int Chapters, bool CoverArt);
