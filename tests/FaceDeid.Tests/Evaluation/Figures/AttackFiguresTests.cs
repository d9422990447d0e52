using FaceDeid.Evaluation.Figures;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Figures;

public sealed class AttackFiguresTests
{
    [Fact]
    public void Every_figure_lies_in_its_interval()
    {
        foreach (var seed in Enumerable.Range(0, 20))
        {
            var attack = Of(Score.Random(60, seed));

            Assert.InRange(attack.Rank1, attack.Low, attack.High);
            Assert.InRange(attack.Rank5, attack.Intervals.Rank5.Low, attack.Intervals.Rank5.High);
            Assert.InRange(attack.Auc, attack.Intervals.Auc.Low, attack.Intervals.Auc.High);
            Assert.InRange(attack.Eer, attack.Intervals.Eer.Low, attack.Intervals.Eer.High);
            Assert.InRange(
                attack.TarAtFar001!.Value, attack.Intervals.TarAtFar001!.Value.Low, attack.Intervals.TarAtFar001!.Value.High);
            Assert.True(attack.Intervals.Auc.Low < attack.Intervals.Auc.High);
        }
    }

    [Fact]
    public void Most_intervals_of_many_samples_hold_the_truth()
    {
        // Of one population, whose rank-1, AUC and EER are known by a sample that is as good as all of it.
        var truth = Of(Sample(2000, seed: 1));
        AttackResult[] samples = [.. Enumerable.Range(2, 100).Select(seed => Of(Sample(60, seed)))];

        // Of 100 intervals of 95 % between 89 and 99 hold it in all but a thousandth of cases; the bootstrap's are a little
        // short.
        Assert.InRange(
            samples.Count(sample => sample.Intervals.Auc.Low <= truth.Auc && truth.Auc <= sample.Intervals.Auc.High), 85, 100);
        Assert.InRange(
            samples.Count(sample => sample.Intervals.Eer.Low <= truth.Eer && truth.Eer <= sample.Intervals.Eer.High), 85, 100);

        static Scores Sample(int probes, int seed)
        {
            var random = new Random(seed);
            return new Scores(
                [.. Enumerable.Range(0, probes).Select(_ =>
                    Enumerable.Range(0, 60).Select(person => (float)(Normal() + (person == 0 ? 1.5 : 0))).ToArray())],
                new int[probes]);

            double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        }
    }

    [Fact]
    public void The_same_scores_give_the_same_figures() =>
        Assert.Equivalent(Of(Score.Random(30, 5)), Of(Score.Random(30, 5)), strict: true);

    [Fact]
    public void Rates_need_pairs_enough()
    {
        // 10 x 9, 11 x 10, 32 x 31 and 33 x 32 pairs of different people
        Assert.Null(Of(Score.Perfect(10)).TarAtFar001);
        Assert.Null(Of(Score.Perfect(10)).Intervals.TarAtFar001);
        Assert.Equal(1, Of(Score.Perfect(11)).TarAtFar001);
        Assert.Null(Of(Score.Perfect(32)).TarAtFar0001);
        Assert.Null(Of(Score.Perfect(32)).Intervals.TarAtFar0001);
        Assert.Equal(1, Of(Score.Perfect(33)).TarAtFar0001);
    }

    [Fact]
    public void The_report_says_how_many_were_compared_with_how_many()
    {
        var attack = AttackFigures.Compute(
            Threat.Reconstruction, Recogniser.Lbph, Inversion.Upsampling,
            new Scores([[1, 0, 0], [0, 1, 0]], [0, 0]), bound: null);

        Assert.Equal(
            (Threat.Reconstruction, Recogniser.Lbph, Inversion.Upsampling), (attack.Threat, attack.Recogniser, attack.Inversion));
        Assert.Equal((2, 3, 0.3333, 0.5), (attack.N, attack.Gallery, attack.Chance, attack.Rank1));
        Assert.Null(attack.WithinBound);
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.2, false)]
    public void A_bound_is_exceeded_when_the_interval_lies_above_it(double bound, bool isWithin)
    {
        // Half of 60 are named: between 38 and 62 of 100.
        var scores = Score.Of(60, (probe, person) => (probe % 2 == 0) == (probe == person) ? 1 : 0);

        Assert.Equal(
            isWithin, AttackFigures.Compute(Threat.Naive, Recogniser.Embedding, inversion: null, scores, bound).WithinBound);
    }

    private static AttackResult Of(Scores scores) =>
        AttackFigures.Compute(Threat.Naive, Recogniser.Embedding, inversion: null, scores, bound: null);
}
