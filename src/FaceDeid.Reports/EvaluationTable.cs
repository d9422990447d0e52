using System.Text;
using static FaceDeid.Reports.EvaluationWords;

namespace FaceDeid.Reports;

/// <summary>The report in Markdown, short enough for a terminal: verdict, attacks, utility.</summary>
public static class EvaluationTable
{
    /// <summary>Makes the text; lines end in a line feed.</summary>
    public static string Markdown(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        Line($"**{EvaluationWords.Word(report.Verdict)}.** {OneLine(report.Explanation)}");
        Line();
        if (report.Attacks.Count > 0)
        {
            Row("threat", "recogniser", "rank-1 (95 %)", "rank-5", "TAR at FAR 1 %", "EER", "AUC", "n", "gallery", "chance");
            Line("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|");
            foreach (var attack in AttackLine.Group(report.Attacks).SelectMany(line => line))
                Row(Cells(attack));
            Line();
        }
        foreach (var attack in report.NotRun)
        {
            Line(
                $"- Not run: {EvaluationWords.Word(new AttackLine(attack.Threat, attack.Inversion)).ToLowerInvariant()}: "
                + $"{OneLine(attack.Reason)}");
        }

        if (report.NotRun.Count > 0)
            Line();
        Row("utility", "value", "n");
        Line("|---|--:|--:|");
        foreach (var measure in UtilityMeasure.List(report.Utility))
            Row(measure.Name, measure.Value, measure.N is { } n ? Number(n) : Nothing);
        return text.ToString();

        void Row(params ReadOnlySpan<string> cells) => Line($"| {string.Join(" | ", cells)} |");
        void Line(string line = "") => text.Append(line).Append('\n');
    }

    private static string[] Cells(AttackResult attack) =>
    [
        EvaluationWords.Word(AttackLine.Of(attack)),
        EvaluationWords.Word(attack.Recogniser),
        $"{Percent(attack.Rank1)} ({Ends(attack.Low, attack.High)})",
        Percent(attack.Rank5),
        Percent(attack.TarAtFar001),
        Percent(attack.Eer),
        Fraction(attack.Auc),
        Number(attack.N),
        Number(attack.Gallery),
        Percent(attack.Chance),
    ];

    private static string Number(int number) => FormattableString.Invariant($"{number}");

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
