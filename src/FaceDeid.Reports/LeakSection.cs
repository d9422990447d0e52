namespace FaceDeid.Reports;

/// <summary>The page's part on the rows that attackers recognise most.</summary>
internal static class LeakSection
{
    public static Markup Leaks(EvaluationReport report)
    {
        var attacks = report.Leaks.SelectMany(leak => leak.Ranks).Select(Column.Create).Distinct()
            .OrderBy(column => column.Line.Threat).ThenBy(column => column.Line.Inversion)
            .ThenBy(column => column.Recogniser).ToList();
        return report.Leaks.Count == 0 ? Markup.Empty : Markup.Create($"""
            <section aria-labelledby="leaks">
            <h2 id="leaks">Rows recognised most</h2>
            {PageTable.Render("leaks", "leaks", "By which rank each attack finds the right person; 1 is recognised. Look at these rows first.", Head(attacks), Rows(report.Leaks, attacks))}
            </section>
            """);
    }

    public static Markup Pictures(IReadOnlyList<LeakPicture> pictures) => pictures.Count == 0 ? Markup.Empty : Markup.Create($"""
        <section aria-labelledby="pictures">
        <h2 id="pictures">What attackers compared</h2>
        <p><strong>These are faces of real people: do not pass this page on.</strong> Each pair: the original, then the de-identified face.</p>
        <div class="pictures">
        {Markup.Each(pictures, Pair)}
        </div>
        </section>
        """);

    private static Markup Head(IReadOnlyList<Column> attacks) => Markup.Create($"""
        <tr><th scope="col" rowspan="2">Row</th><th scope="col" rowspan="2">Recognised by</th>{Markup.Each(attacks.GroupBy(column => column.Line), Threat)}</tr>
        <tr>{Markup.Each(attacks, column => Markup.Create($"""<th scope="col" class="number">{EvaluationWords.Word(column.Recogniser)}</th>"""))}</tr>
        """);

    private static Markup Rows(IReadOnlyList<Leak> leaks, IReadOnlyList<Column> attacks) => Markup.Create($"""
        <tbody>
        {Markup.Each(leaks, leak => Row(leak, attacks))}
        </tbody>
        """);

    private static Markup Threat(IGrouping<AttackLine, Column> line) =>
        Markup.Create($"""<th scope="colgroup" colspan="{line.Count()}">{EvaluationWords.Word(line.Key)}</th>""");

    private static Markup Row(Leak leak, IReadOnlyList<Column> attacks)
    {
        var ranks = leak.Ranks.ToLookup(Column.Create, rank => rank.Rank);
        return Markup.Create($"""
            <tr><th scope="row">{leak.Row}</th><td class="line">{leak.Recognised} of {EvaluationWords.Count(leak.Of, "attack", "attacks")}</td>{Markup.Each(attacks, column => Rank(ranks[column]))}</tr>
            """);
    }

    private static Markup Rank(IEnumerable<int> ranks) => ranks.FirstOrDefault() switch
    {
        0 => Markup.Create($"""<td class="number">{EvaluationWords.Nothing}</td>"""),
        1 => Markup.Create($"""<td class="number found">1</td>"""),
        var rank => Markup.Create($"""<td class="number">{rank}</td>"""),
    };

    private static Markup Pair(LeakPicture picture) => Markup.Create($"""
        <figure>
        <img src="{EvaluationPage.DataUri(picture.Original)}" alt="Row {picture.Row}, the original's face" />
        <img src="{EvaluationPage.DataUri(picture.Deidentified)}" alt="Row {picture.Row}, the de-identified face" />
        <figcaption>Row {picture.Row}</figcaption>
        </figure>
        """);

    private readonly record struct Column(AttackLine Line, Recogniser Recogniser)
    {
        public static Column Create(LeakRank rank) => new(new AttackLine(rank.Threat, rank.Inversion), rank.Recogniser);
    }
}
