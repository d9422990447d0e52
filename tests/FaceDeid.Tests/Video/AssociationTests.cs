using FaceDeid.Video.Tracking;
using Xunit;

namespace FaceDeid.Tests.Video;

public sealed class AssociationTests
{
    private static readonly FaceBox Face = new(100, 100, 40, 50);

    [Fact]
    public void The_nearest_pair_comes_first_and_each_is_in_one_pair_only()
    {
        (FaceBox, double)[] faces = [(Face, 1), (Face.Moved(30, 0), 1)];
        Sighting[] seen = [new(Face.Moved(28, 0), 0.9), new(Face.Moved(12, 0), 0.9)];

        Assert.Equal([(1, 0), (0, 1)], Association.Pair(faces, seen));
    }

    [Theory]
    [InlineData(0.9, 1)]
    [InlineData(1.1, 0)]
    public void Nothing_further_than_the_gate_is_paired(double sides, int pairs) => Assert.Equal(
        pairs, Association.Pair([(Face, 1)], [new(Face.Moved(sides * Face.Side, 0), 0.9)]).Count());

    [Fact]
    public void A_face_does_not_become_twice_as_large_from_one_frame_to_the_next() =>
        Assert.Empty(Association.Pair([(Face, 2)], [new(Face.Grown(2), 0.9)]));

    [Fact]
    public void Of_sightings_of_one_place_the_surest_stays()
    {
        Sighting[] seen = [new(Face, 0.5), new(Face.Moved(5, 5), 0.8), new(Face.Moved(60, 0), 0.4)];

        Assert.Equal([seen[1], seen[2]], Association.OnePerPlace(seen));
    }
}
