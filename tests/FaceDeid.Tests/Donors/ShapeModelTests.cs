using System.Numerics;
using FaceDeid.Donors;
using FaceDeid.Faces.Landmarks;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class ShapeModelTests
{
    private static ShapeModel Model => Engine.Donors.Shapes;

    [Fact]
    public void The_mean_has_no_expression() => AssertNear(new Complex[Landmarks68.Count], Model.ExpressionOf(Model.Mean));

    [Fact]
    public void An_expression_has_nothing_but_itself()
    {
        var expression = Model.ExpressionOf(Scattered(1));
        Assert.True(expression.Max(p => p.Magnitude) > 1);

        AssertNear(expression, Model.ExpressionOf(Sum(Model.Mean, expression)));
    }

    [Fact]
    public void What_is_left_without_the_expression_has_none()
    {
        var shape = Scattered(2);
        var left = Sum(shape, [.. Model.ExpressionOf(shape).Select(p => -p)]);

        AssertNear(new Complex[Landmarks68.Count], Model.ExpressionOf(left));
    }

    [Fact]
    public void Expressions_add_up()
    {
        var (a, b) = (Offset(3), Offset(4));
        var together = Model.ExpressionOf(Sum(Model.Mean, Sum(a, [.. b.Select(p => 2 * p)])));

        AssertNear(together, Sum(
            Model.ExpressionOf(Sum(Model.Mean, a)), [.. Model.ExpressionOf(Sum(Model.Mean, b)).Select(p => 2 * p)]));
    }

    [Fact]
    public void Directions_are_of_unit_length_and_at_right_angles()
    {
        Assert.NotEmpty(Model.Expression);
        foreach (var (i, a) in Model.Expression.Index())
        {
            foreach (var (j, b) in Model.Expression.Index())
                Assert.Equal(i == j ? 1 : 0, a.Zip(b, (x, y) => x * y).Sum(), 1e-9);
        }
    }

    [Fact]
    public void A_mirrors_mirror_is_the_face()
    {
        Assert.Equal(Enumerable.Range(0, Landmarks68.Count), ShapeModel.MirrorOrder.Order());
        Assert.Equal(Enumerable.Range(0, Landmarks68.Count), ShapeModel.MirrorOrder.Select(i => ShapeModel.MirrorOrder[i]));
    }

    [Fact]
    public void The_mean_is_its_own_mirror_image_with_level_eyes()
    {
        // Left and right of the middle between the eyes.
        var mirrored = ShapeModel.MirrorOrder.Select(i => new Complex(
            ShapeModel.FrameSide - 1 - Model.Mean[i].Real, Model.Mean[i].Imaginary)).ToArray();

        Assert.All(Model.Mean.Zip(mirrored), pair => Assert.InRange((pair.First - pair.Second).Magnitude, 0, 1e-6));
        Assert.All(Model.MeanOutline, p =>
            Assert.True(p.Real is > 0 and < ShapeModel.FrameSide && p.Imaginary is > 0 and < ShapeModel.FrameSide));
    }

    private static Complex[] Scattered(int seed) => Sum(Model.Mean, Offset(seed));

    private static Complex[] Offset(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Landmarks68.Count).Select(_ => new Complex(random.Next(-20, 21), random.Next(-20, 21)))];
    }

    private static Complex[] Sum(Complex[] a, Complex[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static void AssertNear(Complex[] expected, Complex[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange((pair.First - pair.Second).Magnitude, 0, 1e-6));
}
