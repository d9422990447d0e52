using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging;

public sealed class ColourProfileTests
{
    private const string ProfileField = "icc-profile-data";

    // Strong colours, so that Display P3 and sRGB differ by tens of levels; none at the edge of sRGB, where a rounding of half a
    // level in one space is ten in the other.
    private static readonly Picture Strong = Picture.Of(96, 64, 3, (x, y, band) => band switch
    {
        0 => 50 + (x / 16 * 35),
        1 => 60 + (y / 16 * 55),
        _ => 225 - (x / 16 * 30),
    });

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void A_wide_gamut_picture_comes_back_to_its_sRGB_colours(int depth)
    {
        var file = Strong.Save(image =>
        {
            using var p3 = image.IccTransform("p3", inputProfile: "srgb", depth: depth);
            return p3.PngsaveBuffer();
        });

        Assert.InRange(Picture.Decode(file).Rgb.FurthestFrom(Strong), 0, 4);
        Assert.InRange(Picture.Decode(file, colourManaged: false).Rgb.FurthestFrom(Strong), 15, 255);
    }

    [Fact]
    public void The_alpha_channel_of_a_wide_gamut_picture_is_kept()
    {
        var picture = Picture.Of(96, 64, 4, (x, y, band) => band == 3 ? 15 + (x / 16 * 48) : Strong[x, y, band]);
        foreach (var depth in new[] { 8, 16 })
        {
            var file = depth == 8 ? picture.Save(ToP3) : picture.Save16(ToP3);

            var (rgb, alpha) = Picture.Decode(file);

            Assert.InRange(rgb.FurthestFrom(Strong), 0, 4);
            Assert.Equal(picture.Band(3).Bytes, alpha!.Bytes);

            byte[] ToP3(Image image)
            {
                using var p3 = image.IccTransform("p3", inputProfile: "srgb", depth: depth);
                return p3.PngsaveBuffer();
            }
        }
    }

    [Fact]
    public void Without_colour_management_the_samples_are_left_alone()
    {
        var file = Tagged(Strong, Image.ProfileLoad("p3"));

        Assert.Equal(Strong.Bytes, Picture.Decode(file, colourManaged: false).Rgb.Bytes);
        Assert.NotEqual(Strong.Bytes, Picture.Decode(file).Rgb.Bytes);
    }

    [Fact]
    public void A_picture_that_says_it_is_sRGB_is_bit_identical()
    {
        var random = new Random(4);
        var noise = Picture.Of(128, 128, 3, (_, _, _) => random.Next(256));

        Assert.Equal(noise.Bytes, Picture.Decode(Tagged(noise, Image.ProfileLoad("srgb"))).Rgb.Bytes);
    }

    [Theory]
    [InlineData("png", 8)]
    [InlineData("png", 16)]
    [InlineData("tiff", 8)]
    [InlineData("jpeg", 8)]
    public void A_gray_picture_is_shown_by_its_profile_too(string format, int depth)
    {
        // 1/16 of the tones, which the profile spreads.
        var gray = Picture.Of(64, 64, 1, (x, y, _) => 96 + (x / 16 * 4) + (y / 16));
        var profile = IccProfiles.Gray([.. Enumerable.Range(0, 256).Select(i => Math.Clamp(i - 96, 0, 15) * 4369)]);
        var file = depth == 8 ? gray.Save(Write) : gray.Save16(Write);

        var seen = Picture.Decode(file).Rgb;

        var (least, most) = (seen.Bytes.Min(), seen.Bytes.Max());
        Assert.InRange(most - least, 40, 255);
        Assert.InRange(Picture.Decode(file, colourManaged: false).Rgb.FurthestFrom(gray.WithBands(3)), 0, 1);

        byte[] Write(Image image)
        {
            using var tagged = image.Mutate(m => m.Set(GValue.BlobType, ProfileField, profile));
            return format switch
            {
                "png" => tagged.PngsaveBuffer(),
                "jpeg" => tagged.JpegsaveBuffer(q: 100),
                _ => tagged.TiffsaveBuffer(),
            };
        }
    }

    [Fact]
    public void A_profile_that_cannot_be_used_is_ignored()
    {
        Assert.Equal(Strong.Bytes, Picture.Decode(Tagged(Strong, "not a profile"u8.ToArray())).Rgb.Bytes);
        Assert.Equal(Strong.Bytes, Picture.Decode(Tagged(Strong, Image.ProfileLoad("cmyk"))).Rgb.Bytes);
    }

    // TIFF, because libpng drops a profile that does not fit, and this is about what reaches the colour conversion.
    private static byte[] Tagged(Picture picture, byte[] profile) => picture.Save(image =>
    {
        using var tagged = image.Mutate(m => m.Set(GValue.BlobType, ProfileField, profile));
        return tagged.TiffsaveBuffer();
    });
}
