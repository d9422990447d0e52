using System.Runtime.InteropServices;
using OpenCvSharp;

namespace FaceDeid.Core;

/// <summary>Small steps on pixels that several use cases share.</summary>
internal static class Pixels
{
    /// <summary>
    /// The pixels brought to a square of <paramref name="side"/> pixels by area averaging; the caller owns the result.
    /// </summary>
    public static Mat Squeeze(this Mat pixels, int side) => pixels.Resize(new Size(side, side), 0, 0, InterpolationFlags.Area);

    /// <summary>The luminance, <c>CV_8UC1</c>, of blue-green-red pixels; the caller owns it.</summary>
    public static Mat ToGray(this Mat bgr) => bgr.CvtColor(ColorConversionCodes.BGR2GRAY);

    /// <summary>
    /// A copy of managed samples; the caller owns it. Never a view: OpenCvSharp unpins an array as soon as any part of its view
    /// (<see cref="Share"/>, say) is disposed, and the view then reads what the garbage collector left there.
    /// </summary>
    /// <exception cref="ArgumentException">They are not as many bytes as the picture has.</exception>
    public static unsafe Mat ToMat<T>(this T[] samples, int rows, int columns, MatType type)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(samples.AsSpan());
        var mat = new Mat(rows, columns, type);
        try
        {
            if (bytes.Length != mat.Total() * mat.ElemSize())
                throw new ArgumentException($"{bytes.Length} bytes do not fill {rows} x {columns} of {type}.", nameof(samples));
            bytes.CopyTo(new Span<byte>(mat.DataPointer, bytes.Length));
            return mat;
        }
        catch
        {
            mat.Dispose();
            throw;
        }
    }

    /// <summary>Another header on the same pixels, to be disposed like a copy.</summary>
    public static Mat Share(this Mat pixels) => pixels.SubMat(0, pixels.Rows, 0, pixels.Cols);

    /// <summary>A row's samples, all channels of a pixel side by side, to be read or written.</summary>
    public static unsafe Span<T> Row<T>(this Mat pixels, int y)
        where T : unmanaged => new((void*)pixels.Ptr(y), pixels.Width * pixels.Channels());

    public static ImageSize ImageSize(this Mat pixels) => new(pixels.Width, pixels.Height);
}
