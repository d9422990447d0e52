using System.Numerics;
using FaceDeid.Donors;
using FaceDeid.Geometry;
using FaceDeid.Protection.Replacement;
using Xunit;

namespace FaceDeid.Tests.Protection.Replacement;

public sealed class TargetShapeTests
{
    private static readonly ShapeModel Model = Engine.Donors.Shapes;

    public static TheoryData<string> People => ReplacementTests.People;

    [Theory]
    [MemberData(nameof(People))]
    public void Lips_and_lids_are_as_open_as_the_subjects_whoever_it_becomes(string name)
    {
        using var scene = Scene.Of(name);
        var subject = scene.Main.Landmarks.ToComplex();
        foreach (var donor in Engine.Donors.Donors.Where((_, i) => i % 10 == 0))
        {
            var worn = TargetShape.Of(Model, subject, donor.Points, share: 1);
            Assert.Equal(Lips(subject), Lips(worn), 0.05);
            foreach (var eye in new[] { 36, 42 })
                Assert.Equal(Lids(subject, eye), Lids(worn, eye), 0.04);
        }
    }

    [Theory]
    [MemberData(nameof(People))]
    public void Without_a_share_of_the_donor_it_is_the_subjects(string name)
    {
        using var scene = Scene.Of(name);
        var subject = scene.Main.Landmarks.ToComplex();
        var worn = TargetShape.Of(Model, subject, Engine.Donors.Donors[0].Points, share: 0);

        Assert.All(subject.Zip(worn), pair => Assert.InRange((pair.First - pair.Second).Magnitude, 0, 1e-6));
    }

    [Fact]
    public void Nose_and_brows_are_the_donors_with_the_subjects_expression()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var subject = scene.Main.Landmarks.ToComplex();
        var donor = Engine.Donors.Donors[0].Points;
        var toFrame = SimilarityTransform.Between(subject, Model.Mean);
        var other = SimilarityTransform.Between(donor, Model.Mean).Apply(donor);
        var (own, others) = (Model.ExpressionOf(toFrame.Apply(subject)), Model.ExpressionOf(other));

        var worn = toFrame.Apply(TargetShape.Of(Model, subject, donor, share: 1));

        Assert.All(Enumerable.Range(17, 19), i =>
            Assert.InRange((worn[i] - (other[i] - others[i] + own[i])).Magnitude, 0, 1e-6));
    }

    [Fact]
    public void Where_the_donor_was_in_its_picture_does_not_matter()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var subject = scene.Main.Landmarks.ToComplex();
        var donor = Engine.Donors.Donors[0].Points;
        var moved = new SimilarityTransform(Complex.FromPolarCoordinates(3, 1), new Complex(50, 70)).Apply(donor);

        var worn = TargetShape.Of(Model, subject, donor, share: 1);

        Assert.All(worn.Zip(TargetShape.Of(Model, subject, moved, share: 1)), pair =>
            Assert.InRange((pair.First - pair.Second).Magnitude, 0, 1e-6));
    }

    // In widths of the inner mouth.
    private static double Lips(Complex[] p) => new[] { (61, 67), (62, 66), (63, 65) }
        .Average(pair => (p[pair.Item1] - p[pair.Item2]).Magnitude) / (p[64] - p[60]).Magnitude;

    // In widths of the eye.
    private static double Lids(Complex[] p, int eye) =>
        ((p[eye + 1] - p[eye + 5]).Magnitude + (p[eye + 2] - p[eye + 4]).Magnitude) / 2 / (p[eye] - p[eye + 3]).Magnitude;
}
