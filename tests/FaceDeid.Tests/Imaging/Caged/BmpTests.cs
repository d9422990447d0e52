using FaceDeid.Imaging.Formats;
using Xunit;

namespace FaceDeid.Tests.Imaging.Caged;

/// <summary>Every kind of BMP that is written today, and those of old.</summary>
public sealed class BmpTests
{
    private static readonly Picture Colours = Picture.Of(21, 10, 3, (x, y, band) => (x * 12) + (band * 5) - (y * 3 % 7) & 255);

    private static uint Bgr(int x, int y) => Colours[x, y, 2] | ((uint)Colours[x, y, 1] << 8) | ((uint)Colours[x, y, 0] << 16);

    [Theory]
    [InlineData(12, 24, false)]
    [InlineData(40, 24, false)]
    [InlineData(40, 24, true)]
    [InlineData(40, 32, false)]
    [InlineData(64, 24, false)]
    [InlineData(108, 24, false)]
    [InlineData(124, 24, true)]
    public void Rows_of_24_and_32_bits_are_read_under_every_header(int header, int bits, bool topDown)
    {
        var rows = BmpFile.Rows(Colours, bits, Bgr, topDown);
        var file = BmpFile.Write(header, Colours.Width, topDown ? -Colours.Height : Colours.Height, bits, rows);

        AssertDecodes(Colours, file);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void Palettes_are_read(int bits)
    {
        byte[] palette = [.. Enumerable.Range(0, 1 << bits).SelectMany(i =>
            new[] { (byte)(i * 3), (byte)(250 - i), (byte)(i * 7 % 256), (byte)0 })];
        int Index(int x, int y) => ((x * 5) + y) % (1 << bits);
        var expected = Picture.Of(21, 10, 3, (x, y, band) => palette[(Index(x, y) * 4) + 2 - band]);

        AssertDecodes(expected, BmpFile.Write(40, 21, 10, bits, BmpFile.Rows(expected, bits, (x, y) => (uint)Index(x, y)),
            palette));
    }

    [Theory]
    [InlineData(40, 0u, new uint[0])] // 5 bits each
    [InlineData(40, BmpFile.Masks, new uint[] { 0x7C00, 0x3E0, 0x1F })]
    [InlineData(56, BmpFile.Masks, new uint[] { 0x7C00, 0x3E0, 0x1F })]
    public void Rows_of_16_bits_are_read_through_their_masks(int header, uint compression, uint[] masks)
    {
        var expected = Picture.Of(21, 10, 3, (x, y, band) => (int)Math.Round((Colours[x, y, band] >> 3) * 255 / 31.0));
        var rows = BmpFile.Rows(expected, 16, (x, y) =>
            ((uint)Colours[x, y, 0] >> 3 << 10) | ((uint)Colours[x, y, 1] >> 3 << 5) | ((uint)Colours[x, y, 2] >> 3));

        AssertDecodes(expected, BmpFile.Write(header, 21, 10, 16, rows, compression: compression, masks: masks), tolerance: 1);
    }

    [Theory]
    [InlineData(108)]
    [InlineData(124)]
    [InlineData(56)]
    public void An_alpha_mask_gives_alpha(int header)
    {
        uint[] masks = [0xFF0000, 0xFF00, 0xFF, 0xFF000000];
        var rows = BmpFile.Rows(Colours, 32, (x, y) => Bgr(x, y) | ((uint)(x * 12) << 24));
        var file = BmpFile.Write(header, 21, 10, 32, rows, compression: BmpFile.Masks, masks: masks);

        var (rgb, alpha) = Picture.Decode(file);

        Assert.True(Engine.Decoder.Inspect(file).HasAlpha);
        Assert.Equal(Colours.Bytes, rgb.Bytes);
        Assert.Equal(Picture.Of(21, 10, 1, (x, _, _) => x * 12).Bytes, alpha!.Bytes);
    }

    [Fact]
    public void A_fourth_byte_without_an_alpha_mask_means_nothing() =>
        AssertDecodes(Colours, BmpFile.Write(40, 21, 10, 32,
            BmpFile.Rows(Colours, 32, (x, y) => Bgr(x, y) | ((uint)(x * 12) << 24))));

    [Fact]
    public void Run_lengths_are_read_and_cannot_write_beyond_the_picture()
    {
        byte[] palette = [.. Enumerable.Range(0, 256).SelectMany(i => new[] { (byte)i, (byte)i, (byte)i, (byte)0 })];
        var expected = Picture.Of(21, 10, 3, (x, y, _) => x < 12 ? 10 * y : 200);
        byte[] rows = [.. Enumerable.Range(0, 10).Reverse().SelectMany(y => new byte[] { 12, (byte)(10 * y), 9, 200, 0, 0 }),
            0, 1];
        byte[] beyond = [.. Enumerable.Repeat((byte)255, 2_000), 0, 1];

        AssertDecodes(expected, BmpFile.Write(40, 21, 10, 8, rows, palette, BmpFile.Rle8));
        Assert.Equal(21 * 10 * 3, Picture.Decode(BmpFile.Write(40, 21, 10, 8, beyond, palette, BmpFile.Rle8)).Rgb.Bytes.Length);
    }

    [Theory]
    [InlineData(int.MaxValue, 1)]
    [InlineData(30_000, 30_000)]
    [InlineData(1, -30_000)]
    public void Too_many_pixels_are_refused_by_the_header(int width, int height) =>
        Refusal.Of(FaceDeidError.TooManyPixels, $"{width} x {Math.Abs(height)}", () =>
            Engine.Decoder.Inspect(BmpFile.Write(40, width, height, 24, [])));

    [Theory]
    [InlineData(0, 10, 24)]
    [InlineData(-5, 10, 24)]
    [InlineData(10, 0, 24)]
    [InlineData(10, int.MinValue, 24)]
    [InlineData(5900, 5900, 24)] // rows that are not there
    [InlineData(5900, 5900, 1)]
    public void Claims_that_nothing_backs_are_damage(int width, int height, int bits) =>
        Refusal.Of(FaceDeidError.CorruptImage, () =>
            Engine.Decoder.Decode(BmpFile.Write(40, width, height, bits, [1, 2, 3, 4], [0, 0, 0, 0, 9, 9, 9, 0])).Dispose());

    [Theory]
    [InlineData(4u)] // JPEG
    [InlineData(5u)] // PNG
    public void Other_formats_inside_are_not_read(uint compression) =>
        Refusal.Of(FaceDeidError.UnsupportedFormat, () =>
            Engine.Decoder.Inspect(BmpFile.Write(40, 21, 10, 24, [], compression: compression)));

    private static void AssertDecodes(Picture expected, byte[] file, int tolerance = 0)
    {
        var (rgb, alpha) = Picture.Decode(file);

        Assert.Equal(
            new ImageHeader(ImageFormat.Bmp, new ImageSize(expected.Width, expected.Height), 1, HasAlpha: false)
            {
                BytesPerPixel = 11,
            },
            Engine.Decoder.Inspect(file));
        Assert.InRange(rgb.FurthestFrom(expected), 0, tolerance);
        Assert.Null(alpha);
    }
}
