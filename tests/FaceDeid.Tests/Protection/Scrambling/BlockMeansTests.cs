using FaceDeid.Protection.Scrambling;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection.Scrambling;

public sealed class BlockMeansTests
{
    [Fact]
    public void A_mean_is_of_all_the_pixels_of_a_block_also_of_one_that_is_cut()
    {
        using var picture = new Mat(40, 24, MatType.CV_8UC3, Scalar.Black);
        picture.Rectangle(new Rect(0, 0, 16, 8), new Scalar(10, 20, 30), thickness: -1); // gray 21, over half of the first block
        picture.Rectangle(new Rect(16, 32, 8, 8), new Scalar(255, 255, 255), thickness: -1);

        Assert.Equal(
            [10, 0, 0, 0, 0, 255], BlockMeans.Compute(picture, OwnBlocks.Divide(picture.Size(), [new Box(0, 0, 24, 40)])[0]));
    }

    [Fact]
    public void Compression_keeps_them_and_another_order_does_not()
    {
        using var picture = Engine.Decoder.Decode(File.ReadAllBytes(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg")));
        Box[] regions = [new(64, 64, 160, 160)];
        using var scrambled = picture.Bgr.Clone();
        BlockScrambler.Scramble(scrambled, OwnBlocks.Divide(scrambled.Size(), regions)[0], Noise.Key, Noise.Nonce(1));
        using var compressed = Engine.Decoder.Decode(Picture.Of(scrambled).Save(image => image.JpegsaveBuffer(q: 50)));
        using var again = picture.Bgr.Clone();
        BlockScrambler.Scramble(again, OwnBlocks.Divide(again.Size(), regions)[0], Noise.Key, Noise.Nonce(2));

        var means = BlockMeans.Compute(scrambled, OwnBlocks.Divide(scrambled.Size(), regions)[0]);

        Assert.True(
            BlockMeans.AreSame(means, BlockMeans.Compute(compressed.Bgr, OwnBlocks.Divide(compressed.Bgr.Size(), regions)[0])));
        Assert.False(BlockMeans.AreSame(means, BlockMeans.Compute(again, OwnBlocks.Divide(again.Size(), regions)[0])));
        Assert.False(
            BlockMeans.AreSame(means, BlockMeans.Compute(picture.Bgr, OwnBlocks.Divide(picture.Bgr.Size(), regions)[0])));
        Assert.False(BlockMeans.AreSame(means, means[1..]));
        Assert.False(BlockMeans.AreSame([], []));
    }
}
