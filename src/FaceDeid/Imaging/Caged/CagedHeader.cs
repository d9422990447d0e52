using FaceDeid.Imaging.Formats;

namespace FaceDeid.Imaging.Caged;

/// <summary>
/// What the first bytes of a picture for the <see cref="CagedDecoder"/> say, so that the limits act, and animations are
/// refused, before a process is started. Nothing is decoded.
/// </summary>
internal static class CagedHeader
{
    /// <summary>The format that the first bytes promise; null: none of those that are decoded in the cage.</summary>
    public static ImageFormat? FormatOf(ReadOnlySpan<byte> file) =>
        GifHeader.IsGif(file) ? ImageFormat.Gif
        : JpegXlHeader.IsJpegXl(file) ? ImageFormat.JpegXl
        : HeifBrands.IsHeic(file) ? ImageFormat.Heic
        : BmpHeader.IsBmp(file) ? ImageFormat.Bmp
        : null;

    /// <summary>
    /// What of such a file is decoded. Comments, profiles of applications and packed texts, of which a decoder makes what it
    /// likes, are left behind where the format says where they are.
    /// </summary>
    /// <exception cref="FaceDeidException">It is damaged.</exception>
    public static byte[] Essence(byte[] file, ImageFormat format) => Within(() => format switch
    {
        ImageFormat.Gif => GifHeader.Essence(file),
        ImageFormat.JpegXl => JpegXlHeader.Codestream(file),
        _ => file,
    });

    /// <summary>What the header of such a file says; null: only the decoder can read it.</summary>
    /// <exception cref="FaceDeidException">Animated, damaged, or not supported.</exception>
    public static ImageHeader? Read(byte[] file, ImageFormat format) => Within(() =>
    {
        switch (format)
        {
            case ImageFormat.Gif: return GifHeader.Read(file);
            case ImageFormat.JpegXl: return JpegXlHeader.Read(file);
            case ImageFormat.Bmp: return BmpHeader.Read(file);
            default:
                HeifBrands.RefuseSequence(file);
                return null;
        }
    });

    private static T Within<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw Refusals.Corrupt(inner: null); // read beyond the file's end
        }
    }
}
