using FaceDeid.Scrambling;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Scrambling;

public sealed class PictureFingerprintTests
{
    [Fact]
    public void Bits_are_the_cells_that_are_not_below_the_median()
    {
        using var picture = new Mat(33, 47, MatType.CV_8UC3, Scalar.Black);
        using var lower = picture.RowRange(16, 33); // from the ninth row of cells on: 8 * 33 / 16 = 16
        lower.SetTo(new Scalar(10, 20, 30));

        Assert.Equal($"{new string('0', 32)}{new string('f', 32)}", Convert.ToHexStringLower(PictureFingerprint.Of(picture)));
    }

    [Fact]
    public void A_picture_of_fewer_pixels_than_cells_has_one_too()
    {
        using var picture = Noise.Picture(3, 5, seed: 1);
        Assert.Equal(PictureFingerprint.Length, PictureFingerprint.Of(picture).Length);
    }

    [Fact]
    public void Forty_eight_bits_may_differ()
    {
        var a = new byte[PictureFingerprint.Length];
        byte[] near = [.. Enumerable.Repeat(byte.MaxValue, 6), .. new byte[26]];
        byte[] far = [.. near[..^1], 1];
        Assert.True(PictureFingerprint.IsSame(a, near));
        Assert.False(PictureFingerprint.IsSame(a, far));
    }
}
