using FaceDeid.Imaging.Formats;
using Xunit;

namespace FaceDeid.Tests.Imaging.Caged;

/// <summary>A GIF of one frame comes out as a viewer shows it.</summary>
public sealed class GifTests
{
    private static readonly byte[] Indexes = [.. Enumerable.Range(0, 20 * 10).Select(i => (byte)(i % 90))];

    [Fact]
    public void The_colours_are_those_of_the_palette()
    {
        var file = GifFile.Write(20, 10, Frame(0, 0));

        var (rgb, alpha) = Picture.Decode(file);

        Assert.Equal(
            new ImageHeader(ImageFormat.Gif, new ImageSize(20, 10), 1, HasAlpha: false) { BytesPerPixel = 11 },
            Engine.Decoder.Inspect(file));
        Assert.Equal(Expected(20, 10, 0, 0).Bytes, rgb.Bytes);
        Assert.Null(alpha);
    }

    [Fact]
    public void A_GIF_that_libvips_wrote_is_read()
    {
        var picture = Picture.Patches();

        Assert.InRange(Picture.Decode(picture.Save(image => image.GifsaveBuffer(dither: 0))).Rgb.FurthestFrom(picture), 0, 8);
        Assert.InRange(Picture.Decode(picture.Save(image =>
            image.GifsaveBuffer(dither: 0, interlace: true))).Rgb.FurthestFrom(picture), 0, 8);
    }

    [Fact]
    public void The_transparent_index_is_transparent_and_keeps_its_colour()
    {
        var file = GifFile.Write(20, 10, Frame(0, 0) with { Transparent = 7 });

        var (rgb, alpha) = Picture.Decode(file);

        Assert.True(Engine.Decoder.Inspect(file).HasAlpha);
        Assert.Equal(Expected(20, 10, 0, 0).Bytes, rgb.Bytes);
        Assert.Equal(Indexes.Select(index => index == 7 ? byte.MinValue : byte.MaxValue), alpha!.Bytes);
    }

    [Theory]
    [InlineData(30, 25, 4, 6)]
    [InlineData(20, 10, 5, 3)] // stands out
    [InlineData(0, 0, 0, 0)]
    public void A_frame_lies_where_it_should_on_the_logical_screen(int width, int height, int left, int top)
    {
        var file = GifFile.Write(width, height, Frame(left, top));
        var (canvasWidth, canvasHeight) = (Math.Max(width, left + 20), Math.Max(height, top + 10));

        var (rgb, alpha) = Picture.Decode(file);

        Assert.Equal(new ImageSize(canvasWidth, canvasHeight), Engine.Decoder.Inspect(file).Size);
        Assert.Equal(Expected(canvasWidth, canvasHeight, left, top).Bytes, rgb.Bytes);
        Assert.Equal(left + top > 0, alpha is not null);
        if (alpha is not null)
            Assert.Equal(Picture.Of(canvasWidth, canvasHeight, 1, (x, y, _) => IsInside(x - left, y - top) ? 255 : 0).Bytes,
                alpha.Bytes);
    }

    [Fact]
    public void Several_frames_are_an_animation_and_none_is_damage()
    {
        Refusal.Of(FaceDeidError.AnimatedImage, () => Engine.Decoder.Inspect(GifFile.Write(20, 10, Frame(0, 0), Frame(0, 0))));
        Refusal.Of(FaceDeidError.AnimatedImage, () =>
            Engine.Decoder.Decode(GifFile.Write(20, 10, Frame(0, 0), Frame(0, 0))).Dispose());
        Refusal.Of(FaceDeidError.CorruptImage, () => Engine.Decoder.Inspect(GifFile.Write(20, 10)));
    }

    [Fact]
    public void Too_many_pixels_are_refused_by_the_header()
    {
        Refusal.Of(FaceDeidError.TooManyPixels, "65535 x 65535", () =>
            Engine.Decoder.Inspect(GifFile.Write(65535, 65535, Frame(0, 0))));
        Refusal.Of(FaceDeidError.TooManyPixels, () => Engine.Decoder.Inspect(GifFile.Write(20, 10, Frame(60_000, 0))));
        Refusal.Of(FaceDeidError.CorruptImage, () =>
            Engine.Decoder.Decode(GifFile.Write(20, 10, Frame(0, 0) with { Width = 6000, Height = 6000 })).Dispose());
    }

    private static GifFile.Frame Frame(int left, int top) => new(left, top, 20, 10, Indexes);

    private static bool IsInside(int x, int y) => x is >= 0 and < 20 && y is >= 0 and < 10;

    private static Picture Expected(int width, int height, int left, int top) => Picture.Of(width, height, 3, (x, y, band) =>
    {
        if (!IsInside(x - left, y - top))
            return 0;
        var (red, green, blue) = GifFile.Colour(Indexes[((y - top) * 20) + x - left]);
        return band switch { 0 => red, 1 => green, _ => blue };
    });
}
