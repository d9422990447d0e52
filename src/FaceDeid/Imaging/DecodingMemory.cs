using FaceDeid.Imaging.Colour;
using FaceDeid.Imaging.Formats;
using NetVips;
using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>
/// Bytes that a pixel takes at most until its picture is decoded, upright and looked at, the process of a locked decoder
/// included; measured with pictures of 30 to 80 megapixels (docs/operations.md, Memory).
/// </summary>
internal static class DecodingMemory
{
    private const int Colours = 3;
    private const int Looking = 5; // the colours, their luminance, and smaller copies

    /// <summary>Tells what a file takes, and refuses one that would take too much.</summary>
    /// <param name="source">The file.</param>
    /// <param name="image">Its header and samples, not computed yet.</param>
    /// <param name="header">What it says.</param>
    /// <returns>The header, with <see cref="ImageHeader.BytesPerPixel"/>.</returns>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooManyPixels"/>.</exception>
    public static ImageHeader Checked(PictureFile source, Image image, ImageHeader header)
    {
        var isDeep = image.Format == Enums.BandFormat.Ushort;
        var isInterlaced = image.Contains("interlaced"); // JPEG: of several scans
        var loader = header.Format switch
        {
            ImageFormat.Jpeg =>
                (isInterlaced ? 2 * image.Bands : 0) + (ColourProfile.Converts(image, colourManaged: true) ? image.Bands : 0),
            ImageFormat.Png when isInterlaced => image.Bands * (isDeep ? 2 : 1),
            ImageFormat.Webp => image.Bands + 3,
            ImageFormat.Avif => 12,
            _ => 0,
        };
        var isConverted = source.Colours is { IsSrgb: false }; // with 16 bits
        var fine = (isDeep || isConverted ? (2 * image.Bands) + 1 : 0) + (isDeep && isConverted ? image.Bands : 0);
        return Checked(source, header, loader + fine);
    }

    /// <summary>The same for a plain JPEG: nothing but its pixels.</summary>
    public static ImageHeader CheckedPlain(PictureFile source, ImageHeader header) => Checked(source, header, loader: 0);

    /// <summary>The same for a file that a locked decoder decodes.</summary>
    public static ImageHeader Checked(
        PictureFile source, ImageHeader header) => Checked(source, header, Colours + Alpha(header) + header.Format switch
        {
            ImageFormat.JpegXl => 10,
            ImageFormat.Heic => 7,
            _ => 5,
        });

    /// <summary>Refuses a picture whose contrast is to be stretched where there is no room for a second one.</summary>
    /// <param name="source">The file.</param>
    /// <param name="header">What it says.</param>
    /// <param name="fine">Its samples with 16 bits; null: there are none.</param>
    public static void CheckStretched(PictureFile source, ImageHeader header, Mat? fine) => MemoryLimit.Check(
        source.Uploaded, header.Size, Colours + Looking + (2 * Alpha(header)) + (fine is null ? 0 : 2 * fine.Channels()));

    private static ImageHeader Checked(PictureFile source, ImageHeader header, int loader)
    {
        var decoding = loader + ((Colours + Alpha(header)) * (header.Orientation > 1 ? 2 : 1));
        var looking = Looking + (2 * Alpha(header));
        var bytes = Math.Max(decoding, looking);
        MemoryLimit.Check(source.Uploaded, header.Size, bytes);
        return header with { BytesPerPixel = bytes };
    }

    private static int Alpha(ImageHeader header) => header.HasAlpha ? 1 : 0;
}
