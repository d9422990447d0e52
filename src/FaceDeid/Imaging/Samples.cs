using FaceDeid.Imaging.Colour;
using FaceDeid.Imaging.Formats;
using NetVips;
using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>Steps between samples in memory and images of libvips.</summary>
internal static class Samples
{
    private const int StripBytes = 1 << 16; // less than what .NET keeps for long

    /// <summary>
    /// Decodes and computes whatever the image stands for, 8 or 16 bits, 1 to 4 channels in its order; the caller owns it.
    /// </summary>
    /// <exception cref="VipsException">It cannot be computed.</exception>
    public static Mat ToMat(this Image image)
    {
        var type = image.Format == Enums.BandFormat.Ushort ? MatType.CV_16UC(image.Bands) : MatType.CV_8UC(image.Bands);
        var samples = new Mat(image.Height, image.Width, type);
        return Filled(image, samples, (strip, at) =>
        {
            using var rows = samples.SubMat(at);
            strip.CopyTo(rows);
        });
    }

    /// <summary>
    /// The same of an sRGB image with 8 bits, blue first and its alpha apart; the caller owns both. Never is all of it there
    /// twice.
    /// </summary>
    /// <exception cref="VipsException">It cannot be computed.</exception>
    public static (Mat Bgr, Mat? Alpha) ToPixels(this Image image)
    {
        if (image.Bands > 4) // red, green, blue, alpha, and what else a conversion may have kept
            throw Refusals.TooManyChannels();
        var bgr = new Mat(image.Height, image.Width, MatType.CV_8UC3);
        var alpha = image.Bands is 2 or 4 ? new Mat(image.Height, image.Width, MatType.CV_8UC1) : null;
        try
        {
            Filled(image, bgr, (strip, at) =>
            {
                using var colours = strip.ToBgr();
                using var rows = bgr.SubMat(at);
                colours.CopyTo(rows);
                if (alpha is null)
                    return;
                using var opacity = strip.ExtractChannel(strip.Channels() - 1);
                using var alphaRows = alpha.SubMat(at);
                opacity.CopyTo(alphaRows);
            });
            return (bgr, alpha);
        }
        catch
        {
            alpha?.Dispose();
            throw;
        }
    }

    /// <summary>Computes an image strip by strip, from top to bottom; what it fills is disposed where that fails.</summary>
    private static Mat Filled(Image image, Mat target, Action<Mat, Rect> take)
    {
        try
        {
            var type = image.Format == Enums.BandFormat.Ushort ? MatType.CV_16UC(image.Bands) : MatType.CV_8UC(image.Bands);
            var rows = Math.Max(1, StripBytes / (image.Width * type.Channels * (type.Depth == MatType.CV_16U ? 2 : 1)));
            using var region = Region.New(image);
            for (var top = 0; top < image.Height; top += rows)
            {
                var at = new Rect(0, top, image.Width, Math.Min(rows, image.Height - top));
                using var samples = region.Fetch(at.X, at.Y, at.Width, at.Height).ToMat(at.Height, at.Width, type);
                take(samples, at);
            }

            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    /// <summary>
    /// An image over samples, with the meaning that another has; the caller owns it, and disposes it before the samples.
    /// </summary>
    public static Image ToImage(this Mat samples, Image like)
    {
        var format = samples.Depth() == MatType.CV_16U ? Enums.BandFormat.Ushort : Enums.BandFormat.Uchar;
        using var raw = Image.NewFromMemory(
            samples.Data, (ulong)(samples.Step() * samples.Rows), samples.Width, samples.Height, samples.Channels(), format);
        using var meant = raw.Copy(interpretation: like.Interpretation);
        return ColourProfile.Tagged(meant, like);
    }

    /// <summary>The last of two or four channels; null: there is no alpha. The caller owns it.</summary>
    public static Mat? ToAlpha(this Mat samples)
    {
        var channels = samples.Channels();
        if (channels is not (2 or 4))
            return null;
        return samples.ExtractChannel(channels - 1);
    }

    /// <summary>Blue, green and red of samples whose order is gray or red first; the caller owns them.</summary>
    public static Mat ToBgr(this Mat samples)
    {
        using var gray = samples.Channels() == 2 ? samples.ExtractChannel(0) : samples.Share();
        return gray.CvtColor(samples.Channels() switch
        {
            1 or 2 => ColorConversionCodes.GRAY2BGR,
            3 => ColorConversionCodes.RGB2BGR,
            _ => ColorConversionCodes.RGBA2BGR,
        });
    }
}
