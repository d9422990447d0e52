using System.Buffers.Binary;
using FaceDeid.Imaging;
using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging;

public sealed class JpegScansTests
{
    [Theory]
    [InlineData(10, false)]
    [InlineData(JpegScans.Most, false)]
    [InlineData(JpegScans.Most + 1, true)]
    [InlineData(800, true)]
    public void A_JPEG_that_goes_over_its_picture_too_often_is_refused(int scans, bool refused)
    {
        var file = Progressive(64, scans);
        using var raw = Image.NewFromBuffer(file, failOn: Enums.FailOn.Warning); // a right picture, to be sure
        Assert.Equal(64 * 64, raw.WriteToMemory<byte>().Length);

        if (refused)
            Refusal.Of(ErrorCode.UnsupportedFormat, "more than 100 scans", () => Engine.Decoder.Inspect(file));
        else
            Assert.Equal(64, Picture.Decode(file).Rgb.Width);
    }

    [Fact]
    public void Scans_inside_of_segments_and_behind_the_end_do_not_count()
    {
        var file = Progressive(16, 3);
        var many = Progressive(16, 900);
        byte[] comment = [0xFF, 0xFE, .. Length(many.Length + 2), .. many];

        Assert.False(JpegScans.AreTooMany([.. file[..2], .. comment, .. file[2..], .. many]));
        Assert.True(JpegScans.AreTooMany([.. file[..2], .. comment, .. many[2..]]));
    }

    [Fact]
    public void Filling_and_restarts_hide_no_scan()
    {
        var many = Progressive(16, 900);
        byte[] hidden = [.. many[..2], 0xFF, 0xFF, 0xFF, 0xD3, 0x00, 0xFF, 0x00, 0xFF, 0x01, .. many[2..]];

        Assert.True(JpegScans.AreTooMany(hidden));
    }

    [Fact]
    public void Files_that_end_anywhere_are_counted_without_reading_beyond_them()
    {
        var file = Progressive(16, 5);

        for (var length = 0; length <= file.Length; length++)
            Assert.False(JpegScans.AreTooMany(file.AsSpan(0, length)));
    }

    /// <summary>A gray square: a scan for the means of blocks, then one after the other for each bit of each frequency, all of them zero.</summary>
    private static byte[] Progressive(int side, int scans)
    {
        var blocks = side / 8 * (side / 8);
        byte[] noBits = new byte[(blocks + 7) / 8];
        byte[] endOfAll = [0b0_1111111, 0b1111111_1]; // "the next 32767 blocks have nothing": a code of one bit, and 14 bits to it
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
            file.AddRange(Segment(0xDA, [1, 1, 0, (byte)frequency, (byte)frequency, (byte)((bit == 13 ? 0 : (bit + 1) << 4) | bit)]));
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
}
