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
        Assert.True(expression.Max(p => p.Magnitude) > 0.1);

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
        var face = Scattered(5);
        var mirrored = ShapeModel.Mirrored(face, middle: 100);

        AssertNear(face, ShapeModel.Mirrored(mirrored, middle: 100));
        Assert.Equal(face.Select(p => p.Imaginary).Order(), mirrored.Select(p => p.Imaginary).Order()); // no point twice
        Assert.Equal(200 - face[16].Real, mirrored[0].Real); // the other ear
        Assert.Equal(200 - face[45].Real, mirrored[36].Real); // the other eye's outer corner
    }

    [Fact]
    public void The_mean_is_its_own_mirror_image_with_level_eyes_and_lies_in_the_frame()
    {
        AssertNear(Model.Mean, ShapeModel.Mirrored(Model.Mean, (ShapeModel.FrameSide - 1) / 2.0));
        Assert.All(FaceMesh.WithForehead(Model.Mean), p =>
            Assert.True(p.Real is > 0 and < ShapeModel.FrameSide && p.Imaginary is > 0 and < ShapeModel.FrameSide));
    }

    [Fact]
    public void An_expression_goes_as_far_as_people_went_and_no_further()
    {
        foreach (var (direction, deviation) in Model.Expression.Zip(Model.Deviations))
        {
            Assert.True(deviation > 0);
            var far = Model.ExpressionOf(Along(direction, 10 * deviation));
            AssertNear(Model.ExpressionOf(Along(direction, 100 * deviation)), far);
            AssertNear(Sum(Model.Mean, far), Along(direction, 3 * deviation));
        }

        static Complex[] Along(double[] direction, double far) => Sum(Model.Mean, [.. Enumerable.Range(0, Landmarks68.Count)
            .Select(i => far * new Complex(direction[i], direction[i + Landmarks68.Count]))]);
    }

    private static Complex[] Scattered(int seed) => Sum(Model.Mean, Offset(seed));

    // Small: nothing goes further than anybody was seen.
    private static Complex[] Offset(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Landmarks68.Count)
            .Select(_ => new Complex(random.NextDouble() - 0.5, random.NextDouble() - 0.5))];
    }

    private static Complex[] Sum(Complex[] a, Complex[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static void AssertNear(Complex[] expected, Complex[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange((pair.First - pair.Second).Magnitude, 0, 1e-6));
}
