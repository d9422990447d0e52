using System.Security.Cryptography;
using FaceDeid.Protection.Scrambling;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection.Scrambling;

public sealed class BlockScramblerTests
{
    [Theory]
    [InlineData(160, 128, 32, 16, 64, 80)] // inside
    [InlineData(160, 128, 0, 0, 160, 128)] // all
    [InlineData(157, 131, 96, 64, 61, 67)] // to both edges, with partial blocks
    [InlineData(67, 65, 0, 0, 67, 65)]
    [InlineData(90, 17, 16, 0, 74, 17)]
    public void Restoring_gives_the_original_and_nothing_outside_changes(
        int width, int height, int x, int y, int regionWidth, int regionHeight)
    {
        using var original = Noise.Picture(width, height, seed: 1);
        using var canvas = original.Clone();
        Box[] regions = [new(x, y, regionWidth, regionHeight)];

        BlockScrambler.Scramble(canvas, OwnBlocks.Divide(canvas.Size(), regions)[0], Noise.Key, Noise.Nonce(1));

        using var changed = Scene.Difference(original, canvas);
        using var region = changed.SubMat(y, y + regionHeight, x, x + regionWidth);
        Assert.Equal(Cv2.CountNonZero(region), Cv2.CountNonZero(changed));
        Assert.InRange(Cv2.CountNonZero(region) / (double)(regionWidth * regionHeight), 0.6, 1); // a block may keep its place
        BlockScrambler.Restore(canvas, OwnBlocks.Divide(canvas.Size(), regions)[0], Noise.Key, Noise.Nonce(1));
        Scene.AssertSame(original, canvas);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    public void Faces_that_overlap_come_back_one_by_one_in_any_order(params int[] order)
    {
        using var original = Noise.Picture(200, 150, seed: 2);
        using var canvas = original.Clone();
        Box[] regions = [new(32, 32, 80, 80), new(80, 16, 96, 96), new(64, 80, 136, 70)];
        for (var i = 0; i < regions.Length; i++)
            BlockScrambler.Scramble(canvas, OwnBlocks.Divide(canvas.Size(), regions)[i], Noise.Key, Noise.Nonce(i));

        foreach (var face in order)
        {
            using var before = canvas.Clone();
            BlockScrambler.Restore(canvas, OwnBlocks.Divide(canvas.Size(), regions)[face], Noise.Key, Noise.Nonce(face));
            foreach (var other in Enumerable.Range(0, regions.Length).Where(other => other != face))
            {
                Assert.All(OwnBlocks.Divide(canvas.Size(), regions)[other].Groups.SelectMany(group => group), block =>
                    AssertSame(before, canvas, block));
            }

            Assert.All(OwnBlocks.Divide(canvas.Size(), regions)[face].Groups.SelectMany(group => group), block =>
                AssertSame(original, canvas, block));
        }

        Scene.AssertSame(original, canvas);
    }

    [Fact]
    public void Another_key_or_nonce_brings_nothing_back()
    {
        using var original = Noise.Picture(160, 160, seed: 3);
        using var scrambled = original.Clone();
        Box[] regions = [new(0, 0, 160, 160)];
        BlockScrambler.Scramble(scrambled, OwnBlocks.Divide(scrambled.Size(), regions)[0], Noise.Key, Noise.Nonce(1));
        byte[] otherKey = [.. Noise.Key.Select((b, i) => i == 31 ? (byte)(b ^ 1) : b)];

        foreach (var (key, nonce) in new[] { (otherKey, Noise.Nonce(1)), (Noise.Key, Noise.Nonce(2)) })
        {
            using var canvas = scrambled.Clone();
            BlockScrambler.Restore(canvas, OwnBlocks.Divide(canvas.Size(), regions)[0], key, nonce);
            Assert.InRange(
                OwnBlocks.Divide(canvas.Size(), regions)[0].Groups[0].Count(block => Norm(original, canvas, block) == 0), 0, 2);
        }
    }

    [Fact]
    public void Every_block_is_as_likely_to_come_first()
    {
        const int nonces = 4000;
        Box[] regions = [new(0, 0, 64, 64)];
        using var original = new Mat(64, 64, MatType.CV_8UC3);
        foreach (var (i, block) in OwnBlocks.Divide(original.Size(), regions)[0].Groups[0].Index())
            Cv2.Rectangle(original, block, Scalar.All(i), thickness: -1);

        var counts = new int[16];
        for (var i = 0; i < nonces; i++)
        {
            using var canvas = original.Clone();
            BlockScrambler.Scramble(canvas, OwnBlocks.Divide(canvas.Size(), regions)[0], Noise.Key, Noise.Nonce(i));
            var value = canvas.At<Vec3b>(0, 0).Item0;
            counts[Math.Min(value, 255 - value)]++;
        }

        const double expected = nonces / 16.0;
        // Chi-square, 15 degrees of freedom, p = 0.001.
        Assert.InRange(counts.Sum(count => (count - expected) * (count - expected) / expected), 0, 37.7);
    }

    [Fact]
    public void The_algorithm_never_changes()
    {
        // Made by another program from the description. A change here means that no seal that was ever written opens any more.
        using var canvas = new Mat(85, 107, MatType.CV_8UC3);
        for (var y = 0; y < 85; y++)
        {
            for (var x = 0; x < 107; x++)
                canvas.Set(y, x, new Vec3b((byte)((7 * x) + (3 * y)), (byte)((5 * x) ^ y), (byte)(x * y)));
        }

        Box[] regions = [new(0, 0, 64, 48), new(32, 16, 75, 69)];
        BlockScrambler.Scramble(
            canvas, OwnBlocks.Divide(canvas.Size(), regions)[1], Noise.Key, [.. Enumerable.Range(100, 12).Select(i => (byte)i)]);

        canvas.GetArray(out Vec3b[] pixels);
        Assert.Equal(
            "8f557f44128944d6be7915d322466659d2d6625796bd06af86e0eefb663a6774",
            Convert.ToHexStringLower(SHA256.HashData(pixels.SelectMany(p => new[] { p.Item0, p.Item1, p.Item2 }).ToArray())));
    }

    [Theory]
    [InlineData(8, 0, 64, 64)]
    [InlineData(0, 0, 60, 64)]
    [InlineData(-16, 0, 64, 64)]
    [InlineData(64, 64, 64, 64)]
    [InlineData(16, 16, int.MaxValue, 64)]
    public void A_region_of_parts_of_blocks_or_beyond_the_picture_is_refused(int x, int y, int width, int height)
    {
        using var canvas = Noise.Picture(100, 100, seed: 4);
        Assert.ThrowsAny<ArgumentException>(() => OwnBlocks.Divide(canvas.Size(), [new Box(x, y, width, height)])[0].Groups);
    }

    private static void AssertSame(Mat expected, Mat actual, Rect block) => Assert.Equal(0, Norm(expected, actual, block));

    private static double Norm(Mat a, Mat b, Rect block)
    {
        using var inA = a.SubMat(block);
        using var inB = b.SubMat(block);
        return Cv2.Norm(inA, inB, NormTypes.INF);
    }
}
