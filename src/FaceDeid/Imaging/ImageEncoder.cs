using NetVips;
using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>Pixels to bytes, without any metadata. Thread-safe.</summary>
internal static class ImageEncoder
{
    /// <summary>Longest side a WebP file can have.</summary>
    public const int MaxWebpSide = 16383;

    /// <summary>Writes an opaque picture (<c>CV_8UC1</c> or <c>CV_8UC3</c>, blue-green-red) with its opacity, if any.</summary>
    /// <param name="pixels">The colours. Those under full transparency are written as black, whatever was drawn there.</param>
    /// <param name="alpha">The opacity, or null; JPEG has none and gets the picture on white.</param>
    /// <param name="output">Format and quality.</param>
    /// <exception cref="FaceDeidException">The picture is too large for the format.</exception>
    public static byte[] Encode(Mat pixels, Mat? alpha, ImageOutput output)
    {
        if (output.Format == ImageFormat.Webp && Math.Max(pixels.Width, pixels.Height) > MaxWebpSide)
        {
            throw new FaceDeidException(
                FaceDeidError.InvalidOption, $"WebP holds at most {MaxWebpSide} pixels a side: ask for png or jpeg.");
        }

        if (output.Format == ImageFormat.Png)
            return PngWriter.Write(pixels, alpha);
        using var flat = alpha is not null && output.Format == ImageFormat.Jpeg
            ? Appearances.Render(pixels, alpha, Appearance.OnWhite)
            : pixels.Packed();
        using var opacity = output.Format == ImageFormat.Jpeg ? null : alpha?.Packed();
        using var image = ToImage(flat, opacity);
        using var end = image.EndWithCaller();
        try
        {
            return Write(image, output);
        }
        catch (VipsException)
        {
            WorkerGate.Checkpoint();
            throw;
        }
    }

    /// <summary>What each pixel takes while it is written, with the picture; other formats are written strip by strip.</summary>
    public static int BytesPerPixel(ImageFormat format) => format == ImageFormat.Webp ? 9 : 3;

    private static byte[] Write(Image image, ImageOutput output) => output.Format switch
    {
        ImageFormat.Jpeg => image.JpegsaveBuffer(q: output.Quality, keep: Enums.ForeignKeep.None),
        ImageFormat.Webp => image.WebpsaveBuffer(q: output.Quality, keep: Enums.ForeignKeep.None),
        _ => throw new FaceDeidException(FaceDeidError.InvalidOption, "Pictures are written as png, jpeg or webp."),
    };

    /// <summary>
    /// Gray, red-green-blue or red-green-blue-alpha, which libvips puts together as it writes: a copy would take as much memory
    /// as the picture.
    /// </summary>
    private static Image ToImage(Mat pixels, Mat? alpha)
    {
        using var raw = Raw(pixels);
        if (pixels.Channels() == 1)
            return raw.Copy(interpretation: Enums.Interpretation.Bw);

        using var blue = raw[0];
        using var green = raw[1];
        using var red = raw[2];
        using var colours = red.Bandjoin(green, blue);
        if (alpha is null)
            return colours.Copy(interpretation: Enums.Interpretation.Srgb);

        using var opacity = Raw(alpha);
        using var isShown = opacity > 0;
        using var shown = isShown.Ifthenelse(colours, 0);
        using var whole = shown.Bandjoin(opacity);
        return whole.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    private static Image Raw(Mat samples) => Image.NewFromMemory(
        samples.Data, (ulong)(samples.Step() * samples.Rows), samples.Width, samples.Height, samples.Channels(),
        Enums.BandFormat.Uchar);

    /// <summary>The same samples without gaps between rows; disposed like a copy.</summary>
    private static Mat Packed(this Mat samples) => samples.IsContinuous() ? samples.Share() : samples.Clone();
}

/// <summary>How a picture is written.</summary>
/// <param name="Format">PNG, JPEG or WebP.</param>
/// <param name="Quality">1 (smallest) to 100 (best) for JPEG and WebP; PNG is lossless and ignores it.</param>
public sealed record ImageOutput(ImageFormat Format, int Quality = ImageOutput.DefaultQuality)
{
    /// <summary>The quality when none is asked for.</summary>
    public const int DefaultQuality = 90;

    /// <summary>The quality at which what is not touched does not visibly degrade when a picture is written again.</summary>
    public const int FaithfulQuality = 95;

    /// <summary>As a picture came in, or PNG where that format is not written.</summary>
    public static ImageOutput Like(ImageFormat format) =>
        new(format is ImageFormat.Jpeg or ImageFormat.Webp ? format : ImageFormat.Png, FaithfulQuality);

    /// <summary>As a picture file came in, by its first bytes; PNG where they are no picture's.</summary>
    public static ImageOutput Like(byte[] file) => Like(PictureFile.FormatOf(file) ?? ImageFormat.Png);
}
