using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>What a header claims is judged before any pixel is decoded.</summary>
public sealed class HeaderLimitTests
{
    private static readonly ImageDecoder OneMegapixel = new(new ImageLimits(MaxMegapixels: 1, MaxSide: 2000), Engine.Formats);

    [Theory]
    [InlineData(1000, 1000, true)]
    [InlineData(1001, 1000, false)]
    [InlineData(2000, 500, true)]
    [InlineData(2001, 10, false)]
    [InlineData(10, 2001, false)]
    public void A_picture_up_to_the_limits_is_read_and_one_beyond_is_not(int width, int height, bool isRead)
    {
        var file = PngChunks.OneBit(width, height, withRows: true);

        if (isRead)
        {
            using var picture = OneMegapixel.Decode(file);
            Assert.Equal(new ImageSize(width, height), picture.Bgr.ImageSize());
        }
        else
        {
            Refusal.Of(FaceDeidError.TooManyPixels, "1 megapixels and 2000 pixels a side", () => OneMegapixel.Inspect(file));
            Refusal.Of(FaceDeidError.TooManyPixels, () => OneMegapixel.Decode(file).Dispose());
        }
    }

    [Theory]
    [InlineData(30_000, 30_000)]
    [InlineData(1_000_000, 1_000_000)]
    public void A_header_alone_is_enough_to_refuse(int width, int height)
    {
        var file = PngChunks.OneBit(width, height, withRows: false);

        Refusal.Of(FaceDeidError.TooManyPixels, $"{width} x {height}", () => Engine.Decoder.Inspect(file));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 0)]
    [InlineData(-1, 10)]
    public void A_size_that_no_picture_has_is_damage(int width, int height) =>
        Refusal.Of(FaceDeidError.CorruptImage, () => Engine.Decoder.Inspect(PngChunks.OneBit(width, height, withRows: false)));

    [Fact]
    public void The_header_tells_format_upright_size_orientation_and_alpha()
    {
        var opaque = Picture.Patches(columns: 5, rows: 3);
        var transparent = Picture.Patches(columns: 2, rows: 4, bands: 4);
        var turned = opaque.Save(image =>
        {
            using var tagged = image.Mutate(m => m.Set(GValue.GIntType, "orientation", 6));
            return tagged.JpegsaveBuffer();
        });

        Assert.Equal(
            new ImageHeader(ImageFormat.Jpeg, new ImageSize(48, 80), 6, HasAlpha: false) { BytesPerPixel = 6 },
            Engine.Decoder.Inspect(turned));
        Assert.Equal(
            new ImageHeader(ImageFormat.Png, new ImageSize(80, 48), 1, HasAlpha: false) { BytesPerPixel = 5 },
            Engine.Decoder.Inspect(opaque.Png()));
        Assert.Equal(
            new ImageHeader(ImageFormat.Webp, new ImageSize(32, 64), 1, HasAlpha: true) { BytesPerPixel = 11 },
            Engine.Decoder.Inspect(transparent.Save(image => image.WebpsaveBuffer())));
        Assert.Equal(
            new ImageHeader(ImageFormat.Tiff, new ImageSize(80, 48), 1, HasAlpha: false) { BytesPerPixel = 5 },
            Engine.Decoder.Inspect(opaque.Save(image => image.TiffsaveBuffer())));
        Assert.Equal(
            new ImageHeader(ImageFormat.Avif, new ImageSize(80, 48), 1, HasAlpha: false) { BytesPerPixel = 15 },
            Engine.Decoder.Inspect(opaque.Save(image => image.HeifsaveBuffer(compression: Enums.ForeignHeifCompression.Av1))));
    }
}
