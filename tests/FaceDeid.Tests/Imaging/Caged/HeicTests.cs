using FaceDeid.Imaging.Formats;
using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging.Caged;

/// <summary>Of a HEIC file the one picture comes out that a viewer shows, as it shows it.</summary>
public sealed class HeicTests
{
    private const int Tile = 64;

    // Of 64 x 64 pixels, because HEVC codes blocks of that size: no other tile is as plain.
    private static readonly Picture Shown = Picture.Patches(columns: 4, rows: 4);
    private static readonly Picture Hidden = Picture.Of(Tile, Tile, 3, (x, y, band) =>
        255 - (((x / 16 * 23) + (y / 16 * 41)) % 97));

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Colour_and_alpha_are_those_that_were_written(int bands)
    {
        var picture = Picture.Patches(bands: bands);
        var file = Encoders.Heic(picture);

        var (rgb, alpha) = Picture.Decode(file);

        Assert.Equal(
            new ImageHeader(ImageFormat.Heic, new ImageSize(80, 48), 1, bands == 4) { BytesPerPixel = bands == 4 ? 15 : 13 },
            Engine.Decoder.Inspect(file));
        Assert.InRange(rgb.FurthestFrom(picture.WithBands(3)), 0, 1);
        Assert.Equal(bands == 4, alpha is not null);
        if (alpha is not null)
            Assert.InRange(alpha.FurthestFrom(picture.Band(3)), 0, 1);
    }

    [Fact]
    public void Ten_bits_lossy_samples_and_gray_are_read()
    {
        var picture = Picture.Patches();
        var gray = Picture.Patches(bands: 1);

        Assert.InRange(Picture.Decode(Encoders.Heic(picture.Save16(image => image.PngsaveBuffer()), "-q", "95", "-b", "10",
            "-p", "chroma=444")).Rgb.FurthestFrom(picture), 0, 8);
        Assert.InRange(Picture.Decode(Encoders.Heic(picture, "-q", "95", "-p", "chroma=444")).Rgb.FurthestFrom(picture), 0, 8);
        Assert.InRange(Picture.Decode(Encoders.Heic(gray, "-q", "95")).Rgb.FurthestFrom(gray.WithBands(3)), 0, 8);
    }

