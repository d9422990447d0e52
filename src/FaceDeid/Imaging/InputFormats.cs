using FaceDeid.Imaging.Caged;

namespace FaceDeid.Imaging;

/// <summary>
/// The picture formats that this installation reads: some only where the system lets a decoder be locked in. Thread-safe.
/// </summary>
public sealed class InputFormats
{
    /// <summary>Tries the decoder once, which takes some hundredths of a second.</summary>
    internal InputFormats(CagedDecoder decoder)
    {
        Decoder = decoder;
        Fault = decoder.Fault();
        Readable = [.. Enum.GetValues<ImageFormat>().Where(format => Fault is null || !IsCaged(format))];
    }

    /// <summary>The formats that are read.</summary>
    public IReadOnlyList<ImageFormat> Readable { get; }

    /// <summary>Why HEIC, JPEG XL, BMP and GIF are not read and what to do about it, for the operator; null: they are.</summary>
    public string? Fault { get; }

    internal CagedDecoder Decoder { get; }

    /// <summary>What to do with a picture in another format, for the caller.</summary>
    internal string Advice => Fault is null
        ? "Send a JPEG, PNG, WebP, TIFF, AVIF, HEIC, JPEG XL, BMP or GIF picture."
        : "Send a JPEG, PNG, WebP, TIFF or AVIF picture.";

    internal static bool IsCaged(ImageFormat format) =>
        format is ImageFormat.Heic or ImageFormat.Gif or ImageFormat.Bmp or ImageFormat.JpegXl;
}
