using FaceDeid.Imaging.Caged;
using FaceDeid.Imaging.Colour;
using FaceDeid.Imaging.Formats;

namespace FaceDeid.Imaging;

/// <summary>
/// What of an uploaded file is decoded: told from its content alone, never from a name, and never by asking a library which of
/// its loaders would like the file. Further pictures, texts and trailers in the file are not part of it.
/// </summary>
/// <param name="Format">The format.</param>
/// <param name="Content">The bytes to decode.</param>
/// <param name="Size">
/// The upright size in pixels, where it is told before a decoder is asked; null: it is not. JPEG: that of a plain picture.
/// </param>
/// <param name="Colours">
/// What the samples mean where that is told in another way than by an embedded profile; null: it is not.
/// </param>
/// <param name="Lab">
/// TIFF: that the samples of <paramref name="Content"/> are CIELAB, whatever it says; null: they are not.
/// </param>
/// <param name="IsRefusalUnsupported">
/// Whether a decoder that fails does so because the file is of a kind that it does not read.
/// </param>
internal sealed record PictureFile(
    ImageFormat Format, byte[] Content, ImageSize? Size = null, ColourSpace? Colours = null,
    LabSamples? Lab = null, bool IsRefusalUnsupported = false)
{
    /// <summary>How many bytes were sent for it, by which it may take memory (<see cref="MemoryLimit"/>).</summary>
    public int Uploaded { get; init; } = Content.Length;

    /// <summary>
    /// The format that the first bytes promise; null: none that is read. Nothing else of the file is looked at.
    /// </summary>
    public static ImageFormat? FormatOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(stackalloc byte[] { 0xFF, 0xD8, 0xFF }))
            return ImageFormat.Jpeg;
        if (PngFile.Is(file))
            return ImageFormat.Png;
        if (WebpFile.Is(file))
            return ImageFormat.Webp;
        if (TiffFile.Is(file))
            return ImageFormat.Tiff;
        return CagedHeader.FormatOf(file) ?? (HeifFile.Is(file) ? ImageFormat.Avif : null);
    }

    /// <summary>Looks at a file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="formats">What is read.</param>
    /// <exception cref="FaceDeidException">
    /// It is none of the formats that are read, animated, of several pages, or of a kind that is not read.
    /// </exception>
    public static PictureFile Read(byte[] file, InputFormats formats)
    {
        switch (FormatOf(file))
        {
            case ImageFormat.Jpeg:
                var (segments, plain) = JpegFile.Read(file);
                return new PictureFile(ImageFormat.Jpeg, segments, Size: plain);
            case ImageFormat.Png:
                var (essence, colours) = PngFile.Read(file);
                return new PictureFile(ImageFormat.Png, essence, Colours: colours);
            case ImageFormat.Webp:
                return new PictureFile(ImageFormat.Webp, WebpFile.Essence(file));
            case ImageFormat.Tiff:
                return OfTiff(file, formats);
            case ImageFormat.Avif or ImageFormat.Heic:
                return OfHeif(file, formats);
            case { } other:
                return new PictureFile(other, formats.Fault is null ? CagedHeader.Essence(file, other) : file);
            default:
                throw new FaceDeidException(
                    FaceDeidError.UnsupportedFormat, $"The content is not a picture in a format that is read. {formats.Advice}");
        }
    }

    private static PictureFile OfTiff(byte[] file, InputFormats formats)
    {
        if (TiffFile.Read(file) is not { } tiff)
            throw Refusals.Corrupt(inner: null);
        if (tiff.IsRaw)
            throw new FaceDeidException(FaceDeidError.UnsupportedFormat, $"Raw files of cameras are not read. {formats.Advice}");
        if (tiff.Pages > 1)
        {
            throw new FaceDeidException(
                FaceDeidError.MultiPageImage, $"The file holds {tiff.Pages} pages. Send each page as a picture of its own.");
        }

        return new PictureFile(
            ImageFormat.Tiff, tiff.Essence(tiff.Lab?.AsRgb(file) ?? file), Lab: tiff.Lab, IsRefusalUnsupported: !tiff.IsUnpacked);
    }

    private static PictureFile OfHeif(byte[] file, InputFormats formats)
    {
        var promised = FormatOf(file)!.Value;
        if (HeifFile.Read(file) is not { } heif)
        {
            HeifBrands.RefuseSequence(file);
            throw Refusals.Corrupt(inner: null);
        }

        if (heif.IsSequence)
            throw Refusals.Animated();
        ImageFormat? coded = heif.Coding switch
        {
            null => promised,
            "av01" => ImageFormat.Avif,
            "hvc1" or "hev1" => ImageFormat.Heic,
            _ => null,
        };
        return coded is { } format
            ? new PictureFile(format, HeifFile.Essence(file), Size: heif.Size, Colours: heif.Colours)
            : throw new FaceDeidException(
                FaceDeidError.UnsupportedFormat, $"Of the HEIF family only AVIF and HEIC are read. {formats.Advice}");
    }
}
