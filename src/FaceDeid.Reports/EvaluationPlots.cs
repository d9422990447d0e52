using ScottPlot;
using SkiaSharp;

namespace FaceDeid.Reports;

/// <summary>
/// The curves of a report in one picture: a column for each recogniser, identification (CMC) above, verification (ROC) below. The
/// text is in DejaVu Sans (Debian's fonts-dejavu-core), which Skia finds in /usr/share/fonts; where the font is missing, the
/// curves have no words.
/// </summary>
public static class EvaluationPlots
{
    /// <summary>
    /// Width of the picture in pixels; it is meant to be shown at half of it, so that it is sharp on every screen.
    /// </summary>
    public const int Width = 2 * WidthShown;

    /// <summary>Height of the picture in pixels.</summary>
    public const int Height = 2 * HeightShown;

    internal const int WidthShown = 1200;
    internal const int HeightShown = 820;

    private const float Left = 20;
    private const float LegendTop = 78;
    private const float LegendSize = 13;
    private const float PanelsTop = 118;
    private const float PanelHeight = (HeightShown - PanelsTop) / 2;
    private const float PanelWidth = WidthShown / 3f;

    /// <summary>ScottPlot keeps fonts and settings in static fields that it does not guard.</summary>
    private static readonly Lock OneAtATime = new();

    /// <summary>Draws the curves as a PNG file. Safe to call from several threads, which then wait for each other.</summary>
    public static byte[] Png(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        lock (OneAtATime)
        {
            using var surface = SKSurface.Create(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
            surface.Canvas.Clear(SKColors.White);
            surface.Canvas.Scale(Width / (float)WidthShown);
            Draw(surface.Canvas, report);
            using var image = surface.Snapshot();
            using var png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
            return png.ToArray();
        }
    }

    private static void Draw(SKCanvas canvas, EvaluationReport report)
    {
        var (people, pictures) = (
            EvaluationWords.Count(report.People, "person", "people"),
            EvaluationWords.Count(report.Pictures, "picture", "pictures"));
        var heading = $"{people}, {pictures}; the lower the curves, the better the faces are hidden";
        PlotInk.Text(canvas, "Who is still recognised", Left, 24, PlotInk.Dark, 19, bold: true);
        PlotInk.Text(canvas, heading, Left, 50, PlotInk.Soft, 13);
        DrawLegend(canvas, report);
        foreach (var (column, recogniser) in Enum.GetValues<Recogniser>().Index())
        {
            var curves = Curves(report, recogniser);
            using var cmc = CurvePanels.Cmc(recogniser, curves);
            using var roc = CurvePanels.Roc(curves);
            cmc.Render(canvas, Place(column, row: 0));
            roc.Render(canvas, Place(column, row: 1));
        }
    }

    private static List<Curve> Curves(EvaluationReport report, Recogniser recogniser) =>
    [
        .. report.Controls.Where(control => control.Recogniser == recogniser)
            .Select(control => new Curve(control, PlotInk.Control)),
        .. AttackLine.Group(report.Attacks.Where(attack => attack.Recogniser == recogniser))
            .SelectMany(line => line.Select(attack => new Curve(attack, PlotInk.Style(line.Key)))),
    ];

    private static PixelRect Place(int column, int row) => new(
        column * PanelWidth, (column + 1) * PanelWidth, PanelsTop + ((row + 1) * PanelHeight), PanelsTop + (row * PanelHeight));

    /// <summary>Names the lines that are drawn, one after the other, in as many rows as they need.</summary>
    private static void DrawLegend(SKCanvas canvas, EvaluationReport report)
    {
        const float lineLength = 32;
        const float gap = 26;
        const float rowHeight = 22;
        const float middleOfSmallLetters = 2;
        var (x, y) = (Left, LegendTop);
        foreach (var (name, style) in Legend(report))
        {
            if (x + lineLength + PlotInk.WidthOf(name, LegendSize) > WidthShown - Left)
                (x, y) = (Left, y + rowHeight);
            PlotInk.Line(canvas, x, x + lineLength, y - middleOfSmallLetters, style);
            x += lineLength + 7;
            PlotInk.Text(canvas, name, x, y, PlotInk.Dark, LegendSize);
            x += PlotInk.WidthOf(name, LegendSize) + gap;
        }
    }

    private static IEnumerable<(string Name, LineStyle Style)> Legend(EvaluationReport report)
    {
        foreach (var line in AttackLine.Group(report.Attacks))
            yield return (EvaluationWords.Word(line.Key), PlotInk.Style(line.Key));
        if (report.Controls.Count > 0)
            yield return ("Untouched originals", PlotInk.Control);
        if (report.Attacks.Count + report.Controls.Count > 0)
            yield return ("Chance", PlotInk.Chance);
    }
}
