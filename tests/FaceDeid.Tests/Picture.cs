using FaceDeid.Imaging;
using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests;

/// <summary>
/// 8-bit pixels in managed memory, the truth that encoders and decoders are judged by. Colours are red, green, blue.
/// </summary>
internal sealed record Picture(int Width, int Height, int Bands, byte[] Bytes)
{
    public byte this[int x, int y, int band] => Bytes[(((y * Width) + x) * Bands) + band];

    /// <summary>Makes a picture from a value for each column, row and channel.</summary>
    public static Picture Of(int width, int height, int bands, Func<int, int, int, int> value)
    {
        var bytes = new byte[width * height * bands];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)value(i / bands % width, i / bands / width, i % bands);
        return new Picture(width, height, bands, bytes);
    }

    /// <summary>
    /// Squares of 16 pixels, which JPEG keeps almost as they are, in muted colours that every profile here can hold. No turn or
    /// mirroring gives the same picture, and the fourth channel runs from 15 to 255: RGB under full transparency is not kept by
    /// WebP.
    /// </summary>
    public static Picture Patches(
        int columns = 5, int rows = 3, int bands = 3) => Of(columns * 16, rows * 16, bands, (x, y, band) =>
            band == 3 || (bands == 2 && band == 1)
                ? 15 + (((x / 16) + (y / 16 * columns)) * 240 / ((columns * rows) - 1))
                : 80 + (((x / 16 * 23) + (y / 16 * 41) + (band * 13)) % 97));

    /// <summary>The colours of decoded pixels, <c>CV_8UC3</c> or <c>CV_8UC1</c>.</summary>
    public static Picture Of(Mat pixels)
    {
        using var rgb = pixels.Channels() == 3 ? pixels.CvtColor(ColorConversionCodes.BGR2RGB) : pixels.Clone();
        using var flat = rgb.Reshape(1);
        Assert.True(flat.GetArray(out byte[] bytes));
        return new Picture(pixels.Width, pixels.Height, pixels.Channels(), bytes);
    }

    /// <summary>What the decoder makes of a file: three channels, and the alpha channel as a picture of its own.</summary>
    public static (Picture Rgb, Picture? Alpha) Decode(byte[] file, bool colourManaged = true)
    {
        using var decoded = Engine.Decoder.Decode(file, colourManaged);
        return (Of(decoded.Bgr), decoded.Alpha is null ? null : Of(decoded.Alpha));
    }

    /// <summary>A file as libvips decodes it by itself, untouched by the service's decoder.</summary>
    public static Picture Raw(byte[] file)
    {
        using var image = Image.NewFromBuffer(file);
        return new Picture(image.Width, image.Height, image.Bands, image.WriteToMemory<byte>());
    }

    /// <summary>The first of the channels, or three equal ones.</summary>
    public Picture WithBands(int bands) => Of(Width, Height, bands, (x, y, band) => this[x, y, Bands < 3 ? 0 : band]);

    /// <summary>One channel as a gray picture.</summary>
    public Picture Band(int band) => Of(Width, Height, 1, (x, y, _) => this[x, y, band]);

    /// <summary>The largest difference of two samples at the same place.</summary>
    public int FurthestFrom(Picture other)
    {
        Assert.Equal((other.Width, other.Height, other.Bands), (Width, Height, Bands));
        return Bytes.Zip(other.Bytes, (a, b) => Math.Abs(a - b)).Max();
    }

    /// <summary>Writes a file with libvips.</summary>
    public byte[] Save(Func<Image, byte[]> save)
    {
        using var raw = Image.NewFromMemory(Bytes, Width, Height, Bands, Enums.BandFormat.Uchar);
        using var image = raw.Copy(interpretation: Bands < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        return save(image);
    }

    /// <summary>Writes a file with 16 bits a sample, whose upper eight are this picture's.</summary>
    public byte[] Save16(Func<Image, byte[]> save)
    {
        var samples = Bytes.Select(b => (ushort)(b * 257)).ToArray();
        using var raw = Image.NewFromMemory(samples, Width, Height, Bands, Enums.BandFormat.Ushort);
        using var image = raw.Copy(interpretation: Bands < 3 ? Enums.Interpretation.Grey16 : Enums.Interpretation.Rgb16);
        return save(image);
    }

    /// <summary>A lossless PNG.</summary>
    public byte[] Png() => Save(image => image.PngsaveBuffer());

    /// <summary>The pixels for OpenCV, <c>CV_8UC1</c> or <c>CV_8UC3</c>; the caller owns them.</summary>
    public Mat ToMat()
    {
        using var samples = Bytes.ToMat(Height, Width, MatType.CV_8UC(Bands));
        return Bands == 3 ? samples.CvtColor(ColorConversionCodes.RGB2BGR) : samples.Clone();
    }
}
