using FaceDeid.Protection.Scrambling;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection.Scrambling;

/// <summary>
/// The attack that breaks a permutation which is used again: from pairs of pictures before and after, the attacker learns where
/// the block of each place comes from, and brings the next picture back by it. A fresh nonce for each face leaves nothing to
/// learn.
/// </summary>
public sealed class PermutationLearningTests
{
    private const int Side = 160;
    private const int Pairs = 20;
    private const int Changes = 8;

    private static readonly Box[] Regions = [new(16, 16, 128, 128)];
    private static readonly Rect[] Blocks = OwnBlocks.Divide(new Size(Side, Side), Regions)[0].Groups[0];

    [Fact]
    public void A_nonce_that_is_used_again_is_learnt() => Assert.InRange(Recovered(_ => 1), 0.95, 1);

    [Fact]
    public void Fresh_nonces_leave_nothing_to_learn() => Assert.InRange(Recovered(i => i), 0, 0.05);

    /// <summary>The part of the blocks of one more picture whose origin was foretold.</summary>
    private static double Recovered(Func<int, int> nonce)
    {
        var seen = Enumerable.Range(0, Pairs).Select(i => Origins(i, nonce(i))).ToList();
        var foretold = Blocks.Select((_, place) => seen.GroupBy(origins => origins[place]).MaxBy(votes => votes.Count())!.Key);
        return foretold.Zip(Origins(Pairs, nonce(Pairs))).Average(pair => pair.First == pair.Second ? 1.0 : 0);
    }

    /// <summary>Of each place, which block it shows, by comparing it with every block in every orientation.</summary>
    private static int[] Origins(int picture, int nonce)
    {
        using var original = Noise.Picture(Side, Side, seed: picture);
        using var scrambled = original.Clone();
        BlockScrambler.Scramble(scrambled, OwnBlocks.Divide(scrambled.Size(), Regions)[0], Noise.Key, Noise.Nonce(nonce));
        var known = Blocks.SelectMany(block =>
            Enumerable.Range(0, Changes).Select(change => Pixels(original, block, change))).ToList();
        return [.. Blocks.Select(place =>
        {
            var shown = Pixels(scrambled, place, change: 0);
            return known.FindIndex(pixels => pixels.AsSpan().SequenceEqual(shown)) / Changes;
        })];
    }

    private static Vec3b[] Pixels(Mat picture, Rect block, int change)
    {
        using var part = picture.SubMat(block);
        using var pixels = part.Clone();
        if ((change & 1) != 0)
            Cv2.Flip(pixels, pixels, FlipMode.X);
        if ((change & 2) != 0)
            Cv2.Flip(pixels, pixels, FlipMode.Y);
        if ((change & 4) != 0)
            Cv2.BitwiseNot(pixels, pixels);
        Assert.True(pixels.GetArray(out Vec3b[] array));
        return array;
    }
}
