using FaceDeid.Evaluation.Examined;
using FaceDeid.Evaluation.Figures;
using FaceDeid.Faces.Recognition;
using FsCheck.Xunit;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Figures;

public sealed class IdentificationTests
{
    [Fact]
    public void Everybody_named_is_rank_1_of_everybody() =>
        Assert.All(new Identification(Score.Perfect(30)).Curve(), share => Assert.Equal(1, share));

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(50)]
    public void Faces_that_all_look_the_same_give_chance_exactly(int people)
    {
        var identification = new Identification(Score.Constant(people));

        Assert.Equal(1.0 / people, identification.AtRank(1).Value, 12);
        Assert.Equal(Math.Min(1, 5.0 / people), identification.AtRank(5).Value, 12);
    }

    [Fact]
    public void A_guess_among_equals_counts_as_often_as_it_is_right()
    {
        // The first person shares the best place with one other; the second is behind two equal ones, the third alone in front.
        var identification = new Identification(Score.Of(3, (probe, person) => (probe, person) switch
        {
            (0, 0) or (0, 1) => 2,
            (1, 1) => 1,
            (1, _) => 2,
            (2, 2) => 3,
            _ => 0,
        }));

        Assert.Equal((0.5 + 0 + 1) / 3, identification.AtRank(1).Value, 12);
        Assert.Equal((1.0 + 0 + 1) / 3, identification.AtRank(2).Value, 12);
        Assert.Equal(1, identification.AtRank(3).Value, 12);
        Assert.Equal(1, identification.AtRank(5).Value, 12);
        Assert.Equal(3, identification.Curve().Count);
    }

    [Fact]
    public void The_curve_ends_at_rank_20() => Assert.Equal(20, new Identification(Score.Perfect(50)).Curve().Count);

    [Property]
    public bool More_ranks_never_name_fewer(short seed, byte people)
    {
        var curve = new Identification(Score.Random(2 + people, seed)).Curve();

        return curve.Zip(curve.Skip(1)).All(pair => pair.Second >= pair.First - 1e-12) && curve[0] >= 0 && curve[^1] <= 1 + 1e-12;
    }

    [Fact]
    public void A_person_is_as_near_as_their_nearest_face()
    {
        var face = new ComparedFace(FaceEmbedding.FromDirection([1f]), []);
        KnownFace[] gallery = [new(7, face), new(3, face), new(7, face)];
        Probe[] probes = [new(0, 3, face), new(1, 7, face)];

        var scores = Scores.Create([[0.1f, 0.5f, 0.9f], [0.1f, 0.5f, 0.4f]], gallery, probes);

        Assert.Equal(2, scores.People);
        Assert.Equal([0.9f, 0.5f], scores.ByProbe[0]);
        Assert.Equal([0.4f, 0.5f], scores.ByProbe[1]);
        Assert.Equal([1, 0], scores.Right);
        Assert.Equal((1, 0), scores.PlaceOf(0));
        Assert.Equal((1, 0), scores.PlaceOf(1));
    }
}
