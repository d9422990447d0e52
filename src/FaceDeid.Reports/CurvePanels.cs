using ScottPlot;
using ScottPlot.TickGenerators;

namespace FaceDeid.Reports;

/// <summary>A curve of an attack, and how it is drawn.</summary>
internal sealed record Curve(AttackResult Attack, LineStyle Style);

/// <summary>The panels of the plots. Whoever asks for one owns it.</summary>
internal static class CurvePanels
{
    private const int Ranks = 20;
    private const double FewestAccepted = 0.001;
    private const int ChancePoints = 60;

    private static readonly PixelPadding Margins = new(left: 62, right: 18, bottom: 52, top: 34);

    /// <summary>Cumulative match characteristic: in which part of the searches the right person is among the nearest.</summary>
    public static Plot Cmc(Recogniser recogniser, IReadOnlyList<Curve> curves)
    {
        var plot = Empty("right person within rank", "identified (%)", curves);
        plot.Title(EvaluationWords.Word(recogniser), 15);
        plot.Axes.Bottom.TickGenerator = Ticks((1, "1"), (5, "5"), (10, "10"), (15, "15"), (20, "20"));
        plot.Axes.SetLimits(0.4, Ranks + 0.6, -2, 103);
        foreach (var gallery in curves.Select(curve => curve.Attack.Gallery).Where(people => people > 0).Distinct().Order())
        {
            Add(
                plot, Enumerable.Range(1, Math.Min(Ranks, gallery)).Select(rank => new Coordinates(rank, 100.0 * rank / gallery)),
                PlotInk.Chance);
        }

        foreach (var curve in curves)
        {
            Add(
                plot, curve.Attack.Cmc.Take(Ranks).Select((share, i) => new Coordinates(i + 1, 100 * share)),
                curve.Style, marker: 4.5f);
        }

        return plot;
    }

    /// <summary>
    /// Receiver operating characteristic: which part of the right pairs is accepted when so many wrong ones are.
    /// </summary>
    public static Plot Roc(IReadOnlyList<Curve> curves)
    {
        var plot = Empty("false accept rate", "true accept rate (%)", curves);
        plot.Axes.Bottom.TickGenerator = Ticks((-3, "0.001"), (-2, "0.01"), (-1, "0.1"), (0, "1"));
        plot.Axes.SetLimits(-3.05, 0.05, -2, 103);
        if (curves.Count > 0)
        {
            Add(
                plot, Enumerable.Range(0, ChancePoints + 1).Select(i => Math.Pow(FewestAccepted, 1 - (i / (double)ChancePoints)))
                    .Select(far => Point(far, far)), PlotInk.Chance);
        }

        foreach (var curve in curves)
        {
            Add(
                plot, curve.Attack.Roc.Where(point => point.Far >= FewestAccepted).Select(point => Point(point.Far, point.Tar)),
                curve.Style);
        }

        return plot;

        static Coordinates Point(double far, double tar) => new(Math.Log10(far), 100 * tar);
    }

    private static Plot Empty(string across, string up, IReadOnlyList<Curve> curves)
    {
        var plot = new Plot();
        plot.RenderManager.ClearCanvasBeforeEachRender = false; // the canvas is shared
        plot.Layout.Fixed(Margins);
        plot.XLabel(across, 13);
        plot.YLabel(up, 13);
        plot.Axes.Left.TickGenerator = Ticks((0, "0"), (20, "20"), (40, "40"), (60, "60"), (80, "80"), (100, "100"));
        plot.Axes.Color(PlotInk.Soft);
        plot.Axes.Title.Label.ForeColor = PlotInk.Dark;
        plot.Axes.Title.Label.FontName = PlotInk.FontName;
        foreach (var axis in (ReadOnlySpan<IAxis>)[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.Label.Bold = false;
            axis.Label.FontName = PlotInk.FontName;
            axis.TickLabelStyle.FontName = PlotInk.FontName;
        }
        plot.Axes.Right.IsVisible = false;
        plot.Axes.Top.IsVisible = false;
        plot.Grid.MajorLineColor = PlotInk.Faint;
        if (curves.Count == 0)
            AddNotice(plot);
        return plot;
    }

    private static void AddNotice(Plot plot)
    {
        var notice = plot.Add.Annotation("no attack was run", Alignment.MiddleCenter);
        notice.LabelStyle.FontName = PlotInk.FontName;
        notice.LabelStyle.ForeColor = PlotInk.Soft;
        notice.LabelStyle.BackgroundColor = Colors.Transparent;
        notice.LabelStyle.BorderWidth = 0;
        notice.LabelStyle.ShadowColor = Colors.Transparent;
    }

    private static void Add(Plot plot, IEnumerable<Coordinates> points, LineStyle style, float marker = 0)
    {
        Coordinates[] drawn = [.. points];
        if (drawn.Length == 0)
            return;
        var scatter = plot.Add.Scatter(drawn);
        scatter.LineStyle = style;
        scatter.MarkerStyle.IsVisible = marker > 0 && style.Width > PlotInk.Control.Width;
        scatter.MarkerSize = marker;
        scatter.MarkerColor = style.Color;
    }

    private static NumericManual Ticks(params ReadOnlySpan<(double Place, string Text)> ticks)
    {
        var generator = new NumericManual();
        foreach (var (place, text) in ticks)
            generator.AddMajor(place, text);
        return generator;
    }
}
