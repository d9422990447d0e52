namespace FaceDeid.Video.Media;

/// <summary>What the first decode noted of a frame.</summary>
/// <param name="Time">In ticks of the recording's time base.</param>
/// <param name="Duration">In ticks; 0: the file does not say.</param>
/// <param name="Checksum">Of its pixels.</param>
/// <param name="IsDamaged">Whether it may not show what was recorded.</param>
internal readonly record struct FrameNote(long Time, long Duration, ulong Checksum, bool IsDamaged)
{
    public static FrameNote Of(VideoFrame frame) => new(frame.Time, frame.Duration, frame.Checksum, frame.IsDamaged);
}

/// <summary>All frames of a recording as the first decode gave them: every later decode must give the same.</summary>
/// <param name="Base">The tick.</param>
/// <param name="Frames">By number.</param>
internal sealed record FrameTimes(TimeBase Base, IReadOnlyList<FrameNote> Frames);
