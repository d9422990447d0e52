using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Attacks;
using FaceDeid.Evaluation.Examined;
using FaceDeid.Evaluation.Figures;
using FaceDeid.Evaluation.Utility;
using FaceDeid.Faces.Recognition;
using FaceDeid.Tests.Evaluation.Figures;
using Xunit;

namespace FaceDeid.Tests.Evaluation;

public sealed class LeakListTests
{
    private static readonly ComparedFace Face = new(FaceEmbedding.FromDirection([1f]), []);

    [Fact]
    public void Those_whom_most_attacks_name_come_first_then_those_who_nearly_are()
    {
        // Row 1 is never named; 2 once, and second; 3 twice; 4 once, and far off else; 5 was a probe of one attack only.
        var leaks = LeakList.Find(Rows(5), [Attack(9, 1, 1, 1, 1), Attack(9, 2, 1, 50, null)]);

        Assert.Equal([3, 5, 2, 4], leaks.Select(leak => leak.Row));
        Assert.Equal([2, 1, 1, 1], leaks.Select(leak => leak.Recognised));
        Assert.Equal([2, 1, 2, 2], leaks.Select(leak => leak.Of));
        Assert.Equal([1, 50], leaks[3].Ranks.Select(rank => rank.Rank));
    }

    [Fact]
    public void There_are_ten_at_most() => Assert.Equal(
        Enumerable.Range(1, 10), LeakList.Find(Rows(30), [Attack([.. Enumerable.Repeat<int?>(1, 30)])]).Select(leak => leak.Row));

    [Theory]
    [InlineData(0, 100, false, "No picture shows")]
    [InlineData(5, 100, false, "Only 5 of 100")]
    [InlineData(6, 100, true, null)]
    [InlineData(1, 5, true, null)]
    public void Hardly_any_that_seem_to_be_undone_are_mistaken(int undone, int rows, bool isRun, string? says)
    {
        var examined = new ExaminedDataset(
            [.. Rows(rows).Select((row, i) => i < undone
                ? row with { Reconstructed = new Dictionary<Inversion, ComparedFace> { [Inversion.Upsampling] = Face } }
                : row)],
            [], []);

        var setup = new ReconstructionAttack(Inversion.Upsampling).Prepare(examined);

        Assert.Equal(isRun, setup.Obstacle is null);
        Assert.Equal(isRun ? undone : null, setup.Undone);
        Assert.StartsWith(says ?? string.Empty, setup.Obstacle ?? string.Empty, StringComparison.Ordinal);
    }

    private static ExaminedRow[] Rows(int count) =>
    [
        .. Enumerable.Range(1, count).Select(number => new ExaminedRow(
            "originals", number, number, Face, Face, new Dictionary<Inversion, ComparedFace>(),
            new RowUtility(
                new HashSet<DetectorKind>(), new HashSet<DetectorKind>(), null, null, null, null, null, new KeptKind(null, true),
                null, null, null))),
    ];

    private static AttackOutcome Attack(params int?[] ranks) => new(
        AttackFigures.Compute(Threat.Naive, Recogniser.Lbph, inversion: null, Score.Constant(2), bound: null),
        ranks, IsControl: false);
}
