using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using FaceDeid.TestData;
using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>The quick way to a JPEG's pixels, beside libvips: the same pixels, and nothing that libvips would refuse.</summary>
public sealed class TurboJpegTests
{
    // highgui's IMWRITE_JPEG_SAMPLING_FACTOR, and its values
    private const ImwriteFlags Sampling = (ImwriteFlags)7;

    public static TheoryData<int> Samplings => [0x411111, 0x221111, 0x211111, 0x121111, 0x111111];

    [Theory]
    [MemberData(nameof(Samplings))]
    public void Pixels_equal_those_of_libvips_to_the_last_bit(int sampling)
    {
        // Sizes that fill no block, no pair of samples, and none of what the processor takes at once.
        foreach (var (width, height) in new[] { (1, 1), (3, 2), (8, 8), (17, 33), (64, 48), (131, 97), (258, 60) })
        {
            foreach (var (progressive, restarts, quality) in new[] { (0, 0, 95), (1, 0, 50), (0, 3, 100), (1, 2, 7) })
            {
                using var pixels = Noisy(width, height).ToMat();
                Cv2.ImEncode(
                    ".jpg", pixels, out var file, new(Sampling, sampling), new(ImwriteFlags.JpegProgressive, progressive),
                    new(ImwriteFlags.JpegRstInterval, restarts), new(ImwriteFlags.JpegQuality, quality));

                AssertSame(file);
            }
        }
    }

    [Fact]
    public void Gray_becomes_three_equal_channels()
    {
        var file = Noisy(37, 23).Band(0).Save(image => image.JpegsaveBuffer());

        AssertSame(file);
    }

    [Fact]
    public void Photos_are_read_in_this_way()
    {
        foreach (var path in Directory.EnumerateFiles(
            Path.GetDirectoryName(TestFiles.Example("faces/2008_001009.jpg"))!, "*.jpg"))
            AssertSame(File.ReadAllBytes(path));
    }

