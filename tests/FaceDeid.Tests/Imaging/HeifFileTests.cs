using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using FaceDeid.TestData;
using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>AVIF whose colours are told by code points, and AVIF made of tiles; written by libavif's avifenc.</summary>
public sealed class HeifFileTests
{
    private static readonly (byte R, byte G, byte B)[] Swatches =
    [
        (220, 30, 30), (30, 200, 40), (40, 60, 220), (230, 220, 40), (128, 128, 128), (20, 20, 20), (240, 240, 240),
        (200, 140, 110),
    ];

    private static readonly Picture Srgb = Picture.Of(64 * 4, 64 * 2, 3, (x, y, band) =>
    {
        var (r, g, b) = Swatches[(x / 64) + (y / 64 * 4)];
        return band switch { 0 => r, 1 => g, _ => b };
    });

    [Fact]
    public void Display_P3_by_code_points_becomes_sRGB()
    {
        var p3 = Srgb.Save(image =>
        {
            using var wide = image.IccTransform("p3", inputProfile: "srgb", depth: 16);
            using var bare = wide.Mutate(m => m.Remove("icc-profile-data"));
            return bare.PngsaveBuffer();
        });
        var file = Avif(p3, "--cicp", "12/13/0", "--depth", "10");
        Assert.Equal(new ImageSize(256, 128), HeifFile.Read(file)!.Size);

        using var read = Engine.Decoder.Decode(file);

        Assert.Equal([PictureNote.ColorConverted], read.Notes);
        AssertSwatches(read, within: 4);
        Assert.InRange(Picture.Decode(file, colourManaged: false).Rgb.FurthestFrom(Srgb), 15, 255);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(18)]
    public void A_picture_of_high_dynamic_range_without_highlights_keeps_its_tones(int transfer)
    {
        var file = Avif(Hdr(transfer, nitsOfWhite: 203), "--cicp", $"1/{transfer}/0", "--depth", "12");

        using var read = Engine.Decoder.Decode(file);

        Assert.Equal([PictureNote.ToneMapped], read.Notes);
        AssertSwatches(read, within: 6);
    }

    [Fact]
    public void Highlights_are_rolled_off_and_do_not_darken_the_rest()
    {
        var file = Avif(Hdr(transfer: 16, nitsOfWhite: 203, highlight: 4000), "--cicp", "1/16/0", "--depth", "12");

        using var read = Engine.Decoder.Decode(file);
        var rgb = Picture.Of(read.Bgr);

        Assert.InRange(rgb[32, 64 + 32, 0], 120, 136); // middle gray stays
        Assert.InRange(rgb[(64 * 2) + 32, 64 + 32, 0], 180, 246); // white gives way
        Assert.InRange(rgb[8, 8, 1], 250, 255); // to the highlight
    }

    [Fact]
    public void The_tiles_of_a_picture_are_no_pages()
    {
        var grid = Avif(Srgb.Png(), "--grid", "4x2");
        var visible = WithVisibleItems(grid);
        Assert.InRange(Field(visible, "n-pages"), 8, 9); // libvips counts what nobody hides
        Assert.Equal("av01", HeifFile.Read(visible)!.Coding);

        foreach (var file in new[] { grid, visible })
        {
            using var read = Engine.Decoder.Decode(file);
            AssertSwatches(read, within: 6);
        }
    }

    [Fact]
    public void Damaged_boxes_are_never_read_beyond_their_end()
    {
        var file = Avif(Srgb.Png(), "--grid", "4x2");
        var meta = file.AsSpan().IndexOf("mdat"u8);
        var random = new Random(5);
        for (var round = 0; round < 2000; round++)
        {
            byte[] damaged = [.. file[..(round % 2 == 0 ? meta : random.Next(16, meta))]];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            _ = HeifFile.Is(damaged) ? HeifFile.Read(damaged) : null;
        }
    }

    private static int Field(byte[] file, string name)
    {
        using var image = Image.NewFromBuffer(file);
        return (int)image.Get(name);
    }

    private static void AssertSwatches(UprightImage read, int within)
    {
        var rgb = Picture.Of(read.Bgr);
        for (var i = 0; i < Swatches.Length; i++)
        {
            for (var band = 0; band < 3; band++)
            {
                var (x, y) = (((i % 4) * 64) + 32, ((i / 4) * 64) + 32);
                Assert.InRange(rgb[x, y, band] - Srgb[x, y, band], -within, within);
            }
        }
    }

    /// <summary>
    /// The swatches in nits, by a transfer function of ITU-R BT.2100, as a PNG of 16 bits; a spark of light in the first.
    /// </summary>
    private static byte[] Hdr(int transfer, double nitsOfWhite, double highlight = 0)
    {
        var samples = new ushort[Srgb.Bytes.Length];
        for (var i = 0; i < samples.Length; i += 3)
        {
            var (x, y) = (i / 3 % Srgb.Width, i / 3 / Srgb.Width);
            var isSpark = highlight > 0 && x < 16 && y < 16;
            var nits = Enumerable.Range(i, 3)
                .Select(at => isSpark ? highlight : nitsOfWhite * ToLight(Srgb.Bytes[at] / 255.0)).ToArray();
            var luminance = (0.2627 * nits[0]) + (0.6780 * nits[1]) + (0.0593 * nits[2]);
            for (var band = 0; band < 3; band++)
                samples[i + band] = (ushort)Math.Round(65535 * (transfer == 16 ? Pq(nits[band]) : Hlg(nits[band], luminance)));
        }

        using var raw = Image.NewFromMemory(samples, Srgb.Width, Srgb.Height, 3, Enums.BandFormat.Ushort);
        using var image = raw.Copy(interpretation: Enums.Interpretation.Rgb16);
        return image.PngsaveBuffer();
    }

    private static double ToLight(double sample) => sample <= 0.04045 ? sample / 12.92 : Math.Pow((sample + 0.055) / 1.055, 2.4);

    private static double Pq(double nits)
    {
        var power = Math.Pow(nits / 10_000, 2610.0 / 16384);
        return Math.Pow((0.8359375 + (18.8515625 * power)) / (1 + (18.6875 * power)), 2523.0 / 4096 * 128);
    }

    /// <summary>For a display of 1,000 nits: first back through its system gamma of 1.2.</summary>
    private static double Hlg(double nits, double luminance)
    {
        if (luminance == 0)
            return 0;
        var scene = nits / 1000 * Math.Pow(luminance / 1000, (1 - 1.2) / 1.2);
        return scene <= 1.0 / 12 ? Math.Sqrt(3 * scene) : (0.17883277 * Math.Log((12 * scene) - 0.28466892)) + 0.55991073;
    }

    private static byte[] Avif(byte[] png, params string[] options) =>
        CommandLineEncoders.Avif(png, ["--yuv", "444", "--min", "0", "--max", "4", .. options]);

    /// <summary>The same file, which hides none of its items (the lowest flag of each <c>infe</c> box).</summary>
    private static byte[] WithVisibleItems(byte[] file)
    {
        byte[] visible = [.. file];
        for (var at = 0; visible.AsSpan(at).IndexOf("infe"u8) is >= 0 and var next; at += next + 4)
            visible[at + next + 7] = 0;
        return visible;
    }
}
