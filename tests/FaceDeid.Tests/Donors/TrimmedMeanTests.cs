using FaceDeid.Donors;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class TrimmedMeanTests
{
    [Fact]
    public void The_middle_half_counts_and_nothing_else()
    {
        byte[] values = [0, 10, 20, 30, 40, 50, 60, 255];
        var textures = Array.ConvertAll(values, value => new Mat(4, 6, MatType.CV_8UC3, Scalar.All(value)));

        using var mean = TrimmedMean.Compute(textures);

        using var expected = new Mat(4, 6, MatType.CV_8UC3, Scalar.All(35)); // of 20, 30, 40, 50
        Assert.Equal(0, Cv2.Norm(expected, mean, NormTypes.INF));
        Array.ForEach(textures, texture => texture.Dispose());
    }

    [Fact]
    public void What_one_of_eight_has_leaves_no_trace_and_the_mean_is_symmetric()
    {
        var textures = Enumerable.Range(0, 8).Select(i => new Mat(20, 30, MatType.CV_8UC3, Scalar.All(100 + i))).ToArray();
        using var plain = TrimmedMean.Compute(textures);
        Cv2.Rectangle(textures[3], new Rect(2, 2, 9, 9), Scalar.Black, thickness: -1);

        using var mean = TrimmedMean.Compute(textures);
        using var mirrored = mean.Flip(FlipMode.Y);

        Assert.InRange(Cv2.Norm(plain, mean, NormTypes.INF), 0, 1);
        Assert.Equal(0, Cv2.Norm(mean, mirrored, NormTypes.INF));
        Array.ForEach(textures, texture => texture.Dispose());
    }
}
