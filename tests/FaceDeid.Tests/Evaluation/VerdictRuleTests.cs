using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Utility;
using Xunit;

namespace FaceDeid.Tests.Evaluation;

public sealed class VerdictRuleTests
{
    [Theory]
    [InlineData(0, 200, Verdict.Safe)]
    [InlineData(10, 200, Verdict.Safe)] // at most 9.0 %
    [InlineData(11, 200, Verdict.Weak)]
    [InlineData(50, 200, Verdict.Weak)] // at least 19.5 %
    [InlineData(52, 200, Verdict.Unsafe)]
    [InlineData(200, 200, Verdict.Unsafe)]
    [InlineData(1, 60, Verdict.Safe)]
    [InlineData(2, 60, Verdict.Weak)]
    [InlineData(0, 59, Verdict.NotEnoughData)]
    [InlineData(1, 5, Verdict.NotEnoughData)]
    [InlineData(15, 15, Verdict.Unsafe)] // few people can show that a set is unsafe
    [InlineData(2, 2, Verdict.NotEnoughData)] // chance does that often
    public void The_strongest_attack_decides(int hits, int people, Verdict expected)
    {
        var (verdict, explanation) = VerdictRule.Judge(
            [Attack(0, people), Attack(hits, people)], controls: [], people, bound: null);

        Assert.Equal(expected, verdict);
        Refusal.Checked(explanation);
        Assert.Contains($"{100.0 * hits / people:0.#} %", explanation, StringComparison.Ordinal);
        Assert.Contains($"{people}", explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void So_many_people_are_needed_that_one_named_by_chance_does_not_spoil_it()
    {
        Assert.True(new Share(1, VerdictRule.Thresholds.MinPeople).Interval().High <= VerdictRule.Thresholds.Safe);
        Assert.True(new Share(1, VerdictRule.Thresholds.MinPeople - 2).Interval().High > VerdictRule.Thresholds.Safe);
    }

    [Theory]
    [InlineData(30, Verdict.NotEnoughData)]
    [InlineData(60, Verdict.Safe)]
    public void Attackers_who_cannot_recognise_untouched_faces_prove_nothing(int controlHits, Verdict expected) => Assert.Equal(
        expected, VerdictRule.Judge([Attack(0, 100)], [Attack(3, 100), Attack(controlHits, 100)], 100, bound: null).Verdict);

    [Fact]
    public void What_they_recognise_counts_all_the_same() =>
        Assert.Equal(Verdict.Unsafe, VerdictRule.Judge([Attack(90, 100)], [Attack(3, 100)], 100, bound: null).Verdict);

    [Theory]
    [InlineData(20, "no attack exceeds")]
    [InlineData(60, "is EXCEEDED")]
    public void A_certificate_is_held_to_its_word(int hits, string says) => Assert.Contains(
        says, VerdictRule.Judge([Attack(hits, 100, bound: 0.2)], controls: [], 100, bound: 0.2).Explanation,
        StringComparison.Ordinal);

    private static AttackResult Attack(int hits, int people, double? bound = null)
    {
        var (low, high) = new Share(hits, people).Interval();
        var none = new Interval(0, 1);
        return new AttackResult(
            Threat.SamePhoto, Recogniser.Lbph, Inversion: null, (double)hits / people, low, high, 1.0 / people, people, people, 1,
            null, null, 0.5, 0.5,
            new AttackIntervals(none, null, null, none, none), [], [], null, bound is { } most ? low <= most : null);
    }
}
