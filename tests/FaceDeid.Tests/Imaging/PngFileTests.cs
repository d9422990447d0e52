using System.Buffers.Binary;
using FaceDeid.Imaging.Formats;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>What chunks say of colours, and which never reach a decoder.</summary>
public sealed class PngFileTests
{
    private static readonly Picture Gray = Picture.Of(64, 16, 1, (x, _, _) => x * 4);
    private static readonly Picture Strong = Picture.Of(32, 32, 3, (_, _, band) => band == 0 ? 202 : band == 1 ? 54 : 44);

    [Fact]
    public void Code_points_of_Display_P3_are_converted()
    {
        var file = PngChunks.Insert(Strong.Png(), "cICP", [12, 13, 0, 1]);

        using var read = Engine.Decoder.Decode(file);
        var rgb = Picture.Of(read.Bgr);

        Assert.InRange(rgb[9, 9, 0], 214, 226);
        Assert.InRange(rgb[9, 9, 1], 24, 36);
        Assert.Equal([PictureNote.ColorConverted], read.Notes);
        Assert.Equal(Strong.Bytes, Picture.Decode(file, colourManaged: false).Rgb.Bytes);
    }

    [Fact]
    public void Chromaticities_of_Display_P3_are_converted_likewise()
    {
        int[] p3 = [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000];
        var content = new byte[32];
        foreach (var (i, value) in p3.Index())
            BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4 * i), value);
        var byCodePoints = Picture.Decode(PngChunks.Insert(Strong.Png(), "cICP", [12, 13, 0, 1])).Rgb;

        Assert.Equal(byCodePoints.Bytes, Picture.Decode(PngChunks.Insert(Strong.Png(), "cHRM", content)).Rgb.Bytes);
        content.AsSpan(8, 24).Clear(); // impossible ones say nothing
        Assert.Equal(Strong.Bytes, Picture.Decode(PngChunks.Insert(Strong.Png(), "cHRM", content)).Rgb.Bytes);
    }

    [Theory]
    [InlineData(45455, 100, 100)] // sRGB's, near enough
    [InlineData(100000, 100, 168)] // linear light
    [InlineData(0, 100, 100)]
    public void A_gamma_that_is_not_that_of_sRGB_is_converted(int gamma, byte sample, byte expected)
    {
        var content = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(content, gamma);
        var file = PngChunks.Insert(Gray.Png(), "gAMA", content);

        Assert.InRange(Picture.Decode(file).Rgb[sample / 4, 3, 0], expected - 2, expected + 2);
        Assert.Equal(Gray.WithBands(3).Bytes, Picture.Decode(PngChunks.Insert(file, "sRGB", [0])).Rgb.Bytes); // which says more
    }

    [Fact]
    public void Texts_and_what_follows_the_end_are_left_behind()
    {
        var plain = PngFile.Read(Strong.Png()).Essence;
        byte[] file =
        [
            .. PngChunks.Insert(PngChunks.Insert(plain, "zTXt", new byte[5000]), "prVt", Refusal.MarkerBytes),
            .. Refusal.MarkerBytes,
        ];

        Assert.Equal(plain, PngFile.Read(file).Essence);
        Assert.Equal(Strong.Bytes, Picture.Decode(plain[..^12]).Rgb.Bytes); // only its end is missing
        Refusal.Of(FaceDeidError.CorruptImage, () => Engine.Decoder.Decode(PngChunks.Insert(plain, "CRIt", [1])).Dispose());
    }

    [Fact]
    public void One_frame_is_a_still_picture_and_Apples_own_kind_is_not_called_damaged()
    {
        Assert.Equal(Strong.Bytes, Picture.Decode(PngChunks.Insert(Strong.Png(), "acTL", [0, 0, 0, 1, 0, 0, 0, 0])).Rgb.Bytes);
        Refusal.Of(
            FaceDeidError.AnimatedImage, () => Engine.Decoder.Inspect(PngChunks.Insert(Strong.Png(), "fdAT", new byte[9])));
        Refusal.Of(
            FaceDeidError.UnsupportedFormat, "Apple",
            () => Engine.Decoder.Inspect(PngChunks.Insert(Strong.Png(), "CgBI", new byte[4])));
    }
}
