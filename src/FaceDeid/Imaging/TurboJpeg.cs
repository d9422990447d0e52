using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>
/// JPEG straight to pixels, through libjpeg-turbo's own interface (TurboJPEG 2.1). Its pixels equal those of libvips, which
/// decodes with the same arithmetic, but it needs no threads and no copies, and so a third of the time. Thread-safe.
/// </summary>
internal static partial class TurboJpeg
{
    private const string Library = "libturbojpeg.so.0";

    // turbojpeg.h
    private const int BlueGreenRed = 1;
    private const int Cmyk = 11;
    private const int StopOnWarning = 8192;
    private const int LimitScans = 32768;
    private const int Warning = 0;

    /// <summary>
    /// Leftover bytes that cameras write behind whole pictures; 112 pictures damaged by flipped bits had 3 and more.
    /// </summary>
    private const int HarmlessBytes = 2;

    /// <summary>Whether the header is whole, and the picture of this size; nothing is decoded.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> file, ImageSize size)
    {
        var decoder = CreateDecoder();
        if (decoder == 0)
            return false;
        var isWhole = Holds(decoder, file, size);
        _ = Destroy(decoder);
        return isWhole;
    }

    /// <summary>Decodes a file.</summary>
    /// <param name="file">The whole file, as <see cref="Formats.JpegFile.Read"/> gives it.</param>
    /// <param name="pixels">
    /// As large as the picture whose header was inspected; <c>CV_8UC3</c>, or <c>CV_8UC4</c> for CMYK.
    /// </param>
    /// <param name="acceptDamage">Whether what can be decoded of a damaged file is worth anything.</param>
    public static DecodedJpeg Decode(ReadOnlySpan<byte> file, Mat pixels, bool acceptDamage = false)
    {
        var decoder = CreateDecoder();
        if (decoder == 0)
            return DecodedJpeg.Nothing;
        try
        {
            var (width, height) = (pixels.Width, pixels.Height);
            if (!Holds(decoder, file, new ImageSize(width, height)))
                return DecodedJpeg.Nothing;
            var format = pixels.Channels() == 4 ? Cmyk : BlueGreenRed;
            var flags = LimitScans | (acceptDamage ? 0 : StopOnWarning);
            if (Decode(decoder, file, (nuint)file.Length, pixels.Data, width, (int)pixels.Step(), height, format, flags) == 0
                || IsHarmless(Marshal.PtrToStringUTF8(LastError(decoder)), file))
                return DecodedJpeg.Whole;
            return acceptDamage && LastErrorCode(decoder) == Warning ? DecodedJpeg.Damaged : DecodedJpeg.Nothing;
        }
        finally
        {
            _ = Destroy(decoder);
        }
    }

    private static bool Holds(nint decoder, ReadOnlySpan<byte> file, ImageSize size) =>
        ReadHeader(decoder, file, (nuint)file.Length, out var width, out var height, out _, out _) == 0
        && (width, height) == (size.Width, size.Height);

    /// <summary>
    /// Whether the picture is whole all the same: something stands between its last block and its end that is too little to be a
    /// part of it, or is nothing but zeros.
    /// </summary>
    private static bool IsHarmless(string? warning, ReadOnlySpan<byte> file)
    {
        if (warning is null || BytesBeforeEnd().Match(warning) is not { Success: true } match)
            return false;
        var count = int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
        var beforeEnd = file[..^2];
        return count <= HarmlessBytes || beforeEnd.Length - beforeEnd.TrimEnd((byte)0).Length >= count;
    }

    [GeneratedRegex(@"Corrupt JPEG data: (?<count>[0-9]{1,9}) extraneous bytes before marker 0xd9$",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex BytesBeforeEnd();

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    private static partial nint CreateDecoder();

    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    private static partial int ReadHeader(
        nint decoder, ReadOnlySpan<byte> file, nuint size, out int width, out int height, out int subsampling, out int colours);

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    private static partial int Decode(
        nint decoder, ReadOnlySpan<byte> file, nuint size, nint pixels, int width, int stride, int height, int format, int flags);

    [LibraryImport(Library, EntryPoint = "tjGetErrorStr2")]
    private static partial nint LastError(nint decoder);

    [LibraryImport(Library, EntryPoint = "tjGetErrorCode")]
    private static partial int LastErrorCode(nint decoder);

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    private static partial int Destroy(nint decoder);
}

/// <summary>What came of decoding a JPEG.</summary>
internal enum DecodedJpeg
{
    /// <summary>No pixels.</summary>
    Nothing,

    /// <summary>Pixels, some of which are not the picture's.</summary>
    Damaged,

    /// <summary>All pixels.</summary>
    Whole,
}
