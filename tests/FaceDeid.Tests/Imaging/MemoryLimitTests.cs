using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using FaceDeid.Protection.Subjects;
using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>
/// A small file that claims many pixels takes no more memory than one may; what it does take: <c>PeakMemoryTests</c>.
/// </summary>
public sealed class MemoryLimitTests
{
    private const int Largest = 8944; // pixels a side: 80 megapixels

    private static readonly ImageDecoder Decoder = new(new ImageLimits(MaxMegapixels: 80, MaxSide: 20_000), Engine.Formats);

    private static readonly Dictionary<string, Func<Image, byte[]>> Kinds = new(StringComparer.Ordinal)
    {
        ["png"] = image => image.PngsaveBuffer(compression: 9, filter: Enums.ForeignPngFilter.None),
        ["interlaced png"] = image => image.PngsaveBuffer(compression: 9, filter: Enums.ForeignPngFilter.None, interlace: true),
        ["deep png"] = image => Deep(image).PngsaveBuffer(compression: 9, filter: Enums.ForeignPngFilter.None),
        ["interlaced deep png"] = image =>
            Deep(image).PngsaveBuffer(compression: 9, filter: Enums.ForeignPngFilter.None, interlace: true),
        ["png with opacity"] = image => image.Bandjoin(255).PngsaveBuffer(compression: 9, filter: Enums.ForeignPngFilter.None),
        ["png of another colour space"] = image => PngChunks.Insert(
            image.PngsaveBuffer(compression: 9, filter: Enums.ForeignPngFilter.None), "cICP", [9, 16, 0, 1]),
        ["deep png of another colour space"] = image => PngChunks.Insert(
            Deep(image).PngsaveBuffer(compression: 9, filter: Enums.ForeignPngFilter.None), "cICP", [9, 16, 0, 1]),
        ["jpeg"] = image => image.JpegsaveBuffer(q: 30, optimizeCoding: true),
        ["turned jpeg"] = image =>
            image.Mutate(m => m.Set(GValue.GIntType, "orientation", 6)).JpegsaveBuffer(q: 30, optimizeCoding: true),
        ["jpeg of several scans"] = image =>
            image.JpegsaveBuffer(q: 30, optimizeCoding: true, interlace: true, subsampleMode: Enums.ForeignSubsample.Off),
        ["jpeg in inks"] = image =>
            image.Bandjoin(0).Copy(interpretation: Enums.Interpretation.Cmyk).JpegsaveBuffer(q: 30, optimizeCoding: true),
        ["tiff"] = image => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate),
        ["webp"] = image => image.WebpsaveBuffer(q: 30, effort: 0),
    };

    /// <summary>Kinds, and how many bytes a pixel of theirs takes.</summary>
    public static TheoryData<string, int> Bytes => new()
    {
        { "png", 5 }, { "interlaced png", 6 }, { "deep png", 10 }, { "interlaced deep png", 16 }, { "png with opacity", 7 },
        { "png of another colour space", 10 }, { "deep png of another colour space", 13 },
        { "jpeg", 5 }, { "turned jpeg", 6 }, { "jpeg of several scans", 9 }, { "jpeg in inks", 7 }, { "tiff", 5 }, { "webp", 9 },
    };

    [Theory]
    [MemberData(nameof(Bytes))]
    public void A_small_file_may_have_so_many_pixels_as_its_kind_has_memory_for(string kind, int bytes)
    {
        var most = (int)Math.Sqrt(400e6 / bytes);
        Assert.Equal(new ImageSize(most, most), Decoder.Inspect(Flat(kind, most)).Size);
        if (most < Largest)
        {
            Refusal.Of(
                FaceDeidError.TooManyPixels, $"would take {80 * bytes} MB of memory", () => Decoder.Inspect(Flat(kind, Largest)));
        }
    }

    [Fact]
    public void A_photo_is_far_from_the_limit()
    {
        MemoryLimit.Check(8_000_000, new ImageSize(Largest, Largest), bytesPerPixel: 40); // a JPEG of 0.8 bits a pixel
        MemoryLimit.Check(1, new ImageSize(20_000, 1000), bytesPerPixel: 20);
        Refusal.Of(FaceDeidError.TooManyPixels, "would take 420 MB", () =>
            MemoryLimit.Check(1_000_000, new ImageSize(21_000, 1000), bytesPerPixel: 20));
        MemoryLimit.Check(1_050_000, new ImageSize(21_000, 1000), bytesPerPixel: 20);
    }

    [Fact]
    public void Contrast_is_stretched_where_there_is_room_for_a_second_picture()
    {
        Refusal.Of(FaceDeidError.TooManyPixels, "MB of memory", () => Decoder.Decode(Faint(7200)).Dispose());
        using var read = Decoder.Decode(Faint(2000));
        Assert.Equal([PictureNote.ContrastStretched], read.Notes);

        static byte[] Faint(int side)
        {
            using var noise = Image.Gaussnoise(64, 64, sigma: 8, mean: 128);
            using var faint = noise.Cast(Enums.BandFormat.Uchar).Replicate((side / 64) + 1, (side / 64) + 1);
            using var gray = faint.Copy(interpretation: Enums.Interpretation.Bw);
            return gray.PngsaveBuffer(compression: 9);
        }
    }

    [Theory]
    [InlineData(1000, false, false, true)]
    [InlineData(1000, true, false, true)]
    [InlineData(4500, false, false, true)]
    [InlineData(4500, true, false, false)] // the original beside
    [InlineData(4500, false, true, false)] // the face once more, to compare with
    [InlineData(5000, false, false, false)]
    public async Task A_treatment_that_would_take_more_is_refused(int face, bool keepsOriginal, bool verify, bool isDone)
    {
        var options = new DeidentificationOptions
        {
            Method = DeidentificationMethod.Mask,
            Faces = [new EditedFace(1, new Box(100, 100, face, face), Polygon: null)],
            Verify = verify,
        };

        Task<int> TreatAsync() => Engine.Pipeline.TreatAsync(
            Flat("jpeg", 6928), options, keepsOriginal, (_, treated) => treated.Report.Faces.Count, CancellationToken.None);

        if (isDone)
        {
            Assert.Equal(1, await TreatAsync());
            return;
        }

        var refusal = await Assert.ThrowsAsync<FaceDeidException>(TreatAsync);
        Assert.Equal(FaceDeidError.TooManyPixels, refusal.Code);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg, 7000, true)]
    [InlineData(ImageFormat.Webp, 6600, true)]
    [InlineData(ImageFormat.Webp, 7000, false)]
    public void A_picture_is_written_in_a_format_for_which_there_is_memory(ImageFormat format, int side, bool isDone)
    {
        var file = Flat("jpeg", side);

        byte[] Write() => Engine.Reader.Run(
            [file],
            reading =>
            {
                using var picture = reading.Decode(file, new DetectionOptions());
                return reading.Encode(picture.Bgr, picture.Alpha, new ImageOutput(format));
            },
            CancellationToken.None);

        if (isDone)
            Assert.NotEmpty(Write());
        else
            Refusal.Of(FaceDeidError.TooManyPixels, "would take 441 MB of memory", () => Write());
    }

    private static byte[] Flat(string kind, int side)
    {
        using var black = Image.Black(side, side, bands: 3);
        using var flat = black.Linear([1.0, 1, 1], [20.0, 90, 200], uchar: true);
        using var image = flat.Copy(interpretation: Enums.Interpretation.Srgb);
        return Kinds[kind](image);
    }

    private static Image Deep(Image image) => image.Colourspace(Enums.Interpretation.Rgb16);
}