    [Theory]
    [InlineData(12, 13, PictureNote.ColorConverted)]
    [InlineData(9, 16, PictureNote.ToneMapped)]
    [InlineData(9, 18, PictureNote.ToneMapped)]
    public void Colours_told_by_code_points_are_converted(byte primaries, byte transfer, PictureNote note)
    {
        var boxes = new HeifFileWriter();
        boxes.AddPicture(Shown, HeifFileWriter.Colours(primaries, transfer));
        var file = boxes.Write("heic", "mif1");
        var samples = Picture.Decode(file, colourManaged: false).Rgb;

        using var read = Engine.Decoder.Decode(file);

        Assert.Equal([note], read.Notes);
        var converted = Picture.Decode(PngChunks.Insert(samples.Png(), "cICP", [primaries, transfer, 0, 1])).Rgb;
        Assert.Equal(converted.Bytes, Picture.Of(read.Bgr).Bytes);
        Assert.InRange(samples.FurthestFrom(converted), 10, 255);
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
        var file = Encoders.Heic(wide, "-q", "95", "-p", "chroma=444");

        Assert.InRange(Picture.Decode(file).Rgb.FurthestFrom(picture), 0, 9);
        Assert.InRange(Picture.Decode(file, colourManaged: false).Rgb.FurthestFrom(picture), 10,
            255); // the profile changes something
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_rotation_is_applied_once(int quarters)
    {
        var picture = Picture.Of(Tile * 2, Tile, 3, (x, y, band) => Shown[x % Tile, y, band] / (1 + (x / Tile)));
        var file = new HeifFileWriter();
        file.AddPicture(picture, HeifFileWriter.Rotation(quarters));

        var expected = Enumerable.Range(0, quarters).Aggregate(picture, (turned, _) => Anticlockwise(turned));
        AssertShows(expected, file.Write("heic", "mif1"));
    }

    [Fact]
    public void A_mirroring_is_applied()
    {
        var file = new HeifFileWriter();
        file.AddPicture(Shown, HeifFileWriter.Mirror(1));

        AssertShows(Picture.Of(Tile, Tile, 3, (x, y, band) => Shown[Tile - 1 - x, y, band]), file.Write("heic", "mif1"));
    }

    [Fact]
    public void The_orientation_in_EXIF_is_not_applied_again()
    {
        var file = Encoders.Heic(
            Shown.Save(image =>
            {
                using var tagged = image.Mutate(m => m.Set(GValue.GIntType, "orientation", 6));
                return tagged.JpegsaveBuffer(q: 100, subsampleMode: Enums.ForeignSubsample.Off);
            }),
            "-q", "95", "-p", "chroma=444");
        Assert.True(file.AsSpan().IndexOf("Exif"u8) > 0);

        Assert.InRange(Picture.Decode(file).Rgb.FurthestFrom(Shown), 0, 8);
    }

    [Fact]
    public void Tiles_are_put_together_cut_and_turned()
    {
        var whole = Picture.Of(Tile * 2, Tile * 2, 3, (x, y, band) =>
            Shown[x % Tile, y % Tile, band] / (1 + (x / Tile) + (y / Tile)));
        var file = new HeifFileWriter();
        var tiles = Enumerable.Range(0, 4)
            .Select(i => file.AddPicture(Picture.Of(Tile, Tile, 3, (x, y, band) =>
                whole[x + (i % 2 * Tile), y + (i / 2 * Tile), band])))
            .ToArray();
        file.Primary = file.AddGrid(columns: 2, rows: 2, 120, 100, tiles, HeifFileWriter.Rotation(1));

        AssertShows(Anticlockwise(Picture.Of(120, 100, 3, (x, y, band) => whole[x, y, band])),
            file.Write("heic", "mif1", "miaf"));
    }

    [Theory]
    [InlineData("urn:com:apple:photo:2020:aux:hdrgainmap")]
    [InlineData("urn:com:apple:photo:2018:aux:portraiteffectsmatte")]
    [InlineData("urn:mpeg:hevc:2015:auxid:2")] // depth
    public void What_belongs_to_the_picture_and_is_not_it_stays_inside(string kind)
    {
        var file = new HeifFileWriter();
        file.Refer("auxl", file.AddPicture(Hidden, HeifFileWriter.Auxiliary(kind)), 2);
        file.Primary = file.AddPicture(Shown);

        AssertShows(Shown, file.Write("heic", "mif1"));
    }

    [Fact]
    public void Only_the_primary_picture_of_several_and_no_thumbnail_comes_out()
    {
        var file = new HeifFileWriter();
        file.AddPicture(Hidden);
        file.Primary = file.AddPicture(Shown);
        file.AddPicture(Hidden);
        file.Refer("thmb", 1, 2);

        AssertShows(Shown, file.Write("heic", "mif1"));
    }

    [Fact]
    public void A_picture_with_a_tone_map_is_read_without_it()
    {
        var file = new HeifFileWriter();
        file.AddPicture(Shown);
        file.AddPicture(Hidden);
        file.Refer("dimg", file.Add("tmap", new byte[64]), 1, 2);

        AssertShows(Shown, file.Write("heic", "mif1", "MiHE", "MiPr", "miaf", "MiHB", "heic", "tmap"));
    }

    [Theory]
    [InlineData("msf1", "heic")]
    [InlineData("hevc", "msf1")]
    [InlineData("heic", "hevc")]
    public void A_sequence_is_refused(params string[] brands)
    {
        var file = new HeifFileWriter();
        file.AddPicture(Shown);

        Refusal.Of(FaceDeidError.AnimatedImage, () => Engine.Decoder.Decode(file.Write(brands)).Dispose());
    }

    private static void AssertShows(Picture expected, byte[] file)
    {
        var (rgb, alpha) = Picture.Decode(file);

        Assert.Null(alpha);
        Assert.InRange(rgb.FurthestFrom(expected), 0, 1);
        Assert.Equal(new ImageSize(expected.Width, expected.Height), Engine.Decoder.Inspect(file).Size);
    }

    private static Picture Anticlockwise(Picture picture) =>
        Picture.Of(picture.Height, picture.Width, 3, (x, y, band) => picture[picture.Width - 1 - y, x, band]);
}
