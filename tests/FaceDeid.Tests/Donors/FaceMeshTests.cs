using System.Numerics;
using FaceDeid.Donors;
using FaceDeid.Geometry;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class FaceMeshTests
{
    private static readonly Complex[] Face = Engine.Donors.Donors.MaxBy(donor => donor.Measures.Yaw)!.Points; // not symmetric

    [Fact]
    public void A_forehead_goes_from_ear_to_ear_above_the_brows()
    {
        var points = FaceMesh.WithForehead(Face);
        Assert.Equal(79, points.Length);
        Assert.Equal(Face, points[..68]);
        Assert.All(points[68..], p => Assert.True(p.Imaginary < Math.Max(Face[0].Imaginary, Face[16].Imaginary)));
        Assert.True(points[73].Imaginary < Face[17..27].Min(p => p.Imaginary) - (0.15 * FaceMesh.WidthOf(Face)));
        // In the order of the jaw's ends, left to right.
        Assert.Equal(points[68..].Select(p => p.Real).Order(), points[68..].Select(p => p.Real));

        var outline = FaceMesh.Outline(points).ToList();
        Assert.Equal(28, outline.Count);
        Assert.Equal(28, outline.Distinct().Count());
        var longest = outline.Zip(outline.Skip(1).Append(outline[0]), (a, b) => (a - b).Magnitude).Max();
        Assert.InRange(longest, 0, 0.4 * FaceMesh.WidthOf(Face)); // it never jumps across the face
    }

    [Fact]
    public void The_forehead_of_a_face_in_a_mirror_is_the_mirrored_forehead()
    {
        var mirrored = FaceMesh.WithForehead(ShapeModel.Mirrored(Face, middle: 50));

        AssertNear(
            FaceMesh.WithForehead(Face)[68..].Reverse().Select(p => new Complex(100 - p.Real, p.Imaginary)), mirrored[68..]);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(-37)]
    public void The_forehead_of_a_face_that_lies_is_turned_and_as_large(double degrees)
    {
        var turn = new SimilarityTransform(Complex.FromPolarCoordinates(2.5, degrees * Math.PI / 180), new Complex(300, -40));

        AssertNear(turn.Apply(FaceMesh.WithForehead(Face)), FaceMesh.WithForehead(turn.Apply(Face)));
    }

    [Fact]
    public void Lengths_and_eyes_are_where_they_are()
    {
        var p = new Complex[68];
        (p[0], p[16]) = (new Complex(10, 50), new Complex(110, 50));
        Array.Fill(p, new Complex(30, 40), 36, 6);
        Array.Fill(p, new Complex(70, 70), 42, 6);

        Assert.Equal(100, FaceMesh.WidthOf(p));
        Assert.Equal(50, FaceMesh.InterocularOf(p), 1e-9);
        Assert.Equal((new Complex(30, 40), new Complex(70, 70)), (FaceMesh.LeftEye(p), FaceMesh.RightEye(p)));
    }

    private static void AssertNear(IEnumerable<Complex> expected, IEnumerable<Complex> actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange((pair.First - pair.Second).Magnitude, 0, 1e-6));
}
