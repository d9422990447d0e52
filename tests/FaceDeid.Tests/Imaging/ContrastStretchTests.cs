using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>Pictures that use a small part of their range are looked at in a stretched copy, and answered as they are.</summary>
public sealed class ContrastStretchTests
{
    private static readonly Picture Ramp = Picture.Of(256, 64, 1, (x, _, _) => x);

    [Theory]
    [InlineData(0, 1023)] // a thermal camera's 10 bits
    [InlineData(0, 16_000)] // 14 bits
    [InlineData(29_000, 31_500)] // kelvin, times a hundred
    public void Sixteen_bits_of_low_range_are_stretched_to_look_at(int low, int high)
    {
        var samples = Ramp.Bytes.Select(value => (ushort)(low + (value * (high - low) / 255))).ToArray();
        using var raw = Image.NewFromMemory(samples, Ramp.Width, Ramp.Height, 1, Enums.BandFormat.Ushort);
        using var image = raw.Copy(interpretation: Enums.Interpretation.Grey16);

        foreach (var file in new[] { image.PngsaveBuffer(), image.TiffsaveBuffer() })
        {
            using var read = Engine.Decoder.Decode(file);
            using var look = read.ToLook();

            Assert.InRange(Picture.Of(look).FurthestFrom(Ramp.WithBands(3)), 0, 2);
            Assert.Equal([PictureNote.ContrastStretched], read.Notes);
            Assert.InRange(Picture.Of(read.Bgr)[255, 9, 0], high / 257 - 1, high / 257 + 1); // the answer is not
            using var canvas = read.ToCanvas(keepsOriginal: true);
            using var same = read.FromCanvas(canvas, keepsOriginal: true);
            Assert.Equal(0, Cv2.Norm(read.Bgr, same.Bgr, NormTypes.INF)); // what was not touched is as it was
            canvas.Bgr.Rectangle(new Rect(10, 10, 20, 20), Scalar.White, thickness: -1);
            using var answer = read.FromCanvas(canvas, keepsOriginal: true);
            Assert.InRange(Picture.Of(answer.Bgr)[15, 15, 1], (high / 257) - 1, (high / 257) + 1);
            Assert.Equal(Picture.Of(read.Bgr)[40, 40, 1], Picture.Of(answer.Bgr)[40, 40, 1]);
        }
    }

    [Fact]
    public void A_turned_picture_is_stretched_upright()
    {
        var samples = Ramp.Bytes.Select(value => (ushort)(value * 4)).ToArray();
        using var raw = Image.NewFromMemory(samples, Ramp.Width, Ramp.Height, 1, Enums.BandFormat.Ushort);
        using var image = raw.Copy(interpretation: Enums.Interpretation.Grey16)
            .Mutate(m => m.Set(GValue.GIntType, "orientation", 6));

        using var read = Engine.Decoder.Decode(image.TiffsaveBuffer());
        using var look = read.ToLook();

        Assert.Equal(read.Bgr.ImageSize(), look.ImageSize());
        Assert.InRange(Picture.Of(look)[3, 250, 0], 245, 255);
    }

    [Fact]
    public void Eight_bits_of_low_range_are_stretched_and_usual_or_empty_pictures_are_not()
    {
        using var faint = Engine.Decoder.Decode(Picture.Of(64, 64, 3, (x, y, band) => 100 + ((x + y) / 8) + band).Png());
        Assert.NotNull(faint.Stretched);
        using var look = faint.ToLook();
        Assert.InRange(Picture.Of(look).Bytes.Max() - Picture.Of(look).Bytes.Min(), 240, 255);

        foreach (var usual in new[] { Ramp.Png(), Picture.Of(64, 64, 3, (_, _, _) => 7).Png() })
        {
            using var read = Engine.Decoder.Decode(usual);
            Assert.Null(read.Stretched);
            Assert.Null(read.Notes);
        }
    }
}
