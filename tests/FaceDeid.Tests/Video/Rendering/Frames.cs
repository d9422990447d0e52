using FaceDeid.Video.Media;
using OpenCvSharp;

namespace FaceDeid.Tests.Video.Rendering;

/// <summary>Frames made of pixels.</summary>
internal static class Frames
{
    /// <summary>A frame of a picture, <c>CV_8UC3</c> with even sides.</summary>
    public static VideoFrame Of(Mat bgr, int number = 0) =>
        new(number, time: number, checksum: 0, bgr.CvtColor(ColorConversionCodes.BGR2YUV_I420));

    public static VideoFrame Noise(int width, int height, int seed)
    {
        var random = new Random(seed);
        using var small = new Mat(height / 8, width / 8, MatType.CV_8UC3);
        for (var y = 0; y < height / 8; y++)
            random.NextBytes(small.Row<byte>(y));
        using var large = small.Resize(new Size(width, height), 0, 0, InterpolationFlags.Cubic);
        return Of(large);
    }
}
