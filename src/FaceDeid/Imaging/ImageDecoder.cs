using FaceDeid.Imaging.Caged;
using NetVips;
using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>
/// The one door for untrusted bytes: libvips reads the header first, the limits are applied to what it claims, and only then are
/// pixels decoded, turned upright and brought to 8-bit sRGB. Thread-safe.
/// </summary>
/// <remarks>
/// Pictures are opened for sequential access, because libvips keeps large random-access pictures in a temporary file, and uploads
/// never reach a disk. Damaged files are refused rather than decoded in part.
/// </remarks>
internal sealed class ImageDecoder(ImageLimits limits, InputFormats formats)
{
    private static readonly Dictionary<string, ImageFormat> Loaders = new(StringComparer.Ordinal)
    {
        ["VipsForeignLoadPngBuffer"] = ImageFormat.Png,
        ["VipsForeignLoadJpegBuffer"] = ImageFormat.Jpeg,
        ["VipsForeignLoadWebpBuffer"] = ImageFormat.Webp,
        ["VipsForeignLoadTiffBuffer"] = ImageFormat.Tiff,
        ["VipsForeignLoadHeifBuffer"] = ImageFormat.Avif,
    };

    /// <summary>What a header may claim.</summary>
    public ImageLimits Limits { get; } = limits;

    /// <summary>The format that the first bytes promise; null: none that is read. Nothing else of the file is looked at.</summary>
    public static ImageFormat? FormatOf(byte[] file) =>
        CagedHeader.FormatOf(file) ?? (Image.FindLoadBuffer(file) is { } loader && Loaders.TryGetValue(loader, out var format)
            ? format : null);

    /// <summary>Reads the header and applies the limits; decodes nothing.</summary>
    /// <exception cref="FaceDeidException">Not a format that is read, animated, multi-page, damaged, or over a limit.</exception>
    public ImageHeader Inspect(byte[] file)
    {
        if (CagedHeader.FormatOf(file) is { } known)
            return InspectCaged(file, known);
        using var image = Open(file, out var format);
        return Inspect(image, format);
    }

    /// <summary>Decodes to upright pixels; the caller owns the result.</summary>
    /// <param name="file">The whole picture file.</param>
    /// <param name="colourManaged">
    /// Whether an embedded colour profile other than sRGB is applied. Off only for compatibility with readers that ignore profiles.
    /// </param>
    /// <exception cref="FaceDeidException">As <see cref="Inspect(byte[])"/>; or the pixels are damaged or incomplete.</exception>
    public UprightImage Decode(byte[] file, bool colourManaged = true)
    {
        if (CagedHeader.FormatOf(file) is { } known)
            return DecodeCaged(file, InspectCaged(file, known), colourManaged);
        using var image = Open(file, out var format);
        var header = Inspect(image, format);
        try
        {
            if (format == ImageFormat.Jpeg && ColourProfile.IsSrgb(image, colourManaged))
            {
                using var pixels = new Mat(image.Height, image.Width, MatType.CV_8UC3);
                if (TurboJpeg.TryDecode(file, pixels))
                {
                    using var turned = Turn(pixels, header.Orientation);
                    return new UprightImage(turned.Share(), alpha: null);
                }
            }

            using var srgb = ColourProfile.ToSrgb(image, colourManaged);
            if (srgb.Bands > 4) // red, green, blue, alpha, and what else a conversion may have kept
                throw TooManyChannels();
            return Upright(srgb, header.Orientation);
        }
        catch (VipsException e)
        {
            throw Corrupt(e);
        }
    }

    private ImageHeader InspectCaged(byte[] file, ImageFormat format)
    {
        if (formats.Fault is not null)
            throw new FaceDeidException(ErrorCode.UnsupportedFormat,
                $"HEIC, JPEG XL, BMP and GIF are not read by this installation. {formats.Advice}");
        var header = CagedHeader.Read(file, format) ?? formats.Decoder.Inspect(file, format, Limits);
        return IsTooLarge(header.Size) ? throw TooManyPixels(header.Size, Limits) : header;
    }

    private UprightImage DecodeCaged(byte[] file, ImageHeader header, bool colourManaged)
    {
        using var picture = formats.Decoder.Decode(file, header);
        try
        {
            using var image = picture.ToImage();
            using var srgb = ColourProfile.ToSrgb(image, colourManaged);
            return Upright(srgb, header.Orientation);
        }
        catch (VipsException e)
        {
            throw Corrupt(e);
        }
    }

    private Image Open(byte[] file, out ImageFormat format)
    {
        var loader = Image.FindLoadBuffer(file);
        format = default;
        if (IsAvifSequence(file))
            throw Animated();
        if (loader is null && IsTiff(file))
            throw Corrupt(inner: null);
        if (loader is null || !Loaders.TryGetValue(loader, out format))
            throw new FaceDeidException(ErrorCode.UnsupportedFormat,
                $"The content is not a picture in a format that is read. {formats.Advice}");
        if (format == ImageFormat.Jpeg && JpegScans.AreTooMany(file))
            throw new FaceDeidException(ErrorCode.UnsupportedFormat, $"The JPEG has more than {JpegScans.Most} scans. Save it anew, with fewer or as baseline.");

        try
        {
            // AVIF cannot be read sequentially; "memory" keeps libvips from using a temporary file for it.
            var options = format == ImageFormat.Avif ? new VOption { { "memory", true } } : null;
            // libjpeg only warns of damaged data; other loaders warn of harmless oddities such as unknown TIFF tags.
            var failOn = format == ImageFormat.Jpeg ? Enums.FailOn.Warning : Enums.FailOn.Error;
            var image = Image.NewFromBuffer(file, access: Enums.Access.Sequential, failOn: failOn, kwargs: options);
            try
            {
                RefuseSeveralFrames(image, file);
                return image;
            }
            catch
            {
                image.Dispose();
                throw;
            }
        }
        catch (VipsException e)
        {
            throw Corrupt(e);
        }
    }

