using FaceDeid.Dlib;
using Xunit;

namespace FaceDeid.Tests.Dlib;

public sealed class GrayPixelsTests
{
    [Fact]
    public void The_last_row_needs_no_padding()
    {
        var pixels = new GrayPixels(new byte[13], width: 3, height: 3, stride: 5);

        Assert.Equal((3, 3, 5, 13), (pixels.Width, pixels.Height, pixels.Stride, pixels.Pixels.Length));
    }

    [Theory]
    [InlineData(12, 3, 3, 5)] // a byte too few
    [InlineData(100, 0, 3, 5)]
    [InlineData(100, 3, 0, 5)]
    [InlineData(100, -3, 3, 5)]
    [InlineData(100, 3, -3, 5)]
    [InlineData(100, 3, 3, 2)]
    [InlineData(100, 3, 3, -5)]
    [InlineData(100, 65536, 65536, 65536)] // width * height is 0 in 32 bits
    [InlineData(100, int.MaxValue, int.MaxValue, int.MaxValue)]
    public void Measures_that_do_not_fit_are_refused(int length, int width, int height, int stride) =>
        Assert.ThrowsAny<ArgumentException>(() => new GrayPixels(new byte[length], width, height, stride).Width);
}
