using System.Xml.Linq;
using FaceDeid.Reports;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Reporting;

public sealed class EvaluationPageTests
{
    private const string Hostile = "\"><script>alert('x')</script><img src=x onerror=alert(1)>&amp;";

    private static readonly string FullPage = Page(Reports.Full);

    public static TheoryData<string> Names => [nameof(Reports.Full), nameof(Reports.Minimal), nameof(Reports.WithoutAttacks)];

    private static string Page(EvaluationReport report, params LeakPicture[] pictures) =>
        EvaluationPage.Html(new EvaluationResult(report, pictures));

    private static XElement Parse(string page) => XDocument.Parse(page).Root!;

    private static XElement Section(XElement page, string id) => page.Descendants("section")
        .Single(section => string.Equals((string?)section.Attribute("aria-labelledby"), id, StringComparison.Ordinal));

    /// <summary>The text of an element with single spaces, also where only a tag stands between two words.</summary>
    private static string Text(XElement element) => string.Join(' ', element.DescendantNodes().OfType<XText>()
        .SelectMany(text => text.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
        .Replace(" ,", ",", StringComparison.Ordinal);

    private static List<string[]> Rows(XElement section) =>
        [.. section.Descendants("tbody").Descendants("tr").Select(row => row.Elements().Select(Text).ToArray())];

    [Fact]
    public void Every_attack_has_a_row_with_all_of_its_figures()
    {
        var rows = Rows(Section(Parse(FullPage), "attacks")).Select(row => string.Join(" | ", row.TakeLast(9))).ToList();

        Assert.Equal(Reports.Full.Attacks.Select(Row), rows, StringComparer.Ordinal);
    }

    [Fact]
    public void Controls_have_rows_too() => Assert.Equal(
        // A bound says nothing of untouched pictures.
        Reports.Full.Controls.Select(control => Row(control with { WithinBound = null })),
        Rows(Section(Parse(FullPage), "controls")).Select(row => string.Join(" | ", row.TakeLast(9))),
        StringComparer.Ordinal);

    private static string Row(AttackResult attack)
    {
        var intervals = attack.Intervals;
        return $"{EvaluationWords.Word(attack.Recogniser)} | {100 * attack.Rank1:0.0} % {100 * attack.Low:0.0} to "
            + $"{100 * attack.High:0.0} chance {100 * attack.Chance:0.0} %{Judged(attack.WithinBound)} "
            + $"| {Share(attack.Rank5, intervals.Rank5)} | {Share(attack.TarAtFar001, intervals.TarAtFar001)} "
            + $"| {Share(attack.TarAtFar0001, intervals.TarAtFar0001)} | {Share(attack.Eer, intervals.Eer)} "
            + $"| {attack.Auc:0.000} {intervals.Auc.Low:0.000} to {intervals.Auc.High:0.000} | {attack.N} | {attack.Gallery}";

        static string Judged(bool? within) => within is { } holds ? $", {(holds ? "within" : "above")} the bound" : string.Empty;
        static string Share(double? value, Interval? interval) => value is null
            ? "\u2013"
            : FormattableString.Invariant(
                $"{100 * value:0.0} % {100 * interval!.Value.Low:0.0} to {100 * interval.Value.High:0.0}");
    }

    [Fact]
    public void The_rest_of_the_report_is_there()
    {
        var page = Parse(FullPage);
        var report = Reports.Full;
        var text = Text(page.Element("body")!);

        Assert.Contains("Verdict Unsafe", text, StringComparison.Ordinal);
        Assert.Contains(report.Explanation, text, StringComparison.Ordinal);
        Assert.Contains("reaches above 20 %", text, StringComparison.Ordinal);
        Assert.Contains("lies above 50 %", text, StringComparison.Ordinal);
        Assert.Contains("Fewer than 20 people", text, StringComparison.Ordinal);
        Assert.Contains("People 36", text, StringComparison.Ordinal);
        Assert.Contains("Pictures 72", text, StringComparison.Ordinal);
        Assert.Contains("promises at most 10.0 %", text, StringComparison.Ordinal);
        Assert.All(report.Warnings, warning => Assert.Contains(warning, text, StringComparison.Ordinal));
        Assert.Equal(
            report.NotRun.Select(attack => attack.Reason),
            Rows(Section(page, "not-run")).Select(row => row[1]), StringComparer.Ordinal);
        Assert.Equal(
            report.Skipped.Select(part => $"{part.Part} {part.Row} {part.Reason}"),
            Rows(Section(page, "skipped")).Select(row => string.Join(' ', row)), StringComparer.Ordinal);
    }

    [Fact]
    public void Utility_has_every_figure() => Assert.Equal(
        [
            "Faces still found: HOG | 93.1 % (84.8 to 97.0) | 72",
            "Faces still found: Haar cascade | 84.7 % (74.7 to 91.2) | 71",
            "Faces still found: UltraFace | 100.0 % (94.9 to 100.0) | 70",
            "Faces still found: YuNet | \u2013 | 0",
            "Expression kept | 76.4 % (65.4 to 84.7) | 68",
            "Sex kept | 95.2 % (86.7 to 98.3) | 63",
            "Age class kept | 90.3 % (80.5 to 95.5) | 62",
            "Landmarks moved, mean | 4.3 % | 69",
            "Landmarks moved, median | 3.9 % | 69",
            "Head turned, left and right | 3.4\u00B0 | 67",
            "Head turned, up and down | 2.7\u00B0 | 67",
            "Head turned, to the shoulders | \u2013 | 67",
            "Gaze moved | 4.2 % | 58",
            "Sharpness of the skin | 0.873 | 61",
            "Skin off in lightness | 1.2 L* | 60",
            "Skin off in colour | 0.9 | 60",
            "Step at the rim | 0.4 L* | 59",
            "Likeness inside the faces (SSIM) | 0.412 | 66",
            "Likeness inside the faces (PSNR) | 14.8 dB | 66",
            "Likeness outside of the faces (SSIM) | 0.998 | 65",
            "Likeness outside of the faces (PSNR) | no difference | 65",
            "Bytes changed outside of the faces | 0.037 %, in 2 pictures | 64",
        ],
        Rows(Section(Parse(FullPage), "utility")).Select(row => string.Join(" | ", row.Take(3))),
        StringComparer.Ordinal);

    [Fact]
    public void Leaks_are_ranks_by_attack()
    {
        var section = Section(Parse(FullPage), "leaks");
        var rows = Rows(section);
        var leak = Reports.Full.Leaks[1];

        Assert.Equal(
            Reports.Full.Leaks.Select(each => $"{each.Row}: {each.Recognised} of {each.Of} attacks"),
            rows.Select(row => $"{row[0]}: {row[1]}"), StringComparer.Ordinal);
        Assert.Equal(leak.Ranks.Select(rank => $"{rank.Rank}"), rows[1].Skip(2), StringComparer.Ordinal);
        Assert.Equal(3, rows[0].Count(cell => cell is "\u2013")); // parrot has no rank for this row
        Assert.All(rows, row => Assert.Equal(rows[0].Length, row.Length));
        Assert.Equal(rows[0].Length - 2, section.Descendants("th").Sum(head => (int?)head.Attribute("colspan") ?? 0));
        Assert.All(section.Descendants("td").Where(cell => cell.Value is "1"), cell =>
            Assert.Contains("found", (string?)cell.Attribute("class"), StringComparison.Ordinal));
    }

    [Fact]
    public void Hostile_text_stays_text()
    {
        var page = Parse(Page(Reports.Full with
        {
            Schema = Hostile,
            Explanation = Hostile,
            NotRun = [new AttackNotRun(Threat.Naive, null, Hostile)],
            Skipped = [new SkippedPart(Hostile, 1, Hostile)],
            Warnings = [Hostile],
        }));

        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants().Attributes("onerror"));
        Assert.Equal(
            6, page.DescendantNodes().OfType<XText>().Count(text => text.Value.Contains(Hostile, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_comes_from_elsewhere(string name)
    {
        var page = Page(Reports.Named(name));
        var root = Parse(page);

        Assert.Empty(root.Descendants().Attributes("href"));
        Assert.DoesNotContain(root.Descendants(), element =>
            element.Name.LocalName is "script" or "link" or "iframe" or "object" or "embed" or "base" or "form");
        Assert.All(root.Descendants().Attributes("src"), source =>
            Assert.StartsWith("data:image/png;base64,", source.Value, StringComparison.Ordinal));
        Assert.DoesNotContain(
            root.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.DoesNotContain("url(", root.Descendants("style").Single().Value, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", root.Descendants("style").Single().Value, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Whoever_cannot_see_it_can_use_it(string name)
    {
        var page = Page(Reports.Named(name));
        var root = Parse(page);
        var ids = root.Descendants().Attributes("id").Select(id => id.Value).ToList();

        Assert.Equal("en", (string?)root.Attribute("lang"));
        Assert.All(root.Descendants("img"), image => Assert.NotEmpty((string?)image.Attribute("alt") ?? string.Empty));
        Assert.All(root.Descendants("th"), head => Assert.NotNull(head.Attribute("scope")));
        Assert.All(root.Descendants("table"), table => Assert.NotEmpty(table.Element("caption")!.Value));
        Assert.Distinct(ids, StringComparer.Ordinal);
        Assert.All(
            root.Descendants().Attributes("aria-labelledby"), label => Assert.Contains(label.Value, ids, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_missing_leaves_no_trace(string name)
    {
        var page = Page(Reports.Named(name));
        Assert.DoesNotContain("NaN", Text(Parse(page)), StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", Text(Parse(page)), StringComparison.Ordinal);
        Assert.Equal(name is nameof(Reports.Full), page.Contains("id=\"leaks\"", StringComparison.Ordinal));
        Assert.Equal(name is nameof(Reports.Full), page.Contains("id=\"controls\"", StringComparison.Ordinal));
        Assert.Equal(name is nameof(Reports.Full), page.Contains("id=\"skipped\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Pictures_of_leaks_are_there_only_when_given()
    {
        byte[] original = [1, 2, 3], deidentified = [4, 5, 6];

        var images = Section(Parse(Page(Reports.Full, new LeakPicture(28, original, deidentified))), "pictures")
            .Descendants("img").ToList();

        Assert.Equal(
            ["data:image/png;base64,AQID", "data:image/png;base64,BAUG"],
            images.Select(image => image.Attribute("src")!.Value), StringComparer.Ordinal);
        Assert.All(images, image => Assert.Contains("Row 28", (string?)image.Attribute("alt"), StringComparison.Ordinal));
        Assert.Single(Parse(FullPage).Descendants("img")); // the plots
        Assert.DoesNotContain("do not pass this page on", FullPage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Verdict.Safe, "verdict good")]
    [InlineData(Verdict.Weak, "verdict fair")]
    [InlineData(Verdict.Unsafe, "verdict bad")]
    [InlineData(Verdict.NotEnoughData, "verdict unknown")]
    public void Each_verdict_has_its_colour(Verdict verdict, string style)
    {
        var page = Page(Reports.Minimal with { Verdict = verdict });

        Assert.Equal(style, (string?)Section(Parse(page), "verdict").Attribute("class"));
        Assert.Contains($".{style.Split(' ')[1]} {{", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bar_has_chance_and_bound()
    {
        var bars = Section(Parse(FullPage), "attacks").Descendants("svg").ToList();

        Assert.Equal(Reports.Full.Attacks.Count, bars.Count);
        Assert.Equal("6", (string?)bars[0].Elements("rect").Last().Attribute("width"));
        Assert.Equal(
            ["interval", "chance", "bound"], bars[0].Elements("path").Select(path => path.Attribute("class")!.Value),
            StringComparer.Ordinal);
        Assert.Equal(
            ["M2.78 0V16", "M10 0V16"], bars[0].Elements("path").Skip(1).Select(path => path.Attribute("d")!.Value),
            StringComparer.Ordinal);
        Assert.DoesNotContain("class=\"bound\"", Page(Reports.Minimal), StringComparison.Ordinal);
    }
}
