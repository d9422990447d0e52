using FaceDeid.Evaluation.Figures;
using FsCheck.Xunit;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Figures;

public sealed class RocCurveTests
{
    private const int People = 40;

    [Fact]
    public void Everybody_told_apart_is_the_best_curve()
    {
        var curve = CurveOf(Score.Perfect(People));

        Assert.Equal((1, 0), (Math.Round(curve.Auc, 12), Math.Round(curve.Eer, 12)));
        Assert.All(curve.Points(), point => Assert.Equal(1, point.Tar, 12));
    }

    [Fact]
    public void Faces_that_all_look_the_same_are_accepted_by_lot()
    {
        var curve = CurveOf(Score.Constant(People));

        Assert.Equal((0.5, 0.5), (Math.Round(curve.Auc, 12), Math.Round(curve.Eer, 12)));
        Assert.All(curve.Points(), point => Assert.Equal(point.Far, point.Tar, 12));
    }

    [Fact]
    public void Whoever_is_always_wrong_is_the_worst_curve()
    {
        var curve = CurveOf(Score.Of(People, (probe, person) => probe == person ? 0 : 1));

        Assert.Equal((0, 1), (Math.Round(curve.Auc, 12), Math.Round(curve.Eer, 12)));
    }

    [Property]
    public bool The_area_is_the_probability_that_the_right_pair_is_more_alike(short seed)
    {
        var scores = Score.Random(People, seed);

        var wins = 0.0;
        var right = scores.ByProbe.Select((row, probe) => row[probe]).ToArray();
        var wrong = scores.ByProbe.SelectMany((row, probe) => row.Where((_, person) => person != probe)).ToArray();
        foreach (var own in right)
            wins += wrong.Sum(other => own > other ? 1 : own == other ? 0.5 : 0);

        return Math.Abs(CurveOf(scores).Auc - (wins / right.Length / wrong.Length)) < 1e-9;
    }

    [Property]
    public bool A_rate_is_what_the_laxest_threshold_within_it_gives(short seed)
    {
        // No two values are equal, so that a threshold lies between any two.
        var random = new Random(seed);
        var scores = Score.Of(People, (probe, person) => random.NextDouble() + (probe == person ? 0.4 : 0));
        var right = scores.ByProbe.Select((row, probe) => row[probe]).ToArray();
        var wrong = scores.ByProbe.SelectMany((row, probe) => row.Where((_, person) => person != probe))
            .OrderDescending().ToArray();

        var curve = CurveOf(scores);

        return Array.TrueForAll([0.01, 0.1], far =>
        {
            var allowed = (int)((far * wrong.Length) + 1e-9); // the next one would be too many
            var tar = right.Count(own => own > wrong[allowed]) / (double)right.Length;
            var next = right.Count(own => own > wrong[allowed + 1]) / (double)right.Length;
            return curve.TarAt(far) >= tar - 1e-9 && curve.TarAt(far) <= next + 1e-9;
        });
    }

    [Property]
    public bool At_the_equal_error_rate_the_errors_are_equal(short seed)
    {
        var curve = CurveOf(Score.Random(People, seed));

        // The curve is read at few places: the point lies between its neighbours.
        var points = curve.Points();
        var before = points.LastOrDefault(point => point.Far <= curve.Eer);
        var after = points.First(point => point.Far >= curve.Eer);
        return before.Tar <= 1 - curve.Eer + 1e-9 && after.Tar >= 1 - curve.Eer - 1e-9;
    }

    [Fact]
    public void A_probe_counted_twice_is_two_probes()
    {
        var scores = Score.Random(10, 4);
        var doubled = new Scores([.. scores.ByProbe, .. scores.ByProbe], [.. scores.Right, .. scores.Right]);

        Assert.Equal(CurveOf(doubled).Points(), new ScoreList(scores).Curve([2, 2, 2, 2, 2, 2, 2, 2, 2, 2]).Points());
        Assert.NotEqual(CurveOf(scores).Auc, new ScoreList(scores).Curve([10, 0, 0, 0, 0, 0, 0, 0, 0, 0]).Auc);
    }

    private static RocCurve CurveOf(Scores scores) =>
        new ScoreList(scores).Curve(Enumerable.Repeat(1, scores.ByProbe.Length).ToArray());
}
