namespace FaceDeid.Video.Media;

/// <summary>How frames are written. The same for all segments of a recording, or they cannot be joined.</summary>
/// <param name="Info">Of the recording: size, colours and shape of its pixels.</param>
/// <param name="TimeBase">The tick of the frames' times, which the result keeps.</param>
/// <param name="MeanFrame">How long a frame is shown on the average, in ticks, at least 1: the encoder plans by it.</param>
internal sealed record VideoEncoding(MediaInfo Info, TimeBase TimeBase, long MeanFrame)
{
    public VideoCodec Codec { get; init; } = VideoCodec.H264;

    /// <summary>0 (best) to 51; where a codec counts to 63, it is stretched.</summary>
    public int Crf { get; init; } = 20;

    public int Threads { get; init; } = 2;

    /// <summary>For all frames that the first decode gave.</summary>
    public static VideoEncoding Of(MediaInfo info, FrameTimes times)
    {
        var frames = times.Frames;
        var mean = frames.Count > 1 ? (frames[^1].Time - frames[0].Time) / (frames.Count - 1) : frames[0].Duration;
        return new VideoEncoding(info, times.Base, Math.Max(1, mean));
    }
}
