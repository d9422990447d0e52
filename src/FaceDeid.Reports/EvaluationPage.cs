using System.Text;
using static FaceDeid.Reports.EvaluationWords;

namespace FaceDeid.Reports;

/// <summary>
/// The report as a web page in one file: no script, nothing from elsewhere. It works under
/// <c>Content-Security-Policy: default-src 'none'; img-src data:; style-src 'unsafe-inline'</c>.
/// </summary>
public static class EvaluationPage
{
    private static readonly Lazy<Markup> Style = new(ReadStyle);

    /// <summary>Makes the page. Pictures of leaks are in it only when the result has some.</summary>
    public static string Html(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var report = result.Report;
        return Markup.Create($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            <title>{EvaluationWords.Word(report.Verdict)}: FaceDeid evaluation</title>
            <style>
            {Style.Value}
            </style>
            </head>
            <body>
            <main>
            <h1>What the de-identified faces are worth</h1>
            {Banner(report)}
            {Summary(report)}
            {Warnings(report)}
            {AttackSection.Attacks(report)}
            {AttackSection.NotRun(report)}
            {AttackSection.Controls(report)}
            {Plots(report)}
            {Utility(report)}
            {LeakSection.Leaks(report)}
            {LeakSection.Pictures(result.LeakPictures)}
            {Skipped(report)}
            {ReadingSection.HowToRead}
            </main>
            <footer>FaceDeid, {report.Schema}</footer>
            </body>
            </html>

            """).ToString();
    }

    private static Markup Banner(EvaluationReport report) => Markup.Create($"""
        <section class="verdict {Tone(report.Verdict)}" aria-labelledby="verdict">
        <h2 id="verdict"><span class="label">Verdict</span> {EvaluationWords.Word(report.Verdict)}</h2>
        <p>{report.Explanation}</p>
        {ByThreat(report)}
        <p class="small">{EvaluationWords.Word(report.Thresholds)}</p>
        </section>
        """);

    private static Markup ByThreat(EvaluationReport report) => report.ByThreat.Count == 0 ? Markup.Empty : Markup.Create($"""
        <ul class="threats">
        {Markup.Each(report.ByThreat, threat => Markup.Create($"<li><span class=\"tag {Tone(threat.Verdict)}\">{EvaluationWords.Word(threat.Verdict)}</span> {EvaluationWords.Word(new AttackLine(threat.Threat, Inversion: null))}: {threat.Explanation}</li>"))}
        </ul>
        """);

    private static string Tone(Verdict verdict) => verdict switch
    {
        Verdict.Safe => "good",
        Verdict.Weak => "fair",
        Verdict.Unsafe => "bad",
        _ => "unknown",
    };

    private static Markup Summary(EvaluationReport report) => Markup.Create($"""
        <dl class="summary">
        <div><dt>People</dt><dd>{report.People}</dd></div>
        <div><dt>Pictures</dt><dd>{report.Pictures}</dd></div>
        <div><dt>Attacks</dt><dd>{report.Attacks.Count}</dd></div>
        <div><dt>Certificate</dt><dd>{Bound(report)}</dd></div>
        </dl>
        """);

    private static string Bound(EvaluationReport report)
    {
        if (report.Bound is not { } bound)
            return "none, so nothing is promised";
        var above = report.Attacks.Count(attack => attack.WithinBound == false);
        return $"promises at most {Percent(bound)}; "
            + $"{(above == 0 ? "no attack is above it" : $"{Count(above, "attack is", "attacks are")} above it")}";
    }

    private static Markup Warnings(EvaluationReport report) => report.Warnings.Count == 0 ? Markup.Empty : Markup.Create($"""
        <section class="warnings" aria-labelledby="warnings">
        <h2 id="warnings">Mind when reading</h2>
        <ul>
        {Markup.Each(report.Warnings, warning => Markup.Create($"<li>{warning}</li>"))}
        </ul>
        </section>
        """);

    private static Markup Plots(EvaluationReport report) => Markup.Create($"""
        <section aria-labelledby="plots">
        <h2 id="plots">Curves</h2>
        <figure>
        <div class="scroll" role="group" tabindex="0" aria-label="Curves">
        <img class="plots" width="{EvaluationPlots.WidthShown}" height="{EvaluationPlots.HeightShown}" src="{DataUri(EvaluationPlots.Png(report))}" alt="Curves of every attack, a column for each recogniser. Above: the part of the searches with the right person within rank 1 to 20. Below: the true accept rate at false accept rates from 0.001 to 1. The figures are in the tables." />
        </div>
        <figcaption>Above, whom a search finds within so many ranks (CMC); below, how many right pairs are accepted when so many wrong ones are (ROC). At the dashed line attackers only guess.</figcaption>
        </figure>
        </section>
        """);

    private static Markup Utility(EvaluationReport report) => Markup.Create($"""
        <section aria-labelledby="utility">
        <h2 id="utility">What the faces are still good for</h2>
        {PageTable.Plain("utility", UtilityCaption, UtilityHead, UtilityMeasure.List(report.Utility), Row)}
        </section>
        """);

    private static string UtilityCaption =>
        $"Each figure compares the main face before and after. In brackets, 95 % intervals. {Nothing} means that nothing could "
        + "be measured: places and pixels need pictures of one size before and after.";

    private static Markup UtilityHead => Markup.Create(
        $"""<th scope="col">Measure</th><th scope="col" class="number">Value</th><th scope="col" class="number">n</th><th scope="col">How to read it</th>""");

    private static Markup Row(UtilityMeasure measure) => Markup.Create(
        $"""<tr><th scope="row">{measure.Name}</th><td class="number">{measure.Value}</td><td class="number">{OrNothing(measure.N)}</td><td class="small">{measure.Meaning}</td></tr>""");

    private static Markup OrNothing(int? number) => number is { } n ? Markup.Create($"{n}") : Markup.Create($"{Nothing}");

    private static Markup Skipped(EvaluationReport report) => report.Skipped.Count == 0 ? Markup.Empty : Markup.Create($"""
        <section aria-labelledby="skipped">
        <h2 id="skipped">Left out</h2>
        {PageTable.Plain("skipped", "Pictures that could not be used. No figure counts them.", SkippedHead, report.Skipped, Row)}
        </section>
        """);

    private static Markup SkippedHead =>
        Markup.Create($"""<th scope="col">Part</th><th scope="col" class="number">Row</th><th scope="col">Reason</th>""");

    private static Markup Row(SkippedPart part) =>
        Markup.Create($"""<tr><td>{part.Part}</td><td class="number">{part.Row}</td><td>{part.Reason}</td></tr>""");

    internal static string DataUri(byte[] png) => $"data:image/png;base64,{Convert.ToBase64String(png)}";

    private static Markup ReadStyle()
    {
        using var stream = typeof(EvaluationPage).Assembly.GetManifestResourceStream("evaluation-page.css")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Markup.Trusted(reader.ReadToEnd());
    }
}
