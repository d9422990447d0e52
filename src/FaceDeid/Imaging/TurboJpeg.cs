using System.Runtime.InteropServices;
using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>
/// JPEG straight to blue-green-red pixels, through libjpeg-turbo's own interface (TurboJPEG 2.1). Its pixels equal those of libvips,
/// which decodes with the same arithmetic, but it needs no threads and no copies, and so a third of the time. Thread-safe.
/// </summary>
internal static partial class TurboJpeg
{
    private const string Library = "libturbojpeg.so.0";

    // turbojpeg.h
    private const int BlueGreenRed = 1;
    private const int StopOnWarning = 8192;
    private const int LimitScans = 32768;

    /// <summary>Whether the pixels were filled. If not, the file is damaged or not as simple as this, and libvips has the last word.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="pixels">As large as the picture whose header was inspected, <c>CV_8UC3</c>.</param>
    public static bool TryDecode(ReadOnlySpan<byte> file, Mat pixels)
    {
        var decoder = CreateDecoder();
        if (decoder == 0)
            return false;
        try
        {
            return ReadHeader(decoder, file, (nuint)file.Length, out var width, out var height, out _, out _) == 0
                && (width, height) == (pixels.Width, pixels.Height)
                && Decode(decoder, file, (nuint)file.Length, pixels.Data, width, (int)pixels.Step(), height, BlueGreenRed, StopOnWarning | LimitScans) == 0;
        }
        finally
        {
            _ = Destroy(decoder);
        }
    }

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    private static partial nint CreateDecoder();

    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    private static partial int ReadHeader(nint decoder, ReadOnlySpan<byte> file, nuint size, out int width, out int height, out int subsampling, out int colours);

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    private static partial int Decode(nint decoder, ReadOnlySpan<byte> file, nuint size, nint pixels, int width, int stride, int height, int format, int flags);

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    private static partial int Destroy(nint decoder);
}
