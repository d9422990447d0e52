namespace FaceDeid.Imaging;

/// <summary>
/// What of an uploaded file is decoded: told from its content alone, never from a name, and never by asking a library which of its loaders
/// would like the file. Further pictures, texts and trailers in the file are not part of it.
/// </summary>
/// <param name="Format">The format.</param>
/// <param name="Content">The bytes to decode.</param>
/// <param name="Page">TIFF: the directory to decode, from 0.</param>
/// <param name="Colours">What the samples mean where that is told in another way than by an embedded profile; null: it is not.</param>
/// <param name="Lab">TIFF: that the samples of <paramref name="Content"/> are CIELAB, whatever it says; null: they are not.</param>
/// <param name="IsRefusalUnsupported">Whether a decoder that fails does so because the file is of a kind that it does not read.</param>
internal sealed record PictureFile(
    ImageFormat Format, byte[] Content, int Page = 0, ColourSpace? Colours = null, LabSamples? Lab = null, bool IsRefusalUnsupported = false)
{
    private const string ReadableFormats = "Send a JPEG, PNG, WebP, TIFF or AVIF picture.";

    /// <summary>The format that the first bytes promise; null: none that is read. Nothing else of the file is looked at.</summary>
    public static ImageFormat? FormatOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(stackalloc byte[] { 0xFF, 0xD8, 0xFF }))
            return ImageFormat.Jpeg;
        if (PngFile.Is(file))
            return ImageFormat.Png;
        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8))
            return ImageFormat.Webp;
        if (TiffFile.Is(file))
            return ImageFormat.Tiff;
        return HeifFile.Is(file) ? ImageFormat.Avif : null;
    }

    /// <summary>Looks at a file.</summary>
    /// <exception cref="FaceDeidException">It is none of the formats that are read, animated, of several pages, or of a kind that is not read.</exception>
    public static PictureFile Of(byte[] file)
    {
        switch (FormatOf(file))
        {
            case ImageFormat.Jpeg:
                return new PictureFile(ImageFormat.Jpeg, JpegFile.Essence(file));
            case ImageFormat.Png:
                var (essence, colours) = PngFile.Read(file);
                return new PictureFile(ImageFormat.Png, essence, Colours: colours);
            case ImageFormat.Webp:
                return new PictureFile(ImageFormat.Webp, file);
            case ImageFormat.Tiff:
                return OfTiff(file);
            case ImageFormat.Avif:
                return OfHeif(file);
            default:
                throw new FaceDeidException(
                    ErrorCode.UnsupportedFormat, $"The content is not a picture in a format that is read. {ReadableFormats}");
        }
    }

    private static PictureFile OfTiff(byte[] file)
    {
        if (TiffFile.Read(file) is not { } tiff)
            return new PictureFile(ImageFormat.Tiff, file);
        if (tiff.IsRaw)
            throw new FaceDeidException(ErrorCode.UnsupportedFormat, $"Raw files of cameras are not read. {ReadableFormats}");
        if (tiff.Pages > 1)
        {
            throw new FaceDeidException(
                ErrorCode.MultiPageImage, $"The file holds {tiff.Pages} pages. Send each page as a picture of its own.");
        }

        return new PictureFile(
            ImageFormat.Tiff, tiff.Lab?.AsRgb(file) ?? file, tiff.Page, Lab: tiff.Lab, IsRefusalUnsupported: !tiff.IsUnpacked);
    }

    private static PictureFile OfHeif(byte[] file)
    {
        if (HeifFile.Read(file) is not { } heif)
            return new PictureFile(ImageFormat.Avif, file);
        if (heif.IsSequence)
            throw ImageDecoder.Animated();
        if (heif.Coding is not (null or "av01"))
            throw new FaceDeidException(ErrorCode.UnsupportedFormat, $"Of the HEIF family only AVIF is read, not HEIC. {ReadableFormats}");
        return new PictureFile(ImageFormat.Avif, file, Colours: heif.Colours);
    }
}
