using FaceDeid.Imaging;
using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Imaging;

public sealed class ImageEncoderTests
{
    public static TheoryData<ImageFormat> Written => [ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void PNG_is_lossless(int bands)
    {
        var picture = Picture.Patches(bands: bands);

        Assert.Equal(picture.Bytes, Picture.Raw(Encode(picture, new ImageOutput(ImageFormat.Png))).Bytes);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void Quality_trades_size_for_likeness(ImageFormat format)
    {
        var random = new Random(2);
        var picture = Picture.Of(128, 128, 3, (x, y, band) => ((x + y + (band * 20)) / 2) + random.Next(40));
        var small = Encode(picture, new ImageOutput(format, Quality: 10));
        var large = Encode(picture, new ImageOutput(format, Quality: 95));

        Assert.True(small.Length * 2 < large.Length);
        Assert.True(MeanDifference(large) < 0.8 * MeanDifference(small));

        double MeanDifference(byte[] file) => Picture.Raw(file).Bytes.Zip(picture.Bytes, (a, b) => Math.Abs(a - b)).Average();
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void A_written_file_is_of_the_format_asked_for_and_reads_back(ImageFormat format)
    {
        // No edges, at which WebP and JPEG blur colours.
        var picture = Picture.Of(80, 48, 3, (x, y, band) => x + (2 * y) + (band * 20));
        var file = Encode(picture, new ImageOutput(format, Quality: 100));

        Assert.Equal(format, Engine.Decoder.Inspect(file).Format);
        Assert.InRange(Picture.Decode(file).Rgb.FurthestFrom(picture), 0, format == ImageFormat.Png ? 0 : 8);
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void No_output_holds_metadata(ImageFormat format)
    {
        var file = Encode(Picture.Patches(), new ImageOutput(format));

        using var image = Image.NewFromBuffer(file);

        Assert.DoesNotContain(image.GetFields(), IsMetadata);
        foreach (var trace in new[] { "Exif", "eXIf", "EXIF", "xmp", "XMP ", "ICC", "iCCP", "Photoshop", "tEXt", "iTXt", "tIME" })
            Assert.Equal(-1, file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(trace)));
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void Metadata_of_the_input_does_not_survive(ImageFormat format)
    {
        var input = Picture.Patches().Save(image =>
        {
            using var tagged = image.Mutate(m =>
            {
                m.Set(GValue.GStrType, "exif-ifd0-Artist", $"{Refusal.Marker} (name, ASCII, 4 components, 4 bytes)");
                m.Set(GValue.BlobType, "xmp-data", Refusal.MarkerBytes.ToArray());
                m.Set(GValue.BlobType, "icc-profile-data", Image.ProfileLoad("srgb"));
            });
            return tagged.JpegsaveBuffer();
        });
        using (var before = Image.NewFromBuffer(input))
            Assert.Equal(3, before.GetFields().Count(field => field is "exif-data" or "xmp-data" or "icc-profile-data"));

        using var decoded = Engine.Decoder.Decode(input);
        var output = ImageEncoder.Encode(decoded.Bgr, decoded.Alpha, new ImageOutput(format));

        using var after = Image.NewFromBuffer(output);
        Assert.DoesNotContain(after.GetFields(), IsMetadata);
        Assert.Equal(-1, output.AsSpan().IndexOf(Refusal.MarkerBytes));
    }

    [Fact]
    public void Colours_under_full_transparency_are_written_as_black()
    {
        var picture = Picture.Of(32, 32, 4, (x, y, band) => band == 3 ? (x < 16 ? 0 : 1 + y) : 77 + band);

        var written = Picture.Raw(Encode(picture, new ImageOutput(ImageFormat.Png)));

        Assert.Equal(Picture.Of(32, 32, 4, (x, y, band) => x < 16 ? 0 : picture[x, y, band]).Bytes, written.Bytes);
    }

    [Fact]
    public void WebP_keeps_alpha_and_shows_nothing_under_full_transparency()
    {
        var picture = Picture.Of(32, 32, 4, (x, _, band) => band == 3 ? (x < 16 ? 0 : 255) : 200);

        var written = Picture.Raw(Encode(picture, new ImageOutput(ImageFormat.Webp)));

        Assert.Equal(picture.Band(3).Bytes, written.Band(3).Bytes);
        Assert.InRange(written.Bytes.Where((_, i) => i % 4 < 3 && i / 4 % 32 < 8).Max(), 0, 20);
    }

    [Fact]
    public void JPEG_shows_a_transparent_picture_on_white()
    {
        var picture = Picture.Of(48, 16, 4, (x, _, band) => band == 3 ? x / 16 * 127 : 100);

        var written = Picture.Raw(Encode(picture, new ImageOutput(ImageFormat.Jpeg, Quality: 100)));

        Assert.Equal(3, written.Bands);
        Assert.InRange(written[4, 8, 0], 253, 255); // alpha 0
        Assert.InRange(written[24, 8, 1], 175, 181); // alpha 127: 100 * 0.498 + 255 * 0.502
        Assert.InRange(written[44, 8, 2], 98, 103); // alpha 254
    }

    [Theory]
    [InlineData(16_384, 1)]
    [InlineData(1, 16_384)]
    public void WebP_beyond_its_largest_side_is_refused_with_a_way_out(int width, int height)
    {
        var picture = Picture.Of(width, height, 3, (_, _, _) => 0);

        Refusal.Of(FaceDeidError.InvalidOption, "png or jpeg", () => Encode(picture, new ImageOutput(ImageFormat.Webp)));
        Assert.NotEmpty(Encode(picture, new ImageOutput(ImageFormat.Jpeg)));
    }

    [Fact]
    public void WebP_of_its_largest_side_is_written() =>
        Assert.NotEmpty(Encode(Picture.Of(16_383, 1, 3, (_, _, _) => 0), new ImageOutput(ImageFormat.Webp)));

    [Theory]
    [InlineData(ImageFormat.Tiff)]
    [InlineData(ImageFormat.Avif)]
    public void Formats_that_are_only_read_are_refused(ImageFormat format) =>
        Refusal.Of(FaceDeidError.InvalidOption, () => Encode(Picture.Patches(), new ImageOutput(format)));

    [Fact]
    public void Rows_that_do_not_touch_are_written_right()
    {
        var picture = Picture.Patches();
        using var whole = picture.ToMat();
        using var part = new Mat(whole, new Rect(8, 8, 40, 24));

        var written = Picture.Raw(ImageEncoder.Encode(part, alpha: null, new ImageOutput(ImageFormat.Png)));

        Assert.Equal(Picture.Of(40, 24, 3, (x, y, band) => picture[x + 8, y + 8, band]).Bytes, written.Bytes);
    }

    private static bool IsMetadata(string field) =>
        field.StartsWith("exif", StringComparison.Ordinal) || field.StartsWith("xmp", StringComparison.Ordinal)
        || field.StartsWith("icc", StringComparison.Ordinal) || field.StartsWith("iptc", StringComparison.Ordinal)
        || field.StartsWith("png-comment", StringComparison.Ordinal) || field is "orientation" or "jpeg-thumbnail-data";

    private static byte[] Encode(Picture picture, ImageOutput output)
    {
        using var colours = picture.WithBands(picture.Bands == 1 ? 1 : 3).ToMat();
        using var alpha = picture.Bands == 4 ? picture.Band(3).ToMat() : null;
        return ImageEncoder.Encode(colours, alpha, output);
    }
}
