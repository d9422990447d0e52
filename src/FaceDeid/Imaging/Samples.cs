using NetVips;
using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>The samples of an image of libvips in memory, which this object owns.</summary>
internal sealed class Samples : IDisposable
{
    private readonly nint _memory;

    /// <summary>Decodes and computes whatever the image stands for.</summary>
    /// <exception cref="VipsException">It cannot be computed.</exception>
    public Samples(Image image)
    {
        if (image.Bands > 4) // red, green, blue, alpha, and what else a conversion may have kept
            throw ImageDecoder.TooManyChannels();
        var type = image.Format == Enums.BandFormat.Ushort ? MatType.CV_16UC(image.Bands) : MatType.CV_8UC(image.Bands);
        _memory = image.WriteToMemory(out _);
        Pixels = Mat.FromPixelData(image.Height, image.Width, type, _memory);
    }

    /// <summary>8 or 16 bits, 1 to 4 channels in the image's order.</summary>
    public Mat Pixels { get; }

    public void Dispose()
    {
        Pixels.Dispose();
        NetVips.NetVips.Free(_memory);
    }
}

/// <summary>Steps between samples in memory and images of libvips.</summary>
internal static class SampleSteps
{
    /// <summary>An image over samples, with the meaning that another has; the caller owns it, and disposes it before the samples.</summary>
    public static Image ToImage(this Mat samples, Image like)
    {
        var format = samples.Depth() == MatType.CV_16U ? Enums.BandFormat.Ushort : Enums.BandFormat.Uchar;
        using var raw = Image.NewFromMemory(
            samples.Data, (ulong)(samples.Step() * samples.Rows), samples.Width, samples.Height, samples.Channels(), format);
        using var meant = raw.Copy(interpretation: like.Interpretation);
        return ColourProfile.Tagged(meant, like);
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
