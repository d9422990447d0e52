using FaceDeid.Imaging.Formats;
using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging;

public sealed class OrientationTests
{
    public static TheoryData<ImageFormat, int> FormatsAndOrientations
    {
        get
        {
            var all = new TheoryData<ImageFormat, int>();
            foreach (var format in new[] { ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.Webp, ImageFormat.Tiff })
            {
                for (var orientation = 1; orientation <= 8; orientation++)
                    all.Add(format, orientation);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(FormatsAndOrientations))]
    public void Every_EXIF_orientation_comes_out_upright(ImageFormat format, int orientation)
    {
        var upright = Picture.Patches(columns: 5, rows: 3);
        var file = Save(Stored(upright, orientation), format, orientation);

        var (decoded, _) = Picture.Decode(file);

        Assert.Equal(orientation, Engine.Decoder.Inspect(file).Orientation);
        Assert.Equal(new ImageSize(80, 48), Engine.Decoder.Inspect(file).Size);
        Assert.InRange(decoded.FurthestFrom(upright), 0, format == ImageFormat.Jpeg ? 3 : 0);
    }

    [Fact]
    public void The_alpha_channel_turns_with_the_colours()
    {
        var upright = Picture.Patches(columns: 5, rows: 3, bands: 4);

        var (rgb, alpha) = Picture.Decode(Save(Stored(upright, 8), ImageFormat.Png, 8));

        Assert.Equal(upright.WithBands(3).Bytes, rgb.Bytes);
        Assert.Equal(upright.Band(3).Bytes, alpha!.Bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(200)]
    public void An_orientation_that_does_not_exist_is_upright(int orientation)
    {
        var upright = Picture.Patches();
        var file = Save(upright, ImageFormat.Png, orientation);

        Assert.Equal(
            new ImageHeader(ImageFormat.Png, new ImageSize(80, 48), 1, HasAlpha: false) { BytesPerPixel = 5 },
            Engine.Decoder.Inspect(file));
        Assert.Equal(upright.Bytes, Picture.Decode(file).Rgb.Bytes);
    }

    /// <summary>
    /// The stored pixels of an upright picture, after the table of EXIF 2.3: the orientation says which side of the picture the
    /// stored row 0 and the stored column 0 are.
    /// </summary>
    private static Picture Stored(Picture upright, int orientation)
    {
        var (right, bottom) = (upright.Width - 1, upright.Height - 1);
        var (width, height) = orientation >= 5 ? (upright.Height, upright.Width) : (upright.Width, upright.Height);
        return Picture.Of(width, height, upright.Bands, (column, row, band) =>
        {
            var (x, y) = orientation switch
            {
                1 => (column, row), // row 0 is the top, column 0 the left
                2 => (right - column, row), // top, right
                3 => (right - column, bottom - row), // bottom, right
                4 => (column, bottom - row), // bottom, left
                5 => (row, column), // left, top
                6 => (right - row, column), // right, top
                7 => (right - row, bottom - column), // right, bottom
                _ => (row, bottom - column), // left, bottom
            };
            return upright[x, y, band];
        });
    }

    private static byte[] Save(Picture picture, ImageFormat format, int orientation) => picture.Save(image =>
    {
        using var tagged = image.Mutate(m => m.Set(GValue.GIntType, "orientation", orientation));
        return format switch
        {
            ImageFormat.Jpeg => tagged.JpegsaveBuffer(q: 100, subsampleMode: Enums.ForeignSubsample.Off),
            ImageFormat.Png => tagged.PngsaveBuffer(),
            ImageFormat.Webp => tagged.WebpsaveBuffer(lossless: true),
            _ => tagged.TiffsaveBuffer(),
        };
    });
}