    private void RefuseSeveralFrames(Image image, ReadOnlySpan<byte> file)
    {
        var loader = (string)image.Get("vips-loader");
        var pages = image.Contains("n-pages") ? (int)image.Get("n-pages") : 1;
        if (IsAnimatedPng(file) || (pages > 1 && loader.StartsWith("webp", StringComparison.Ordinal)))
            throw Animated();
        if (pages > 1)
            throw new FaceDeidException(ErrorCode.MultiPageImage, $"The file holds {pages} pages. Send each page as a picture of its own.");
        if (loader.StartsWith("heif", StringComparison.Ordinal)
            && (!image.Contains("heif-compression") || image.Get("heif-compression") is not "av1"))
            throw new FaceDeidException(ErrorCode.UnsupportedFormat,
                $"Of the HEIF family only AVIF and HEIC are read. {formats.Advice}");
    }

    // libvips shows the first frame and does not say that there are more. An animated PNG has its acTL chunk before its first IDAT;
    // should an odd picture slip through, it still leaves as one re-encoded frame.
    private static bool IsAnimatedPng(ReadOnlySpan<byte> file) =>
        file.Length > 16 && file[12..16].SequenceEqual("IHDR"u8)
        && file.IndexOf("acTL"u8) is > 0 and var control && control < file.IndexOf("IDAT"u8);

    // libvips has no loader for it.
    private static bool IsAvifSequence(ReadOnlySpan<byte> file) => file.Length > 12 && file[4..12].SequenceEqual("ftypavis"u8);

    // libvips knows a TIFF by its directory, which often stands at the end: one that was cut off is nothing to it.
    private static bool IsTiff(ReadOnlySpan<byte> file) => file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8);

    private ImageHeader Inspect(Image image, ImageFormat format)
    {
        var orientation = image.Contains("orientation") ? (int)image.Get("orientation") : 1;
        if (orientation is < 1 or > 8)
            orientation = 1;
        var size = orientation >= 5 ? new ImageSize(image.Height, image.Width) : new ImageSize(image.Width, image.Height);

        if (IsTooLarge(size))
            throw TooManyPixels(size, Limits);

        var colours = image.Interpretation switch
        {
            Enums.Interpretation.Bw or Enums.Interpretation.Grey16 => 1,
            Enums.Interpretation.Cmyk => 4,
            _ => 3,
        };
        if (image.Bands > colours + 1)
            throw TooManyChannels();

        return new ImageHeader(format, size, orientation, image.HasAlpha());
    }

    private bool IsTooLarge(ImageSize size) =>
        (long)size.Width * size.Height > Limits.MaxMegapixels * 1_000_000L || Math.Max(size.Width, size.Height) > Limits.MaxSide;

    private static UprightImage Upright(Image srgb, int orientation)
    {
        var pixels = srgb.WriteToMemory(out _);
        try
        {
            var type = MatType.CV_8UC(srgb.Bands);
            using var raw = Mat.FromPixelData(srgb.Height, srgb.Width, type, pixels);
            using var turned = Turn(raw, orientation);
            using var colours = srgb.Bands < 3 ? turned.ExtractChannel(0) : turned.Share();
            var bgr = colours.CvtColor(srgb.Bands switch
            {
                1 or 2 => ColorConversionCodes.GRAY2BGR,
                3 => ColorConversionCodes.RGB2BGR,
                _ => ColorConversionCodes.RGBA2BGR,
            });
            return new UprightImage(bgr, srgb.HasAlpha() ? turned.ExtractChannel(srgb.Bands - 1) : null);
        }
        finally
        {
            NetVips.NetVips.Free(pixels);
        }
    }

    /// <summary>Applies an EXIF orientation (TIFF 6.0 / EXIF 2.3, tag 0x0112).</summary>
    private static Mat Turn(Mat raw, int orientation)
    {
        switch (orientation)
        {
            case 2: return raw.Flip(FlipMode.Y);
            case 3: return raw.Flip(FlipMode.XY);
            case 4: return raw.Flip(FlipMode.X);
            case 5: return raw.Transpose();
            case 6: return Turned(RotateFlags.Rotate90Clockwise);
            case 7: using (var transposed = raw.Transpose()) return transposed.Flip(FlipMode.XY);
            case 8: return Turned(RotateFlags.Rotate90Counterclockwise);
            default: return raw.Share();
        }

        Mat Turned(RotateFlags turn)
        {
            var turned = new Mat();
            Cv2.Rotate(raw, turned, turn);
            return turned;
        }
    }

    internal static FaceDeidException TooManyPixels(ImageSize size, ImageLimits limits) => new(
        ErrorCode.TooManyPixels,
        $"The picture is {size.Width} x {size.Height} pixels. The limits are {limits.MaxMegapixels} megapixels and {limits.MaxSide} pixels a side: send a smaller one.");

    internal static FaceDeidException TooManyChannels() =>
        new(ErrorCode.UnsupportedFormat, "The picture has more channels than its colour and one alpha channel. Send it without the others.");

    internal static FaceDeidException Animated() =>
        new(ErrorCode.AnimatedImage, "The picture is animated. Send its frames one by one as still pictures.");

    internal static FaceDeidException Corrupt(Exception? inner) =>
        new(ErrorCode.CorruptImage, "The picture is damaged or incomplete and was not read. Send an intact file.", inner);
}