    [Fact]
    public void What_it_reads_of_damaged_files_libvips_reads_likewise()
    {
        var whole = Noisy(96, 64).Save(image => image.JpegsaveBuffer());
        var random = new Random(11);
        var (read, refused) = (0, 0);
        for (var round = 0; round < 3000; round++)
        {
            var damaged = whole.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                damaged[random.Next(round % 2 == 0 ? 650 : damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (TryDecode(damaged) is not { } pixels)
            {
                refused++;
                continue;
            }

            using var strict = Image.NewFromBuffer(damaged, failOn: Enums.FailOn.Warning);
            var expected = new Picture(strict.Width, strict.Height, strict.Bands, strict.WriteToMemory<byte>());
            Assert.Equal(expected.WithBands(3).Bytes, pixels.Bytes);
            read++;
        }

        Assert.InRange(read, 100, 2900);
        Assert.Equal(3000, read + refused);
    }

    [Fact]
    public void The_header_of_a_plain_file_is_as_libvips_reads_it()
    {
        var whole = Noisy(96, 64).Save(image => image.JpegsaveBuffer(keep: Enums.ForeignKeep.None));
        var random = new Random(12);
        var (plain, others) = (0, 0);
        for (var round = 0; round < 3000; round++)
        {
            var damaged = whole.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                damaged[random.Next(650)] ^= (byte)(1 << random.Next(8));
            if (TryReadPlain(damaged) is not (var essence, var size))
            {
                others++;
                continue;
            }

            using var header = Image.JpegloadBuffer(essence);
            Assert.Equal(size, new ImageSize(header.Width, header.Height));
            Assert.InRange(header.Bands, 1, 3);
            foreach (var field in new[] { "orientation", "icc-profile-data", "interlaced" })
                Assert.False(header.Contains(field));
            plain++;
        }

        Assert.InRange(plain, 100, 2900);
        Assert.Equal(3000, plain + others);

        static (byte[] Essence, ImageSize Size)? TryReadPlain(byte[] file)
        {
            try
            {
                return JpegFile.Read(file) is (var essence, { } size) && TurboJpeg.IsWhole(essence, size)
                    ? (essence, size)
                    : null;
            }
            catch (FaceDeidException)
            {
                return null; // of a kind that is not read
            }
        }
    }

    [Fact]
    public void What_turns_or_colours_a_picture_or_takes_more_memory_is_not_plain()
    {
        var picture = Noisy(40, 30);
        AssertPlain(isPlain: true, picture.Save(image => image.JpegsaveBuffer(keep: Enums.ForeignKeep.None)));
        AssertPlain(isPlain: true, picture.Band(0).Save(image => image.JpegsaveBuffer(keep: Enums.ForeignKeep.None)));

        AssertPlain(
            isPlain: false, picture.Save(image => image.JpegsaveBuffer(interlace: true, keep: Enums.ForeignKeep.None)));
        AssertPlain(isPlain: false, picture.Save(image => Tagged(image, m => m.Set(GValue.GIntType, "orientation", 6))));
        AssertPlain(isPlain: false, picture.Save(image =>
            Tagged(image, m => m.Set(GValue.BlobType, "icc-profile-data", Image.ProfileLoad("srgb")), Enums.ForeignKeep.Icc)));
        using var raw = Image.NewFromMemory(new byte[40 * 30 * 4], 40, 30, 4, Enums.BandFormat.Uchar);
        using var cmyk = raw.Copy(interpretation: Enums.Interpretation.Cmyk);
        AssertPlain(isPlain: false, cmyk.JpegsaveBuffer(keep: Enums.ForeignKeep.None));

        static void AssertPlain(bool isPlain, byte[] file)
        {
            Assert.Equal(isPlain ? new ImageSize(40, 30) : null, JpegFile.Read(file).Plain);
            using var opened = Engine.Decoder.Open(file);
            Assert.Equal(isPlain, opened.Image is null);
        }

        static byte[] Tagged(Image image, Action<MutableImage> tag, Enums.ForeignKeep keep = Enums.ForeignKeep.Exif)
        {
            using var tagged = image.Mutate(tag);
            return tagged.JpegsaveBuffer(keep: keep);
        }
    }

    [Fact]
    public void Pixels_of_another_kind_or_size_are_not_filled()
    {
        var picture = Noisy(40, 30);
        using var raw = Image.NewFromMemory(new byte[40 * 30 * 4], 40, 30, 4, Enums.BandFormat.Uchar);
        using var cmyk = raw.Copy(interpretation: Enums.Interpretation.Cmyk);
        var file = picture.Save(image => image.JpegsaveBuffer());

        Assert.Null(TryDecode(cmyk.JpegsaveBuffer()));
        Assert.Null(TryDecode(picture.Png()));
        using var narrower = new Mat(30, 39, MatType.CV_8UC3);
        Assert.Equal(DecodedJpeg.Nothing, TurboJpeg.Decode(file, narrower));
        using var lower = new Mat(29, 40, MatType.CV_8UC3);
        Assert.Equal(DecodedJpeg.Nothing, TurboJpeg.Decode(file, lower));
    }

    /// <summary>Both ways, and the decoder that chooses between them.</summary>
    private static void AssertSame(byte[] file)
    {
        var expected = Picture.Raw(file).WithBands(3);
        Assert.Equal(expected.Bytes, TryDecode(file)!.Bytes);
        Assert.Equal(expected.Bytes, Picture.Decode(file).Rgb.Bytes);
    }

    private static Picture? TryDecode(byte[] file)
    {
        var (width, height) = SizeOf(file);
        using var pixels = new Mat(height, width, MatType.CV_8UC3);
        return TurboJpeg.Decode(file, pixels) == DecodedJpeg.Whole ? Picture.Of(pixels) : null;
    }

    private static (int Width, int Height) SizeOf(byte[] file)
    {
        try
        {
            using var header = Image.NewFromBuffer(file);
            return (header.Width, header.Height);
        }
        catch (VipsException)
        {
            return (1, 1);
        }
    }

    // Steps between neighbours are large and of every size, so that no way to spread or round colours gives the same.
    private static Picture Noisy(int width, int height)
    {
        var random = new Random((width * 1000) + height);
        return Picture.Of(width, height, 3, (x, y, band) => ((x * 5) + (y * 3) + (band * 40) + random.Next(90)) % 256);
    }
}
