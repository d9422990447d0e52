using FaceDeid.Imaging.Formats;
using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging.Caged;

/// <summary>JPEG XL, alone and in boxes.</summary>
public sealed class JpegXlTests
{
    private static readonly Picture Odd = Picture.Of(50, 35, 3, (x, y, band) => (x * 5) + y + (band * 20));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Gray_colour_and_alpha_of_8_and_16_bits_are_those_that_were_written(int bands)
    {
        var picture = Picture.Patches(bands: bands);

        AssertDecodes(picture, Encoders.JpegXl(picture));
        AssertDecodes(picture, Encoders.JpegXl(picture, "-d", "0", "--container=1"));
        AssertDecodes(picture, Encoders.JpegXl(picture.Save16(image => image.PngsaveBuffer())));
    }

    [Fact]
    public void Lossy_and_progressive_files_are_read()
    {
        var picture = Picture.Patches();

        Assert.InRange(Picture.Decode(Encoders.JpegXl(picture, "-d", "0.3")).Rgb.FurthestFrom(picture), 0, 12);
        Assert.InRange(Picture.Decode(Encoders.JpegXl(picture, "-d", "0.3", "-p")).Rgb.FurthestFrom(picture), 0, 12);
    }

    [Fact]
    public void A_colour_profile_is_applied()
    {
        var picture = Picture.Patches();
        var wide = picture.Save(image =>
        {
            using var converted = image.IccTransform("p3", inputProfile: "srgb");
            return converted.PngsaveBuffer(keep: Enums.ForeignKeep.Icc);
        });

        Assert.InRange(Picture.Decode(Encoders.JpegXl(wide)).Rgb.FurthestFrom(picture), 0, 2);
        Assert.InRange(Picture.Decode(Encoders.JpegXl(wide), colourManaged: false).Rgb.FurthestFrom(picture), 10, 255);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void The_orientation_is_applied(int orientation)
    {
        // What is made of the same turn in a TIFF is tested elsewhere: it is the reference here.
        var expected = Picture.Decode(Odd.Save(image =>
        {
            using var tagged = image.Mutate(m => m.Set(GValue.GIntType, "orientation", orientation));
            return tagged.TiffsaveBuffer();
        })).Rgb;

        var turned = JpegXlFile.WithHeader(Encoders.JpegXl(Odd, "-d", "0", "--container=0"), Odd,
            new JpegXlFile.Header(Odd.Width, Odd.Height) { Orientation = orientation });

        Assert.Equal(expected.Bytes, Picture.Decode(turned).Rgb.Bytes);
        Assert.Equal(new ImageSize(expected.Width, expected.Height), Engine.Decoder.Inspect(turned).Size);
    }

    [Fact]
    public void An_animation_is_refused()
    {
        var file = JpegXlFile.WithHeader(Encoders.JpegXl(Odd, "-d", "0", "--container=0"), Odd,
            new JpegXlFile.Header(Odd.Width, Odd.Height) { Orientation = 1, IsAnimated = true });

        Refusal.Of(FaceDeidError.AnimatedImage, () => Engine.Decoder.Inspect(file));
        Refusal.Of(FaceDeidError.AnimatedImage, () => Engine.Decoder.Decode(file).Dispose());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(512, 511)]
    [InlineData(513, 8192)]
    [InlineData(8193, 9000)]
    [InlineData(262_145, 300_000)]
    [InlineData(1_073_741_824, 1)]
    public void The_header_tells_every_size_and_the_limits_act_on_it(int width, int height)
    {
        var claim = new JpegXlFile.Header(width, height);

        if ((long)width * height < 50_000_000 && Math.Max(width, height) <= 20_000)
            Assert.Equal(new ImageSize(width, height), Engine.Decoder.Inspect(JpegXlFile.Write(claim)).Size);
        else
            Refusal.Of(FaceDeidError.TooManyPixels, $"{width} x {height}", () => Engine.Decoder.Inspect(JpegXlFile.Write(claim)));
    }

    [Fact]
    public void A_header_that_claims_more_than_there_is_is_damage()
    {
        var file = Encoders.JpegXl(Odd, "-d", "0", "--container=0");

        Refusal.Of(FaceDeidError.CorruptImage, () =>
            Engine.Decoder.Decode(JpegXlFile.WithHeader(file, Odd, new JpegXlFile.Header(4900, 4900))).Dispose());
        Refusal.Of(FaceDeidError.CorruptImage, () =>
            Engine.Decoder.Decode(JpegXlFile.Write(new JpegXlFile.Header(4900, 4900))).Dispose());
    }

    private static void AssertDecodes(Picture expected, byte[] file)
    {
        var hasAlpha = expected.Bands is 2 or 4;
        var (rgb, alpha) = Picture.Decode(file);

        Assert.Equal(
            new ImageHeader(ImageFormat.JpegXl, new ImageSize(expected.Width, expected.Height), 1, hasAlpha)
            {
                BytesPerPixel = hasAlpha ? 18 : 16,
            },
                Engine.Decoder.Inspect(file));
        Assert.Equal(expected.WithBands(3).Bytes, rgb.Bytes);
        Assert.Equal(hasAlpha ? expected.Band(expected.Bands - 1).Bytes : null, alpha?.Bytes);
    }
}
