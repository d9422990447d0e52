using FaceDeid.TestData;
using FaceDeid.Tests.Imaging.Caged;
using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging;

public sealed class DamagedFileTests
{
    // Noise, so that the pixels fill most of each file and a cut always goes through them.
    private static readonly Picture Noise = Noisy();

    public static TheoryData<ImageFormat> Formats => [.. Enum.GetValues<ImageFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_that_ends_early_is_refused_and_never_decoded_in_part(ImageFormat format)
    {
        var whole = Save(format);
        Assert.Equal(Noise.Width, Picture.Decode(whole).Rgb.Width);

        foreach (var share in new[] { 0.2, 0.5, 0.8, 0.95 })
            Refusal.Of(FaceDeidError.CorruptImage, () => Engine.Decoder.Decode(whole[..(int)(whole.Length * share)]).Dispose());
    }

    [Fact]
    public void Every_beginning_of_a_JPEG_is_refused()
    {
        var whole = File.ReadAllBytes(TestFiles.Example("johns/John_Simm/000288_00470387.jpg"));

        for (var length = 0; length < whole.Length - 2; length += 61)
            Assert.Throws<FaceDeidException>(() => Engine.Decoder.Decode(whole[..length]).Dispose());
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Flipped_bytes_give_a_picture_or_a_refusal_and_nothing_else(ImageFormat format)
    {
        var whole = Save(format);
        var random = new Random(7);
        var (read, refused) = (0, 0);
        for (var round = 0; round < 150; round++)
        {
            var damaged = whole.ToArray();
            for (var flips = random.Next(1, 12); flips > 0; flips--)
                damaged[random.Next(round % 3 == 0 ? 200 : damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                using var picture = Engine.Decoder.Decode(damaged);
                Assert.False(picture.Bgr.Empty());
                read++;
            }
            catch (FaceDeidException e)
            {
                Refusal.Checked(e.Message);
                refused++;
            }
        }

        Assert.Equal(150, read + refused);
        Assert.NotEqual(0, refused);
    }

    [Fact]
    public void Nothing_and_garbage_are_no_picture()
    {
        Refusal.Of(FaceDeidError.UnsupportedFormat, () => Engine.Decoder.Inspect([]));
        Refusal.Of(FaceDeidError.UnsupportedFormat, () => Engine.Decoder.Inspect(Refusal.MarkerBytes.ToArray()));

        var random = new Random(3);
        for (var length = 1; length < 5000; length = (length * 2) + 1)
        {
            var garbage = new byte[length];
            random.NextBytes(garbage);
            Refusal.Of(FaceDeidError.UnsupportedFormat, () => Engine.Decoder.Inspect(garbage));
        }
    }

    [Theory]
    [InlineData("ffd8ffe000104a464946")]
    [InlineData("89504e470d0a1a0a")]
    [InlineData("5249464618000000574542505650382000000000")]
    [InlineData("49492a0008000000")]
    [InlineData("0000001c6674797061766966000000006d69663161766966")]
    public void A_right_beginning_with_a_text_behind_it_is_damage(string beginning)
    {
        byte[] file = [.. Convert.FromHexString(beginning), .. Refusal.MarkerBytes, .. Refusal.MarkerBytes];

        Refusal.Of(FaceDeidError.CorruptImage, () => Engine.Decoder.Inspect(file));
    }

    [Fact]
    public void SVG_and_PDF_are_not_read()
    {
        var svg = """<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>"""u8.ToArray();
        var pdf = "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj"u8.ToArray();
        const string advice = "Send a JPEG, PNG, WebP, TIFF, AVIF, HEIC, JPEG XL, BMP or GIF picture.";
        foreach (var file in new[] { svg, pdf })
            Refusal.Of(FaceDeidError.UnsupportedFormat, advice, () => Engine.Decoder.Inspect(file));
    }

    [Fact]
    public void A_text_inside_a_damaged_picture_is_not_repeated()
    {
        var file = PngChunks.Insert(Noise.Png(), "tEXt", [.. "Comment\0"u8, .. Refusal.MarkerBytes]);
        Assert.Equal(Noise.Bytes, Picture.Decode(file).Rgb.Bytes);

        Refusal.Of(FaceDeidError.CorruptImage, () => Engine.Decoder.Decode(file[..^2000]).Dispose());
    }

    private static Picture Noisy()
    {
        var random = new Random(1);
        return Picture.Of(96, 64, 3, (_, _, _) => random.Next(256));
    }

    private static byte[] Save(ImageFormat format) => Noise.Save(image => format switch
    {
        ImageFormat.Png => image.PngsaveBuffer(),
        ImageFormat.Jpeg => image.JpegsaveBuffer(),
        ImageFormat.Webp => image.WebpsaveBuffer(),
        ImageFormat.Tiff => image.TiffsaveBuffer(Enums.ForeignTiffCompression.Deflate),
        ImageFormat.Avif => image.HeifsaveBuffer(compression: Enums.ForeignHeifCompression.Av1),
        ImageFormat.Heic => Encoders.Heic(Noise),
        ImageFormat.Gif => image.GifsaveBuffer(),
        ImageFormat.Bmp => BmpFile.Write(40, Noise.Width, Noise.Height, 24, BmpFile.Rows(Noise, 24, (x, y) => Noise[x, y, 0])),
        ImageFormat.JpegXl => Encoders.JpegXl(Noise),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    });
}
