using FaceDeid.Faces.Landmarks;
using Xunit;

namespace FaceDeid.Tests.Faces.Landmarks;

public sealed class Landmarks68Tests
{
    private static readonly Landmarks68 Numbered = new([.. Enumerable.Range(0, 68).Select(i => new PixelPoint(i, 100 - i))]);

    [Fact]
    public void The_seven_regions_are_the_notebooks_in_its_order() => Assert.Equal(
        [
            "Mouth 48-68", "Right_Eyebrow 17-22", "Left_Eyebrow 22-27", "Right_Eye 36-42", "Left_Eye 42-48", "Nose 27-35",
            "Jaw 0-17",
        ],
        FaceRegion.All.Select(region => $"{region.Name} {region.Start}-{region.End}"),
        StringComparer.Ordinal);

    [Fact]
    public void Every_point_is_in_one_region_but_point_35_in_none()
    {
        var inRegions = FaceRegion.All.SelectMany(region => Numbered.In(region)).Select(p => p.X).Order();

        Assert.Equal(Enumerable.Range(0, 68).Where(i => i != 35), inRegions);
    }

    [Fact]
    public void A_region_keeps_the_order_of_its_points() =>
        Assert.Equal([27, 28, 29, 30, 31, 32, 33, 34], Numbered.In(FaceRegion.All[5]).Select(p => p.X));

    [Fact]
    public void The_jaw_is_the_region_of_that_name() =>
        Assert.Same(FaceRegion.Jaw, FaceRegion.All.Single(region => region.Name is "Jaw"));

    [Theory]
    [InlineData(0)]
    [InlineData(67)]
    [InlineData(69)]
    public void Another_number_of_points_is_no_face(int count)
    {
        var error = Assert.Throws<ArgumentException>(() => new Landmarks68(new PixelPoint[count]));

        Assert.Contains($"68 points, not {count}", error.Message, StringComparison.Ordinal);
    }
}
