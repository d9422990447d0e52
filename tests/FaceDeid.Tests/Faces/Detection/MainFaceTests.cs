using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using Xunit;

namespace FaceDeid.Tests.Faces.Detection;

public sealed class MainFaceTests
{
    private static readonly FoundFace Person = Face(1, 93, 1);

    [Fact]
    public void A_larger_sure_false_face_is_the_main_one_and_leaves_it_unclear_who_is_meant()
    {
        var ape = Face(2, 127, 0.97);

        Assert.Equal(ape, MainFace.Choose([Person, ape]));
        Assert.Equal([Person, ape], MainFace.Candidates([Person, ape]));
        Assert.Equal([ape, Person], MainFace.Candidates([ape, Person]));
    }

    [Theory]
    [InlineData(45, 1)] // 0.234 of the area
    [InlineData(46, 0.9)]
    [InlineData(10, 1)]
    public void Much_smaller_faces_are_in_the_background(int side, double score) =>
        Assert.Equal([Person], MainFace.Candidates([Face(2, side, score), Person]));

    [Theory]
    [InlineData(47, 1)] // 0.255 of the area
    [InlineData(47, 0.3)]
    [InlineData(93, 1)]
    [InlineData(186, 0.01)]
    public void Others_may_be_meant_however_unsure_the_detector_is(int side, double score) =>
        Assert.Equal(2, MainFace.Candidates([Person, Face(2, side, score)]).Count);

    [Fact]
    public void A_large_box_of_which_the_detector_is_not_sure_is_not_the_main_face() =>
        Assert.Equal(Person, MainFace.Choose([Face(2, 127, 0.5), Person]));

    [Fact]
    public void Without_any_certainty_the_largest_is()
    {
        var large = Face(1, 100, -0.5);
        Assert.Equal(large, MainFace.Choose([Face(2, 50, -0.2), large, Face(3, 60, 0)]));
    }

    [Fact]
    public void Squares_of_HOG_are_compared_as_what_they_mean()
    {
        var hog = new FoundFace(2, new Box(0, 0, 92, 92), 2, DetectorKind.Hog, 0); // 80 x 112
        Assert.Equal(hog, MainFace.Choose([Person, hog]));
    }

    private static FoundFace Face(int id, int side, double score) =>
        new(id, new Box(200 * id, 0, side, side), score, DetectorKind.UltraFace, SubDetector: null);
}
