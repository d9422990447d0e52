using FaceDeid.Imaging;
using FaceDeid.Sealing.Carriers;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Sealing;

public sealed class SealCarrierTests
{
    public static TheoryData<ImageFormat, bool, int> All
    {
        get
        {
            var data = new TheoryData<ImageFormat, bool, int>();
            foreach (var format in (ImageFormat[])[ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp])
            {
                foreach (var length in (int[])[1, 1000, 65_520, 65_521, 200_001])
                {
                    data.Add(format, false, length);
                    data.Add(format, true, length);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_file_carries_a_seal_and_shows_the_same_picture(ImageFormat format, bool hasAlpha, int length)
    {
        var file = File(format, hasAlpha);
        var seal = Bytes(length);

        var carrying = SealCarrier.Embed(file, seal);

        Assert.Equal(seal, SealCarrier.Extract(carrying));
        Assert.Null(SealCarrier.Extract(file));
        using var before = Engine.Decoder.Decode(file);
        using var after = Engine.Decoder.Decode(carrying);
        Assert.Equal(0, Cv2.Norm(before.Bgr, after.Bgr, NormTypes.INF));
        Assert.Equal(before.Alpha is null, after.Alpha is null);
        Assert.InRange(carrying.Length - file.Length, length, length + 100);
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void A_new_seal_takes_the_place_of_the_old(ImageFormat format)
    {
        var once = SealCarrier.Embed(File(format, hasAlpha: false), Bytes(150_000));

        Assert.Equal(SealCarrier.Embed(File(format, hasAlpha: false), Bytes(7)), SealCarrier.Embed(once, Bytes(7)));
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void Files_cut_off_anywhere_are_read_without_harm(ImageFormat format)
    {
        var carrying = SealCarrier.Embed(File(format, hasAlpha: true), Bytes(300));

        for (var length = 0; length < carrying.Length; length++)
        {
            if (SealCarrier.Extract(carrying[..length]) is { } seal)
                Assert.Equal(Bytes(300), seal);
        }
    }

    [Fact]
    public void A_jpeg_that_lost_a_piece_carries_none()
    {
        var carrying = SealCarrier.Embed(File(ImageFormat.Jpeg, hasAlpha: false), Bytes(200_000));
        var first = carrying.AsSpan().IndexOf("FaceDeid\0"u8) - 4;
        var second = first + 4 + carrying.AsSpan(first + 4).IndexOf("FaceDeid\0"u8);
        second += 9 + carrying.AsSpan(second + 9).IndexOf("FaceDeid\0"u8) - 4;

        Assert.Null(SealCarrier.Extract([.. carrying[..first], .. carrying[second..]]));
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((i * 7) + (i >> 8)))];

    private static byte[] File(ImageFormat format, bool hasAlpha)
    {
        using var pixels = new Mat(41, 61, MatType.CV_8UC3, new Scalar(10, 200, 90));
        pixels.Circle(30, 20, 12, new Scalar(220, 30, 60), -1);
        using var alpha = new Mat(41, 61, MatType.CV_8UC1, Scalar.White);
        alpha.Circle(10, 10, 5, new Scalar(100), -1);
        return ImageEncoder.Encode(pixels, hasAlpha ? alpha : null, new ImageOutput(format));
    }
}
