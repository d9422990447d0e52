using OpenCvSharp;

namespace FaceDeid.Protection.Methods;

/// <summary>The pixels of a whole picture that methods change, each the pixels of one face.</summary>
public sealed class Canvas
{
    internal Canvas(Mat bgr) => Bgr = bgr;

    /// <summary>Pixels from left to right.</summary>
    public int Width => Bgr.Width;

    /// <summary>Pixels from top to bottom.</summary>
    public int Height => Bgr.Height;

    /// <summary><c>CV_8UC3</c>, blue-green-red; not owned.</summary>
    internal Mat Bgr { get; }

    /// <summary>A row of pixels to be read and changed: blue, green and red of each, 0 to 255.</summary>
    /// <param name="y">0 to <see cref="Height"/> - 1.</param>
    public Span<byte> Row(int y) => Bgr.Row<byte>(y);
}
