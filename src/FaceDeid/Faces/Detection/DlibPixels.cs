using FaceDeid.Dlib;
using OpenCvSharp;

namespace FaceDeid.Faces.Detection;

/// <summary>Lets dlib read an OpenCV picture in place.</summary>
internal static class DlibPixels
{
    /// <summary>A view of a <c>CV_8UC1</c> picture; valid while <paramref name="gray"/> lives.</summary>
    public static unsafe GrayPixels AsGrayPixels(this Mat gray)
    {
        var stride = checked((int)gray.Step());
        return new GrayPixels(
            new ReadOnlySpan<byte>((void*)gray.Data, checked((stride * (gray.Height - 1)) + gray.Width)), gray.Width,
            gray.Height, stride);
    }
}
