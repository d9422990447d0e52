using OpenCvSharp;

namespace FaceDeid.Video.Media;

/// <summary>One decoded frame, upright, of 8 bits and 4:2:0; both sides are even. Owns its pixels.</summary>
/// <param name="number">Which it is, from 0.</param>
/// <param name="time">When it is shown, in ticks of the recording's time base.</param>
/// <param name="checksum">Of its pixels, to tell whether another decode gave the same.</param>
/// <param name="pixels">The planes Y, U and V one after the other, <c>CV_8UC1</c>, 3/2 as high as the frame (I420).</param>
/// <param name="duration">How long it is shown, in ticks; 0: the file does not say.</param>
/// <param name="isDamaged">Whether what it shows may not be what was recorded: to be covered as a whole.</param>
internal sealed class VideoFrame(
    int number, long time, ulong checksum, Mat pixels, long duration = 0, bool isDamaged = false) : IDisposable
{
    public int Number => number;

    public long Time => time;

    public long Duration => duration;

    public ulong Checksum => checksum;

    public bool IsDamaged => isDamaged;

    /// <summary>I420; owned by this object.</summary>
    public Mat Pixels => pixels;

    public int Width => pixels.Width;

    public int Height => pixels.Height / 3 * 2;

    /// <summary>The luminance, <c>CV_8UC1</c>: another header on the same pixels, to be disposed like a copy.</summary>
    public Mat Luma() => pixels.SubMat(new Rect(0, 0, Width, Height));

    /// <summary>The same frame under another number: another header on the same pixels, to be disposed like a copy.</summary>
    public VideoFrame As(int other) => new(other, time, checksum, pixels.Share(), duration, isDamaged);

    public void Dispose() => pixels.Dispose();
}
