using FaceDeid.Faces.Recognition;
using FaceDeid.Tests.Protection;
using Xunit;

namespace FaceDeid.Tests.Faces.Recognition;

public sealed class ExpressionNetworkTests
{
    // What FaceExpressionNet.runNet of @vladmandic/face-api 1.7.15 gives for these pictures, on TensorFlow.js 4.22 (its cpu
    // backend).
    [Fact]
    public void It_says_what_the_original_says_but_less_surely()
    {
        using var slopes = TestPicture.Of((x, y) => (2 * x, 2 * y, x + y));
        using var waves = TestPicture.Of((x, y) => (x * y % 256, ((x * x) + y) % 256, 255 - (2 * y)));
        using var disc = TestPicture.Of((x, y) =>
            ((x - 56) * (x - 56)) + ((y - 56) * (y - 56)) < 1600 ? (200, 150, 120) : (40, 60, 80));

        var said = Engine.FaceExpressions.Look(slopes, waves, disc);

        AssertSame([-2.998591, -2.686823, -1.432784, -4.283354, -4.551223, -4.993704, -4.985785], said[0]);
        AssertSame([-1.636268, -1.883170, -1.325370, -2.467567, -2.803588, -5.987130, -3.041340], said[1]);
        AssertSame([-4.835883, -9.464760, -10.352389, -11.362000, -12.416711, -14.261345, -14.602214], said[2]);

        static void AssertSame(double[] logits, FacialExpression said)
        {
            var weights = Array.ConvertAll(logits, logit => Math.Exp(logit / 2));
            Assert.Equal(weights.Select(weight => weight / weights.Sum()), said.Shares, (a, b) => Math.Abs(a - b) < 1e-4);
        }
    }

    [Theory]
    [InlineData("johns/John_Simm/000288_00470387.jpg", 0)]
    [InlineData("johns/John_Simm/000306_00470222.jpg", 0)]
    [InlineData("johns/John_Shimkus/000383_03227939.jpg", 0)]
    [InlineData("johns/John_Simm/000297_00470170.jpg", 1)]
    [InlineData("johns/John_Shimkus/000385_03227766.jpg", 1)]
    [InlineData("johns/John_Salley/000179_02159509.jpg", 1)]
    public void Neutral_and_happy_faces_are_told_apart(string name, int expected)
    {
        using var scene = Scene.Of(name);

        var shares = Engine.FaceExpressions.Look(scene.Bgr, scene.Main.Landmarks).Shares;

        Assert.Equal(ExpressionNetwork.Classes, shares.Count);
        Assert.Equal(1, shares.Sum(), 1e-6);
        Assert.InRange(shares[expected], 0.8, 1);
    }

    [Fact]
    public void Likeness_is_1_of_the_same_and_0_of_what_has_nothing_in_common()
    {
        var (smile, half, none) = (Of(0, 1), Of(0.5, 0.5), Of(1, 0));

        Assert.Equal(1, half.LikenessTo(half), 1e-9);
        Assert.Equal(0, smile.LikenessTo(none), 1e-9);
        Assert.Equal(Math.Sqrt(0.5), half.LikenessTo(smile), 1e-9);

        static FacialExpression Of(params double[] shares) => new(shares);
    }
}
