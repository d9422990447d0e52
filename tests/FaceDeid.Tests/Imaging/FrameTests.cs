using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>Only one frame would be de-identified, so a file with several is refused by name.</summary>
public sealed class FrameTests
{
    private static readonly Picture TwoFrames = Picture.Patches(columns: 3, rows: 4);

    [Fact]
    public void An_animated_GIF_or_WebP_is_refused()
    {
        AssertAnimated(Pages(image => image.GifsaveBuffer()));
        AssertAnimated(Pages(image => image.WebpsaveBuffer()));
    }

    [Fact]
    public void An_animated_PNG_is_refused()
    {
        byte[] twoFramesForever = [0, 0, 0, 2, 0, 0, 0, 0];
        var still = TwoFrames.Png();

        AssertAnimated(PngChunks.Insert(still, "acTL", twoFramesForever));
        Assert.Equal(TwoFrames.Bytes, Picture.Decode(PngChunks.Insert(still, "tEXt", "Title\0face"u8)).Rgb.Bytes);
    }

    [Fact]
    public void An_AVIF_sequence_is_refused()
    {
        var file = TwoFrames.Save(image => image.HeifsaveBuffer(compression: Enums.ForeignHeifCompression.Av1));
        Assert.True(file.AsSpan(4, 8).SequenceEqual("ftypavif"u8));

        "avis"u8.CopyTo(file.AsSpan(8));

        AssertAnimated(file);
    }

    [Fact]
    public void A_TIFF_with_several_pages_is_refused() =>
        Refusal.Of(FaceDeidError.MultiPageImage, "2 pages", () => Engine.Decoder.Inspect(Pages(image => image.TiffsaveBuffer())));

    [Fact]
    public void A_still_WebP_or_TIFF_is_one_page()
    {
        Engine.Decoder.Inspect(TwoFrames.Save(image => image.WebpsaveBuffer()));
        Engine.Decoder.Inspect(TwoFrames.Save(image => image.TiffsaveBuffer()));
    }

    private static void AssertAnimated(byte[] file)
    {
        Refusal.Of(FaceDeidError.AnimatedImage, () => Engine.Decoder.Inspect(file));
        Refusal.Of(FaceDeidError.AnimatedImage, () => Engine.Decoder.Decode(file).Dispose());
    }

    private static byte[] Pages(Func<Image, byte[]> save) => TwoFrames.Save(image =>
    {
        using var pages = image.Mutate(m => m.Set(GValue.GIntType, "page-height", TwoFrames.Height / 2));
        return save(pages);
    });
}
