using FaceDeid.Reports;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Reporting;

public sealed class EvaluationTableTests
{
    [Fact]
    public void Every_attack_has_a_line()
    {
        var lines = EvaluationTable.Markdown(Reports.Full).Split('\n');

        Assert.All(Reports.Full.Attacks, attack => Assert.Single(lines, line =>
            line.StartsWith(
                $"| {EvaluationWords.Word(AttackLine.Of(attack))} | {EvaluationWords.Word(attack.Recogniser)} | ",
                StringComparison.Ordinal)));
    }

    [Fact]
    public void A_line_has_the_attack_s_figures()
    {
        var attack = Reports.Full.Attacks.Single(attack =>
            attack is { Threat: Threat.SamePhoto, Recogniser: Recogniser.Embedding });

        Assert.Contains(
            $"| Same photo | Embedding | 61.1 % ({100 * attack.Low:0.0} to {100 * attack.High:0.0}) | {100 * attack.Rank5:0.0} % "
            + $"| {100 * attack.TarAtFar001:0.0} % | {100 * attack.Eer:0.0} % | {attack.Auc:0.000} | {attack.N} | "
            + $"{attack.Gallery} | 2.8 % |\n",
            EvaluationTable.Markdown(Reports.Full),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_a_table_have_the_cells_of_its_head()
    {
        foreach (var report in (EvaluationReport[])[Reports.Full, Reports.Minimal, Reports.WithoutAttacks])
        {
            var tables = EvaluationTable.Markdown(report).Split("\n\n").Where(part => part.StartsWith('|')).ToList();

            Assert.Equal(report.Attacks.Count > 0 ? 2 : 1, tables.Count);
            Assert.All(tables, table =>
                Assert.Single(table.Trim().Split('\n').Select(line => line.Count(letter => letter == '|')).Distinct()));
        }
    }

    [Fact]
    public void The_verdict_comes_first() => Assert.StartsWith(
        $"**Unsafe.** {Reports.Full.Explanation}\n\n", EvaluationTable.Markdown(Reports.Full), StringComparison.Ordinal);

    [Fact]
    public void What_was_not_measured_is_a_dash()
    {
        var text = EvaluationTable.Markdown(Reports.Minimal);

        Assert.Contains("| Expression kept | \u2013 | 0 |\n", text, StringComparison.Ordinal);
        Assert.Contains("| Sex kept | \u2013 | 0 |\n", text, StringComparison.Ordinal);
        Assert.All(
            ["Landmarks moved, mean", "Gaze moved", "Sharpness of the skin", "Skin off in colour", "Step at the rim"],
            (string name) => Assert.Contains($"| {name} | \u2013 | \u2013 |\n", text, StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Attacks_not_run_are_named_on_one_line_each()
    {
        var text = EvaluationTable.Markdown(
            Reports.Full with { NotRun = [new AttackNotRun(Threat.Parrot, null, "No gallery.\nBring one.")] });

        Assert.Contains("\n- Not run: parrot: No gallery. Bring one.\n", text, StringComparison.Ordinal);
    }
}
