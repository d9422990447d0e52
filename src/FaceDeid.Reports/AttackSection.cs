using static FaceDeid.Reports.EvaluationWords;

namespace FaceDeid.Reports;

/// <summary>The page's part on who is recognised: attacks, those not run, controls.</summary>
internal static class AttackSection
{
    public static Markup Attacks(EvaluationReport report) => Markup.Create($"""
        <section aria-labelledby="attacks">
        <h2 id="attacks">Who is still recognised</h2>
        {(report.Attacks.Count == 0 ? Markup.Create($"<p>No attack was run.</p>") : Table(report.Attacks, report.Bound, "attacks", AttacksCaption(report)))}
        </section>
        """);

    public static Markup NotRun(EvaluationReport report) => report.NotRun.Count == 0 ? Markup.Empty : Markup.Create($"""
        <section aria-labelledby="not-run">
        <h2 id="not-run">Attacks not run</h2>
        <p>What was not tried is not proven to fail.</p>
        {PageTable.Plain("not-run", "Why each was left out, and what it needs.", Markup.Create($"""<th scope="col">Attack</th><th scope="col">Reason</th>"""), report.NotRun, Row)}
        </section>
        """);

    public static Markup Controls(EvaluationReport report) => report.Controls.Count == 0 ? Markup.Empty : Markup.Create($"""
        <section aria-labelledby="controls">
        <h2 id="controls">Control: untouched originals</h2>
        {Table(report.Controls, null, "controls", "The same search with untouched pictures: what the recognisers can do at all. One that finds nobody here proves nothing above.", "Nothing was done to the pictures")}
        </section>
        """);

    private static Markup Row(AttackNotRun attack) => Markup.Create(
        $"""<tr><th scope="row">{EvaluationWords.Word(new AttackLine(attack.Threat, attack.Inversion))}</th><td>{attack.Reason}</td></tr>""");

    private static string AttacksCaption(EvaluationReport report) =>
        "Each attack by each recogniser; the less is recognised, the better. In the bars: rank-1 and its 95 % interval, a dashed "
        + "tick at chance"
        + (report.Bound is { } bound ? $", a solid one at the certificate's bound of {Percent(bound)}" : string.Empty)
        + ". In small type: 95 % intervals.";

    private static Markup Table(
        IReadOnlyList<AttackResult> attacks, double? bound, string id, string caption, string? meaning = null) =>
        PageTable.Render("attacks", id, caption, Head, Markup.Each(
            AttackLine.Group(attacks), line => Group(line.Key, [.. line], bound, meaning)));

    private static Markup Head => Markup.Create($"""
        <tr><th scope="col">Attackers</th><th scope="col">Recogniser</th><th scope="col" class="wide">Rank-1</th><th scope="col" class="number">Rank-5</th>
        <th scope="col" class="number">TAR at FAR 1 %</th><th scope="col" class="number">TAR at FAR 0.1 %</th><th scope="col" class="number">EER</th>
        <th scope="col" class="number">AUC</th><th scope="col" class="number">n</th><th scope="col" class="number">Gallery</th></tr>
        """);

    private static Markup Group(AttackLine line, IReadOnlyList<AttackResult> attacks, double? bound, string? meaning) =>
        Markup.Create($"""
        <tbody>
        {Markup.Each(attacks.Index(), attack => Markup.Create($"""
            <tr>{(attack.Index == 0 ? Heading(line, attacks, meaning) : Markup.Empty)}
            {Figures(attack.Item, bound)}</tr>
            """))}
        </tbody>
        """);

    private static Markup Heading(AttackLine line, IReadOnlyList<AttackResult> attacks, string? meaning) => Markup.Create(
        $"""<th scope="rowgroup" rowspan="{attacks.Count}">{EvaluationWords.Word(line)}<span class="small">{meaning ?? Meaning(line)}{Undone(attacks[0])}</span></th>""");

    private static string Undone(AttackResult attack) =>
        attack.Undone is { } undone ? FormattableString.Invariant($" (undone in {undone} of {attack.N})") : string.Empty;

    private static Markup Figures(AttackResult attack, double? bound) => Markup.Create($"""
        <th scope="row">{EvaluationWords.Word(attack.Recogniser)}</th>
        <td class="wide"><span class="figure">{Percent(attack.Rank1)}</span> <span class="small">{EvaluationWords.Ends(attack.Low, attack.High)}</span>{Bar(attack, bound)}<span class="small">chance {Percent(attack.Chance)}{(bound is null ? Markup.Empty : Judged(attack))}</span></td>
        {Figure(Percent(attack.Rank5), Ends(attack.Intervals.Rank5))}
        {Figure(Percent(attack.TarAtFar001), Ends(attack.Intervals.TarAtFar001))}
        {Figure(Percent(attack.TarAtFar0001), Ends(attack.Intervals.TarAtFar0001))}
        {Figure(Percent(attack.Eer), Ends(attack.Intervals.Eer))}
        {Figure(Fraction(attack.Auc), FormattableString.Invariant($"{attack.Intervals.Auc.Low:0.000} to {attack.Intervals.Auc.High:0.000}"))}
        <td class="number">{attack.N}</td><td class="number">{attack.Gallery}</td>
        """);

    private static Markup Figure(string value, string? interval) =>
        Markup.Create($"""<td class="number">{value}<span class="small">{interval}</span></td>""");

    private static string? Ends(Interval? interval) => interval is { } ends ? EvaluationWords.Ends(ends.Low, ends.High) : null;

    private static Markup Judged(AttackResult attack) => attack.WithinBound switch
    {
        true => Markup.Create($", within the bound"),
        false => Markup.Create($""", <strong>above the bound</strong>"""),
        null => Markup.Empty,
    };

    /// <summary>
    /// Rank-1 from 0 to 100 %, with its interval; a drawing, so that it is printed too. The figures stand beside it.
    /// </summary>
    private static Markup Bar(AttackResult attack, double? bound) => Markup.Create($"""
        <svg class="bar" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="track" x="0" y="4" width="100" height="8" /><rect class="share" x="0" y="4" width="{At(attack.Rank1)}" height="8" />
        <path class="interval" d="M{At(attack.Low)} 8H{At(attack.High)}M{At(attack.Low)} 5V11M{At(attack.High)} 5V11" />
        <path class="chance" d="M{At(attack.Chance)} 0V16" />{(bound is { } limit ? Markup.Create($"""<path class="bound" d="M{At(limit)} 0V16" />""") : Markup.Empty)}
        </svg>
        """);

    private static string At(double share) => FormattableString.Invariant($"{100 * Math.Clamp(share, 0, 1):0.##}");
}
