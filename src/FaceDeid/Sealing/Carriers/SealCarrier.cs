using FaceDeid.Imaging;

namespace FaceDeid.Sealing.Carriers;

/// <summary>
/// Puts a seal into a picture file and takes it out again, without touching a pixel. Files that are damaged carry none.
/// </summary>
internal static class SealCarrier
{
    /// <summary>The file with the seal in it, instead of any that it had.</summary>
    /// <param name="file">A whole PNG, JPEG or WebP file, as the library writes it.</param>
    /// <param name="seal">The seal's bytes.</param>
    public static byte[] Embed(byte[] file, byte[] seal) => PictureFile.FormatOf(file) switch
    {
        ImageFormat.Png => PngSeal.Embed(file, seal),
        ImageFormat.Jpeg => JpegSeal.Embed(file, seal),
        ImageFormat.Webp => WebpSeal.Embed(file, seal),
        _ => throw new ArgumentException("Only PNG, JPEG and WebP files carry seals.", nameof(file)),
    };

    /// <summary>The seal's bytes; null: the file has none, or several.</summary>
    public static byte[]? Extract(byte[] file) => PictureFile.FormatOf(file) switch
    {
        ImageFormat.Png => PngSeal.Extract(file),
        ImageFormat.Jpeg => JpegSeal.Extract(file),
        ImageFormat.Webp => WebpSeal.Extract(file),
        _ => null,
    };
}
