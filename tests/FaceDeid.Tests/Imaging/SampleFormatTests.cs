using FaceDeid.TestData;
using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>Every kind of sample comes out as 8-bit colour with the alpha channel beside it.</summary>
public sealed class SampleFormatTests
{
    public static TheoryData<string> ExamplePictures =>
    [
        "faces/2009_004587.jpg", "faces/Tom_Cruise_avp_2014_4.jpg", "faces/bald_guys.jpg", "johns/John_Simm/000288_00470387.jpg",
    ];

    [Theory]
    [MemberData(nameof(ExamplePictures))]
    public void JPEG_pixels_are_those_of_OpenCV_to_the_last_bit(string name)
    {
        using var expected = new Mat(TestFiles.Example(name));

        Assert.Equal(Picture.Of(expected).Bytes, Picture.Decode(File.ReadAllBytes(TestFiles.Example(name))).Rgb.Bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void PNG_with_8_and_with_16_bits_keeps_gray_colour_and_alpha(int bands)
    {
        var picture = Picture.Patches(bands: bands);

        AssertDecodes(picture, picture.Png());
        AssertDecodes(picture, picture.Save16(image => image.PngsaveBuffer()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TIFF_with_8_and_with_16_bits_keeps_gray_colour_and_alpha(int bands)
    {
        var picture = Picture.Patches(bands: bands);

        AssertDecodes(picture, picture.Save(image => image.TiffsaveBuffer(Enums.ForeignTiffCompression.Lzw)));
        AssertDecodes(picture, picture.Save16(image => image.TiffsaveBuffer()));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void WebP_keeps_colour_and_alpha(int bands)
    {
        var picture = Picture.Patches(bands: bands);

        AssertDecodes(picture, picture.Save(image => image.WebpsaveBuffer(lossless: true)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void AVIF_keeps_colour_and_alpha(int bands)
    {
        var picture = Picture.Patches(bands: bands);

        AssertDecodes(
            picture, picture.Save(image => image.HeifsaveBuffer(lossless: true, compression: Enums.ForeignHeifCompression.Av1)));
    }

    [Fact]
    public void A_palette_PNG_gives_its_colours()
    {
        var picture = Picture.Patches(); // 15 colours
        var file = picture.Save(image => image.PngsaveBuffer(palette: true, dither: 0));
        Assert.Equal(3, file[25]); // IHDR's colour type: palette

        // libvips quantises in another colour space on writing and may move a colour by a level.
        Assert.InRange(Picture.Decode(file).Rgb.FurthestFrom(picture), 0, 2);
    }

    [Fact]
    public void A_palette_PNG_with_transparency_has_alpha()
    {
        var picture = Picture.Patches(bands: 4);
        var file = picture.Save(image => image.PngsaveBuffer(palette: true, dither: 0));
        Assert.Equal(3, file[25]);

        var (rgb, alpha) = Picture.Decode(file);

        Assert.InRange(rgb.FurthestFrom(picture.WithBands(3)), 0, 3);
        Assert.InRange(alpha!.FurthestFrom(picture.Band(3)), 0, 3);
    }

    [Fact]
    public void A_gray_JPEG_comes_out_as_gray_colours()
    {
        var picture = Picture.Patches(bands: 1);

        Assert.InRange(
            Picture.Decode(picture.Save(image => image.JpegsaveBuffer(q: 100))).Rgb.FurthestFrom(picture.WithBands(3)), 0, 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_1_bit_TIFF_is_black_and_white_either_way_round(bool zeroIsWhite)
    {
        var picture = Picture.Of(40, 24, 1, (x, y, _) => (x / 8) + (y / 8) is 1 or 3 ? 255 : 0);

        AssertDecodes(picture, picture.Save(image => image.TiffsaveBuffer(bitdepth: 1, miniswhite: zeroIsWhite)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_CMYK_JPEG_comes_out_in_its_colours_with_and_without_a_profile(bool withProfile)
    {
        var picture = Picture.Patches();
        var file = picture.Save(image =>
        {
            using var cmyk = image.IccTransform("cmyk", inputProfile: "srgb");
            return cmyk.JpegsaveBuffer(q: 100, keep: withProfile ? Enums.ForeignKeep.Icc : Enums.ForeignKeep.None);
        });

        Assert.InRange(Picture.Decode(file).Rgb.FurthestFrom(picture), 0, 8);
        Assert.InRange(Picture.Decode(file, colourManaged: false).Rgb.FurthestFrom(picture), 0, 8);
    }

    [Fact]
    public void A_TIFF_in_CIELAB_or_floating_point_comes_out_in_its_colours()
    {
        var picture = Picture.Patches();
        foreach (var space in new[] { Enums.Interpretation.Lab, Enums.Interpretation.Scrgb })
        {
            var file = picture.Save(image =>
            {
                using var converted = image.Colourspace(space);
                return converted.TiffsaveBuffer();
            });

            Assert.InRange(Picture.Decode(file).Rgb.FurthestFrom(picture), 0, 2);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(9)]
    public void Channels_beyond_colour_and_alpha_are_refused(int bands)
    {
        var picture = Picture.Of(20, 10, bands, (x, y, band) => x + y + band);
        var file = picture.Save(image => image.TiffsaveBuffer());

        Refusal.Of(FaceDeidError.UnsupportedFormat, () => Engine.Decoder.Inspect(file));
        Refusal.Of(FaceDeidError.UnsupportedFormat, () => Engine.Decoder.Decode(file).Dispose());
    }

    [Theory]
    [InlineData(Enums.Interpretation.Grey16)]
    [InlineData(Enums.Interpretation.Bw)]
    [InlineData(Enums.Interpretation.Cmyk)]
    public void Channels_that_only_a_conversion_brings_to_light_are_refused(Enums.Interpretation tagged)
    {
        var picture = Picture.Of(20, 10, tagged == Enums.Interpretation.Cmyk ? 6 : 4, (x, y, band) => x + y + band);
        var file = picture.Save(image =>
        {
            using var deep = tagged == Enums.Interpretation.Grey16 ? image.Cast(Enums.BandFormat.Ushort) : image.Copy();
            using var inks = deep.Copy(interpretation: tagged);
            return inks.TiffsaveBuffer();
        });

        Refusal.Of(FaceDeidError.UnsupportedFormat, () => Engine.Decoder.Decode(file).Dispose());
    }

    [Fact]
    public void A_CMYK_TIFF_with_alpha_keeps_both()
    {
        var picture = Picture.Patches(bands: 4);
        var file = picture.Save(image =>
        {
            using var cmyk = image.IccTransform("cmyk", inputProfile: "srgb");
            return cmyk.TiffsaveBuffer();
        });

        var (rgb, alpha) = Picture.Decode(file);

        Assert.True(Engine.Decoder.Inspect(file).HasAlpha);
        Assert.InRange(rgb.FurthestFrom(picture.WithBands(3)), 0, 8);
        Assert.Equal(picture.Band(3).Bytes, alpha!.Bytes);
    }

    [Fact]
    public void Colours_under_full_transparency_are_kept_for_the_detectors()
    {
        var picture = Picture.Of(16, 16, 4, (x, y, band) => band == 3 ? 0 : x * 10);

        var (rgb, alpha) = Picture.Decode(picture.Png());

        Assert.Equal(picture.WithBands(3).Bytes, rgb.Bytes);
        Assert.All(alpha!.Bytes, value => Assert.Equal(0, value));
    }

    private static void AssertDecodes(Picture expected, byte[] file)
    {
        var hasAlpha = expected.Bands is 2 or 4;
        var (rgb, alpha) = Picture.Decode(file);

        Assert.Equal(hasAlpha, Engine.Decoder.Inspect(file).HasAlpha);
        Assert.Equal(expected.WithBands(3).Bytes, rgb.Bytes);
        Assert.Equal(hasAlpha ? expected.Band(expected.Bands - 1).Bytes : null, alpha?.Bytes);
    }
}
