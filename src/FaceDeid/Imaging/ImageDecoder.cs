using FaceDeid.Imaging.Caged;
using FaceDeid.Imaging.Colour;
using FaceDeid.Imaging.Formats;
using NetVips;
using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>
/// The one door for untrusted bytes: the format is told from the content, the limits are applied to what the header claims, and
/// only then are pixels decoded, turned upright and brought to 8-bit sRGB. Thread-safe.
/// </summary>
/// <remarks>
/// Pictures are opened for sequential access, because libvips keeps large random-access pictures in a temporary file, and uploads
/// never reach a disk. Damaged files are refused, unless the caller takes what can be decoded of them.
/// </remarks>
internal sealed class ImageDecoder(ImageLimits limits, InputFormats formats)
{
    /// <summary>What a header may claim.</summary>
    public ImageLimits Limits { get; } = limits;

    /// <summary>Reads the header and applies the limits; decodes nothing.</summary>
    /// <param name="file">The whole picture file.</param>
    /// <param name="uploaded">Length of what the file was sent in, where that is more.</param>
    /// <returns>What can be decoded; the caller owns it.</returns>
    /// <exception cref="FaceDeidException">Not a format that is read, animated, multi-page, damaged, or over a limit.</exception>
    public OpenedPicture Open(byte[] file, int uploaded = 0)
    {
        var source = PictureFile.Read(file, formats);
        source = source with { Uploaded = Math.Max(source.Uploaded, uploaded) };
        if (InputFormats.IsCaged(source.Format))
            return new OpenedPicture(source, InspectCaged(source), image: null);
        if (source is { Format: ImageFormat.Jpeg, Size: { } size } && TurboJpeg.IsWhole(source.Content, size))
            return new OpenedPicture(source, InspectPlain(source, size), image: null);
        var image = Load(source, DamagePolicy.Error);
        try
        {
            return new OpenedPicture(source, Inspect(image, source), image);
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>Reads the header alone.</summary>
    /// <inheritdoc cref="Open"/>
    public ImageHeader Inspect(byte[] file, int uploaded = 0)
    {
        using var picture = Open(file, uploaded);
        return picture.Header;
    }

    /// <summary>Decodes a file that nobody has opened; the caller owns the result.</summary>
    /// <inheritdoc cref="Decode(OpenedPicture, bool, DamagePolicy, CancellationToken)"/>
    public UprightImage Decode(
        byte[] file, bool colourManaged = true, DamagePolicy onDamage = DamagePolicy.Error,
        int uploaded = 0, CancellationToken cancellationToken = default)
    {
        using var picture = Open(file, uploaded);
        return Decode(picture, colourManaged, onDamage, cancellationToken);
    }

    /// <summary>Decodes to upright pixels, once; the caller owns the result.</summary>
    /// <param name="picture">What was opened.</param>
    /// <param name="colourManaged">
    /// Whether colours that are told to be other than sRGB are converted. Off only for compatibility with readers that ignore
    /// that.
    /// </param>
    /// <param name="onDamage">Whether a damaged file is refused.</param>
    /// <param name="cancellationToken">Ends a decoder that is a process of its own.</param>
    /// <exception cref="FaceDeidException">The pixels are damaged or incomplete.</exception>
    public UprightImage Decode(
        OpenedPicture picture, bool colourManaged, DamagePolicy onDamage, CancellationToken cancellationToken)
    {
        try
        {
            return Decode(picture, picture.Image, colourManaged, DamagePolicy.Error, cancellationToken);
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.CorruptImage && onDamage == DamagePolicy.Accept)
        {
            using var anew = picture.Image is null ? null : Load(picture.Source, DamagePolicy.Accept);
            return Decode(picture, anew, colourManaged, DamagePolicy.Accept, cancellationToken);
        }
    }

    private UprightImage Decode(
        OpenedPicture picture, Image? image, bool colourManaged, DamagePolicy onDamage, CancellationToken cancellationToken)
    {
        var (source, header) = (picture.Source, picture.Header);
        var notes = new List<PictureNote>();
        if (onDamage == DamagePolicy.Accept)
            notes.Add(PictureNote.Damaged);
        if (image is null)
        {
            return source.Format == ImageFormat.Jpeg
                ? Upright(source, DecodeJpeg(source, header.Size, MatType.CV_8UC3, onDamage), alpha: null, header, notes)
                : DecodeCaged(source, header, colourManaged, onDamage, notes, cancellationToken);
        }

        using var end = image.EndWithCaller();
        try
        {
            return source.Format == ImageFormat.Jpeg
                ? DecodeJpeg(image, source, header, colourManaged, onDamage, notes)
                : Convert(image, source, header, colourManaged, notes);
        }
        catch (VipsException e)
        {
            WorkerGate.Checkpoint();
            throw Refused(source, e);
        }
    }

    private ImageHeader InspectPlain(PictureFile source, ImageSize size)
    {
        Limits.Check(size);
        return DecodingMemory.CheckedPlain(source, new ImageHeader(source.Format, size, Orientation: 1, HasAlpha: false));
    }

    private ImageHeader InspectCaged(PictureFile source)
    {
        if (formats.Fault is not null)
        {
            throw new FaceDeidException(
                FaceDeidError.UnsupportedFormat,
                $"HEIC, JPEG XL, BMP and GIF are not read by this installation. {formats.Advice}");
        }

        if (source.Size is { } claimed)
            Limits.Check(claimed);
        var header = CagedHeader.Read(source.Content, source.Format)
            ?? formats.Decoder.Inspect(source.Content, source.Format, Limits);
        Limits.Check(header.Size);
        return DecodingMemory.Checked(source, header);
    }

    private UprightImage DecodeCaged(
        PictureFile source, ImageHeader header, bool colourManaged, DamagePolicy onDamage, List<PictureNote> notes,
        CancellationToken cancellationToken)
    {
        using var picture = formats.Decoder.Decode(source.Content, header, onDamage, cancellationToken);
        try
        {
            using var image = picture.ToImage();
            return Convert(image, source, header, colourManaged, notes);
        }
        catch (VipsException e)
        {
            throw Refused(source, e);
        }
    }

    private static UprightImage DecodeJpeg(
        Image image, PictureFile source, ImageHeader header, bool colourManaged, DamagePolicy onDamage, List<PictureNote> notes)
    {
        var isCmyk = image.Interpretation == Enums.Interpretation.Cmyk;
        var size = new ImageSize(image.Width, image.Height);
        using var pixels = DecodeJpeg(source, size, isCmyk ? MatType.CV_8UC4 : MatType.CV_8UC3, onDamage);
        if (!ColourProfile.Converts(image, colourManaged))
            return Upright(source, pixels.Share(), alpha: null, header, notes);

        using var samples = image.Bands == 1 ? pixels.ExtractChannel(0) : pixels.Share(); // what its profile is about
        foreach (var strip in Strips.Split(new Rect(default, samples.Size())))
        {
            using var part = samples.SubMat(strip);
            if (isCmyk)
                Cv2.BitwiseNot(part, part); // every encoder follows Photoshop, and writes them inverted
            else if (image.Bands == 3)
                Cv2.CvtColor(part, part, ColorConversionCodes.BGR2RGB);
        }

        using var raw = samples.ToImage(like: image);
        return Convert(raw, source, header, colourManaged, notes);
    }

    /// <summary>The pixels as they are in the file; the caller owns them.</summary>
    private static Mat DecodeJpeg(PictureFile source, ImageSize size, MatType type, DamagePolicy onDamage)
    {
        var pixels = new Mat(size.Height, size.Width, type);
        try
        {
            return TurboJpeg.Decode(source.Content, pixels, onDamage == DamagePolicy.Accept) == DecodedJpeg.Nothing
                ? throw Refused(source, inner: null)
                : pixels;
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }

    /// <summary>Brings samples to upright sRGB.</summary>
    private static UprightImage Convert(
        Image image, PictureFile source, ImageHeader header, bool colourManaged, List<PictureNote> notes)
    {
        if (source.Lab is { } lab)
        {
            using var samples = image.ToMat();
            var bgr = lab.ToBgr(samples);
            return Upright(source, bgr, alpha: null, header, notes);
        }

        if (colourManaged && source.Colours is { IsSrgb: false } space && (space.IsHdr || !ColourProfile.HasProfile(image)))
        {
            notes.Add(space.IsHdr ? PictureNote.ToneMapped : PictureNote.ColorConverted);
            using var coloured = ColourProfile.ToColour(image);
            using var samples = coloured.ToMat();
            using var srgb = ColourConversion.ToSrgb(samples, space, ColourProfile.Most(image));
            var bgr = srgb.ToBgr();
            var alpha = srgb.ToAlpha();
            return Upright(source, bgr, alpha, header, notes);
        }

        if (ColourProfile.Converts(image, colourManaged))
            notes.Add(PictureNote.ColorConverted);
        if (image.Format == Enums.BandFormat.Ushort)
        {
            using var samples = image.ToMat();
            using var raw = samples.ToImage(like: image);
            using var srgb = ColourProfile.ToSrgb(raw, colourManaged);
            var (bgr, alpha) = srgb.ToPixels();
            return Upright(source, bgr, alpha, header, notes, fine: samples);
        }
        else
        {
            using var srgb = ColourProfile.ToSrgb(image, colourManaged);
            var (bgr, alpha) = srgb.ToPixels();
            return Upright(source, bgr, alpha, header, notes);
        }
    }

    /// <summary>Turns pixels upright, and looks whether they have contrast enough for detectors.</summary>
    /// <param name="source">The file.</param>
    /// <param name="bgr">Blue, green and red of 8 bits; disposed here, or the result's.</param>
    /// <param name="alpha">Opacity, or null; disposed here, or the result's.</param>
    /// <param name="header">How they are turned.</param>
    /// <param name="notes">What was done until here.</param>
    /// <param name="fine">The same picture with 16 bits, in its own order; null: there is none.</param>
    private static UprightImage Upright(
        PictureFile source, Mat bgr, Mat? alpha, ImageHeader header, List<PictureNote> notes, Mat? fine = null)
    {
        using (bgr)
        using (alpha)
        {
            var stretch = ContrastStretch.For(fine ?? bgr);
            if (stretch is not null)
                DecodingMemory.CheckStretched(source, header, fine);
            using var stretched = fine is null ? stretch?.Apply(bgr) : stretch?.ApplyToColours(fine);
            if (stretch is not null)
                notes.Add(PictureNote.ContrastStretched);
#pragma warning disable IDISP001 // the result's
            var turned = bgr.Turned(header.Orientation);
#pragma warning restore IDISP001
            return new UprightImage(turned, alpha is null ? null : alpha.Turned(header.Orientation))
            {
                Notes = notes.Count > 0 ? notes : null,
                Stretch = stretch,
                Stretched = stretched is null ? null : stretched.Turned(header.Orientation),
            };
        }
    }

    private static Image Load(PictureFile source, DamagePolicy onDamage)
    {
        // Loaders that have errors warn of harmless oddities such as unknown tags; JPEG's pixels are not decoded by libvips.
        const Enums.Access access = Enums.Access.Sequential;
        var failOn = onDamage == DamagePolicy.Accept || source.Format == ImageFormat.Jpeg
            ? Enums.FailOn.None
            : Enums.FailOn.Error;
        try
        {
            return source.Format switch
            {
                ImageFormat.Jpeg => Image.JpegloadBuffer(source.Content, access: access, failOn: failOn),
                ImageFormat.Png => Image.PngloadBuffer(source.Content, access: access, failOn: failOn),
                ImageFormat.Webp => NotAnimated(Image.WebploadBuffer(source.Content, access: access, failOn: failOn)),
                ImageFormat.Tiff => Image.TiffloadBuffer(source.Content, access: access, failOn: failOn),
                // AVIF cannot be read sequentially; "memory" keeps libvips from using a temporary file for it. The primary
                // picture is read.
                _ => Image.HeifloadBuffer(source.Content, memory: true, access: access, failOn: failOn),
            };
        }
        catch (VipsException e)
        {
            throw Refused(source, e);
        }
    }

    private static Image NotAnimated(Image image)
    {
        if (!image.Contains("n-pages") || (int)image.Get("n-pages") <= 1)
            return image;
        image.Dispose();
        throw Refusals.Animated();
    }

    private ImageHeader Inspect(Image image, PictureFile source)
    {
        var orientation = image.Contains("orientation") ? (int)image.Get("orientation") : 1;
        if (orientation is < 1 or > 8)
            orientation = 1;
        var size = orientation >= 5 ? new ImageSize(image.Height, image.Width) : new ImageSize(image.Width, image.Height);
        Limits.Check(size);

        var colours = image.Interpretation switch
        {
            Enums.Interpretation.Bw or Enums.Interpretation.Grey16 => 1,
            Enums.Interpretation.Cmyk => 4,
            _ => 3,
        };
        if (image.Bands > colours + 1)
            throw Refusals.TooManyChannels();
        if (ColourProfile.HasProfile(image) && ((byte[])image.Get(ColourProfile.ProfileField)).Length > ColourProfile.MostBytes)
            throw ColourProfile.TooLarge();

        return DecodingMemory.Checked(source, image, new ImageHeader(source.Format, size, orientation, image.HasAlpha()));
    }

    private static FaceDeidException Refused(PictureFile source, Exception? inner) => source.IsRefusalUnsupported
        ? new FaceDeidException(
            FaceDeidError.UnsupportedFormat,
            $"This kind of {$"{source.Format}".ToUpperInvariant()} is not read. Save the picture anew, as PNG or JPEG.", inner)
        : Refusals.Corrupt(inner);
}
