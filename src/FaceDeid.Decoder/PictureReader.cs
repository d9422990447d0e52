using FaceDeid.Imaging.Caged;
using ImageMagick;
using ImageMagick.Formats;

namespace FaceDeid.Decoder;

/// <summary>Reads one picture with the one coder that is named, and writes its rows while they are converted.</summary>
internal static class PictureReader
{
    private const int RowBytes = 1 << 20;

    public static void Answer(BinaryReader input, BinaryWriter output)
    {
        var request = DecoderRequest.Read(input);
        var file = input.ReadBytes(request.Length);
        try
        {
            using var image = new MagickImage();
            var isDamaged = false;
            image.Warning += (_, warning) => isDamaged |= warning.Exception is MagickCorruptImageWarningException;

            image.Ping(file, Settings(request.Coder));
            if (Canvas(image, request.Coder) is var canvas && IsTooLarge(canvas, request))
            {
                new DecoderAnswer(DecoderOutcome.TooManyPixels, (int)canvas.Width, (int)canvas.Height).Write(output);
                return;
            }

            if (!request.WithPixels)
            {
                new DecoderAnswer(DecoderOutcome.Read, (int)canvas.Width, (int)canvas.Height, Channels(image)).Write(output);
                return;
            }

            Limit(canvas, request.Coder);
            image.Read(file, Settings(request.Coder));
            if (isDamaged && !request.AcceptsDamage)
            {
                new DecoderAnswer(DecoderOutcome.Corrupt).Write(output);
                return;
            }

            if (!request.WithAlpha)
                image.HasAlpha = false;
            WritePicture(Whole(image, Canvas(image, request.Coder)), output);
        }
        catch (MagickException e)
        {
            new DecoderAnswer(IsUnsupported(e) ? DecoderOutcome.Unsupported : DecoderOutcome.Corrupt).Write(output);
        }
    }

    private static MagickReadSettings Settings(DecoderCoder coder)
    {
        var settings = coder == DecoderCoder.Heic
            ? new MagickReadSettings(new HeicReadDefines { PrimaryImage = true, DepthImage = false, PreserveOrientation = false })
            : new MagickReadSettings();
        // A named format keeps ImageMagick from choosing a coder by what the content looks like.
        settings.Format = coder switch
        {
            DecoderCoder.Heic => MagickFormat.Heic,
            DecoderCoder.Gif => MagickFormat.Gif,
            DecoderCoder.Bmp => MagickFormat.Bmp,
            DecoderCoder.JpegXl => MagickFormat.Jxl,
            _ => throw new InvalidDataException(),
        };
        settings.FrameIndex = 0;
        settings.FrameCount = 1;
        settings.SyncImageWithExifProfile = false;
        return settings;
    }

    /// <summary>
    /// The memory that the cage allows ends a decoder that wants too much; these limits make ImageMagick say so first.
    /// </summary>
    private static void Limit(MagickGeometry canvas, DecoderCoder coder)
    {
        // HEVC codes whole blocks, and what is shown can be a part of them.
        var coded = coder == DecoderCoder.Heic ? 2u : 1;
        var slack = coder == DecoderCoder.Heic ? 64u : 0;
        ResourceLimits.Thread = 1;
        ResourceLimits.Disk = 0;
        ResourceLimits.Width = (canvas.Width * coded) + slack;
        ResourceLimits.Height = (canvas.Height * coded) + slack;
        ResourceLimits.MaxProfileSize = DecoderAnswer.MaxProfileLength;
    }

    /// <summary>
    /// Of a GIF the logical screen, grown where the frame stands out, as browsers do; of all others the picture.
    /// </summary>
    private static MagickGeometry Canvas(MagickImage image, DecoderCoder coder) => coder == DecoderCoder.Gif
        ? new MagickGeometry(0, 0, Math.Max(image.Page.Width, (uint)image.Page.X + image.Width),
            Math.Max(image.Page.Height, (uint)image.Page.Y + image.Height))
        : new MagickGeometry(0, 0, image.Width, image.Height);

    private static bool IsTooLarge(MagickGeometry canvas, DecoderRequest request) =>
        (long)canvas.Width * canvas.Height > request.MaxPixels || Math.Max(canvas.Width, canvas.Height) > request.MaxSide;

    /// <summary>The picture, on its canvas; what it leaves free is transparent.</summary>
    private static MagickImage Whole(MagickImage image, MagickGeometry canvas)
    {
        if (canvas.Width == image.Width && canvas.Height == image.Height)
            return image;
        image.BackgroundColor = MagickColors.Transparent;
        image.Extent(new MagickGeometry(-image.Page.X, -image.Page.Y, canvas.Width, canvas.Height));
        return image;
    }

    private static byte Channels(MagickImage image) => image.HasAlpha ? (byte)4 : (byte)3;

    private static void WritePicture(MagickImage image, BinaryWriter output)
    {
        var profile = image.GetColorProfile()?.ToByteArray() is { Length: <= DecoderAnswer.MaxProfileLength } bytes ? bytes : [];
        var channels = Channels(image);
        new DecoderAnswer(DecoderOutcome.Read, (int)image.Width, (int)image.Height, channels, profile.Length).Write(output);
        output.Write(profile);

        using var pixels = image.GetPixelsUnsafe();
        var mapping = channels == 4 ? "RGBA" : "RGB";
        var rows = Math.Max(1, RowBytes / (image.Width * channels));
        for (uint y = 0; y < image.Height; y += rows)
            output.Write(pixels.ToByteArray(0, (int)y, image.Width, Math.Min(rows, image.Height - y), mapping)!);
    }

    private static bool IsUnsupported(MagickException e) =>
        e is MagickMissingDelegateErrorException || e.Message.Contains("upported", StringComparison.Ordinal);
}
