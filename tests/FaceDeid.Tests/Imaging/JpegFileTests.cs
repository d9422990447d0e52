using System.Buffers.Binary;
using FaceDeid.Imaging.Formats;
using FaceDeid.TestData;
using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>
/// What is decoded of a JPEG: all pixels of files whose headers are odd, no other picture of the file, and nothing of those that
/// are damaged.
/// </summary>
public sealed class JpegFileTests
{
    private const int AfterStart = 2;

    private static readonly Picture Colours =
        Picture.Of(96, 64, 3, (x, y, band) => (x * 3 * (band + 1)) + (y * 2) + (((x * 7) ^ (y * 5)) % 23));
    private static readonly byte[] Baseline = Colours.Save(image => image.JpegsaveBuffer(optimizeCoding: true));
    private static readonly byte[] Several = Colours.Save(image => image.JpegsaveBuffer(interlace: true));

    public static TheoryData<string, byte[]> Oddities => new()
    {
        { "an older Samsung's scan", Changed(Baseline, ScanEnd(Baseline) - 2, 0) },
        { "a scan that counts from 1", Changed(Baseline, ScanEnd(Baseline) - 3, 1) },
        {
            "JFIF of a version to come",
            Inserted(Baseline, AfterStart, Segment(0xE0, [.. "JFIF\0"u8, 9, 9, 0, 0, 1, 0, 1, 0, 0]))
        },
        { "bytes behind a comment", Inserted(Baseline, AfterStart, [.. Segment(0xFE, [1]), 2, 3, 4, 0]) },
        { "bytes before the tables", Inserted(Baseline, IndexOf(Baseline, [0xFF, 0xDB]), [0x12, 0xFF, 0x00, 0x34]) },
        { "bytes before the scan", Inserted(Baseline, IndexOf(Baseline, [0xFF, 0xDA]), [0, 0, 0]) },
        { "filling between segments", Inserted(Baseline, IndexOf(Baseline, [0xFF, 0xC4]), [0xFF, 0xFF, 0xFF]) },
        { "an unknown transform of Adobe", Inserted(Baseline, AfterStart, Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 7])) },
        { "no end", Baseline[..^2] },
        { "two bytes before the end", Inserted(Baseline, Baseline.Length - 2, [0x5A, 0x3C]) },
        { "zeros before the end", Inserted(Baseline, Baseline.Length - 2, new byte[700]) },
        { "a trailer", [.. Baseline, .. "MotionPhoto_Data"u8, .. new byte[99], 0xFF, 0xD8, 0xFF] },
        { "a second picture", [.. Baseline, .. Several] },
        { "a comment longer than the picture", Inserted(Baseline, AfterStart, Segment(0xFE, new byte[65_000])) },
        { "progressive, with bytes between header segments", Inserted(Several, IndexOf(Several, [0xFF, 0xC2]), [7, 7, 7]) },
    };

    public static TheoryData<string, byte[]> Losses => new()
    {
        { "cut off", Baseline[..^20] },
        { "cut off and ended", [.. Baseline[..^20], 0xFF, 0xD9] },
        { "progressive, without its last scans", Several[..LastIndexOf(Several, [0xFF, 0xC4])] },
        { "without its second half", [.. Baseline[..(Baseline.Length / 2)], .. new byte[Baseline.Length / 2], 0xFF, 0xD9] },
        { "with a piece too much", Inserted(Baseline, Baseline.Length - 400, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]) },
        { "a marker inside of the scan", Changed(Changed(Baseline, Baseline.Length - 300, 0xFF), Baseline.Length - 299, 0xD5) },
    };

    [Theory]
    [MemberData(nameof(Oddities))]
    public void An_odd_file_of_which_no_pixel_is_missing_is_read(string kind, byte[] file)
    {
        var expected = Picture.Decode(kind.StartsWith("progressive", StringComparison.Ordinal) ? Several : Baseline);

        using var read = Engine.Decoder.Decode(file);

        Assert.Equal(expected.Rgb.Bytes, Picture.Of(read.Bgr).Bytes);
        Assert.Null(read.Notes);
        Engine.Decoder.Inspect(file);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_file_of_which_pixels_are_missing_is_refused_unless_the_caller_takes_it(string kind, byte[] file)
    {
        Assert.NotEmpty(kind);
        Refusal.Of(FaceDeidError.CorruptImage, () => Engine.Decoder.Decode(file).Dispose());

        using var shown = Engine.Decoder.Decode(file, onDamage: DamagePolicy.Accept);

        Assert.Equal([PictureNote.Damaged], shown.Notes);
        Assert.Equal(new ImageSize(96, 64), shown.Bgr.ImageSize());
        using var whole = Engine.Decoder.Decode(Baseline);
        using var firstRows = whole.Bgr.RowRange(0, 8);
        using var shownRows = shown.Bgr.RowRange(0, 8);
        if (!kind.StartsWith("progressive", StringComparison.Ordinal))
            Assert.Equal(0, Cv2.Norm(firstRows, shownRows, NormTypes.INF));
    }

    [Fact]
    public void A_damaged_file_that_shows_nothing_is_refused_all_the_same()
    {
        foreach (var length in new[] { 3, 20, IndexOf(Baseline, [0xFF, 0xDA]) })
        {
            Refusal.Of(
                FaceDeidError.CorruptImage,
                () => Engine.Decoder.Decode(Baseline[..length], onDamage: DamagePolicy.Accept).Dispose());
        }
    }

    [Theory]
    [InlineData(0xC3, 8, 3, "lossless")]
    [InlineData(0xC5, 8, 3, "hierarchical")]
    [InlineData(0xC1, 12, 3, "12 bits")]
    [InlineData(0xC0, 8, 2, "2 channels")]
    [InlineData(0xF7, 8, 3, "JPEG-LS")]
    public void A_kind_of_JPEG_that_is_not_read_is_not_called_damaged(byte frame, byte bits, byte channels, string says)
    {
        var at = IndexOf(Baseline, [0xFF, 0xC0]);
        var file = Changed(Changed(Changed(Baseline, at + 1, frame), at + 4, bits), at + 9, channels);

        Refusal.Of(FaceDeidError.UnsupportedFormat, says, () => Engine.Decoder.Inspect(file));
    }

    [Fact]
    public void The_base_picture_of_an_Ultra_HDR_file_is_read_and_nothing_else_of_it()
    {
        var file = Colours.Save(image => UltraHdrFile.Of(image));
        Assert.Equal("VipsForeignLoadUhdrBuffer", Image.FindLoadBuffer(file)); // another loader would take it

        var essence = JpegFile.Read(file).Essence;

        Assert.Equal(
            Picture.Decode(Colours.Save(image => image.JpegsaveBuffer(q: 75))).Rgb.Bytes, Picture.Decode(file).Rgb.Bytes);
        Assert.True(IndexOf(file[2..], [0xFF, 0xD8, 0xFF]) > 0); // the gain map
        Assert.Equal(-1, IndexOf(essence[2..], [0xFF, 0xD8, 0xFF]));
        Assert.Equal(-1, essence.AsSpan().IndexOf("hdrgm"u8));
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(JpegFile.MostScans, false)]
    [InlineData(JpegFile.MostScans + 1, true)]
    [InlineData(800, true)]
    public void A_JPEG_that_goes_over_its_picture_too_often_is_refused(int scans, bool refused)
    {
        var file = Progressive(64, scans);
        using var raw = Image.NewFromBuffer(file, failOn: Enums.FailOn.Warning); // a right picture, to be sure
        Assert.Equal(64 * 64, raw.WriteToMemory<byte>().Length);

        if (refused)
            Refusal.Of(FaceDeidError.UnsupportedFormat, "more than 100 scans", () => Engine.Decoder.Inspect(file));
        else
            Assert.Equal(64, Picture.Decode(file).Rgb.Width);
    }

    [Fact]
    public void Scans_inside_of_segments_and_behind_the_end_do_not_count()
    {
        var file = Progressive(16, 3);
        var many = Progressive(16, 900);
        byte[] comment = [0xFF, 0xFE, .. Length(many.Length + 2), .. many];

        Assert.Equal(file.Length, JpegFile.Read([.. file[..2], .. comment, .. file[2..], .. many]).Essence.Length);
        Refusal.Of(FaceDeidError.UnsupportedFormat, () => JpegFile.Read([.. file[..2], .. comment, .. many[2..]]));
    }

    [Fact]
    public void Filling_and_restarts_hide_no_scan()
    {
        var many = Progressive(16, 900);
        byte[] hidden = [.. many[..2], 0xFF, 0xFF, 0xFF, 0xD3, 0x00, 0xFF, 0x00, 0xFF, 0x01, .. many[2..]];

        Refusal.Of(FaceDeidError.UnsupportedFormat, () => JpegFile.Read(hidden));
    }

    [Fact]
    public void Files_that_end_anywhere_are_read_no_further()
    {
        var file = Progressive(16, 5);

        for (var length = 3; length < file.Length; length++)
            Assert.True(JpegFile.Read(file.AsSpan(0, length)).Essence.Length <= length);
        Assert.Equal(file, JpegFile.Read(file).Essence);
    }

    /// <summary>
    /// A gray square: a scan for the means of blocks, then one after the other for each bit of each frequency, all of them zero.
    /// </summary>
    private static byte[] Progressive(int side, int scans)
    {
        var blocks = side / 8 * (side / 8);
        byte[] noBits = new byte[(blocks + 7) / 8];
        // "The next 32767 blocks have nothing": a code of one bit, and 14 bits to it.
        byte[] endOfAll = [0b0_1111111, 0b1111111_1];
        List<byte> file =
        [
            0xFF, 0xD8, .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)16, 64)]),
            .. Segment(0xC2, [8, .. Length(side), .. Length(side), 1, 1, 0x11, 0]),
            .. Segment(0xC4, [0x00, 1, .. new byte[15], 0]), .. Segment(0xC4, [0x10, 1, .. new byte[15], 0xE0]),
            .. Segment(0xDA, [1, 1, 0, 0, 0, 0]), .. noBits,
        ];
        for (var scan = 0; scan < scans - 1; scan++)
        {
            var (frequency, bit) = ((scan / 14) + 1, 13 - (scan % 14));
            file.AddRange(Segment(
                0xDA, [1, 1, 0, (byte)frequency, (byte)frequency, (byte)((bit == 13 ? 0 : (bit + 1) << 4) | bit)]));
            file.AddRange(endOfAll.SelectMany(b => b == 0xFF ? new byte[] { b, 0 } : [b]));
        }

        return [.. file, 0xFF, 0xD9];
    }

    private static byte[] Segment(byte marker, byte[] content) => [0xFF, marker, .. Length(content.Length + 2), .. content];

    private static byte[] Length(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }

    private static int IndexOf(byte[] file, ReadOnlySpan<byte> sought) => file.AsSpan().IndexOf(sought);

    private static int LastIndexOf(byte[] file, ReadOnlySpan<byte> sought) => file.AsSpan().LastIndexOf(sought);

    /// <summary>Where the data of the only scan begins.</summary>
    private static int ScanEnd(byte[] file)
    {
        var at = IndexOf(file, [0xFF, 0xDA]) + 2;
        return at + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at));
    }

    private static byte[] Changed(byte[] file, int at, byte value)
    {
        byte[] changed = [.. file];
        changed[at] = value;
        return changed;
    }

    private static byte[] Inserted(byte[] file, int at, ReadOnlySpan<byte> bytes) => [.. file[..at], .. bytes, .. file[at..]];
}
