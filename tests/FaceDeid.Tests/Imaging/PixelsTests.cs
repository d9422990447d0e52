using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>Samples of managed arrays, for OpenCV.</summary>
public sealed class PixelsTests
{
    [Fact]
    public void A_picture_of_managed_samples_has_memory_of_its_own()
    {
        var samples = new byte[400];
        using var picture = samples.ToMat(10, 10, MatType.CV_8UC4);

        Array.Fill(samples, byte.MaxValue);

        using var same = picture.Reshape(1);
        Assert.Equal(0, Cv2.CountNonZero(same));
    }

    // What the library itself offers for matrices of numbers: it copies, and is not banned.
    [Fact]
    public void A_matrix_of_managed_numbers_has_memory_of_its_own()
    {
        double[,] numbers = { { 1, 2 }, { 3, 4 } };
        byte[] bytes = [1, 2, 3];
        using var matrix = Mat.FromArray(numbers);
        using var row = Mat.FromArray(bytes);

        numbers[1, 1] = 0;
        bytes[2] = 0;

        Assert.Equal((4.0, (byte)3), (matrix.At<double>(1, 1), row.At<byte>(2)));
    }

    // As the strips of a decoder are: a part of the picture is looked at and let go, and the collector moves what it may.
    [Fact]
    public void A_picture_stays_as_it_is_when_a_part_of_it_was_let_go_and_the_collector_ran()
    {
        var random = new Random(3);
        for (var i = 0; i < 200; i++)
        {
            var between = Enumerable.Range(0, 200).Select(_ => new byte[random.Next(500)]).ToArray();
            var samples = new byte[400];
            random.NextBytes(samples);
            var expected = samples.ToArray();
            using var picture = samples.ToMat(10, 10, MatType.CV_8UC4);
            samples = null;
            between = null;

            picture.Share().Dispose();
            GC.Collect(0, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.KeepAlive(Enumerable.Range(0, 200).Select(_ => new byte[random.Next(500)]).ToArray());

            using var same = picture.Reshape(1);
            Assert.True(same.GetArray(out byte[] found));
            Assert.Equal(expected, found);
        }
    }

    [Theory]
    [InlineData(399)]
    [InlineData(401)]
    public void Samples_that_do_not_fill_a_picture_are_none(int bytes) =>
        Assert.Throws<ArgumentException>(() => new byte[bytes].ToMat(10, 10, MatType.CV_8UC4).Dispose());
}
