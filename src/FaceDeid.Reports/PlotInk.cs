using ScottPlot;
using SkiaSharp;

namespace FaceDeid.Reports;

/// <summary>
/// Colours, lines and letters of the plots. The colours are those of Okabe and Ito (2008), which the colour-blind can tell apart.
/// </summary>
internal static class PlotInk
{
    public const string FontName = "DejaVu Sans";

    private const float CurveWidth = 2;

    public static Color Dark { get; } = Color.FromHex("#1f2328");

    public static Color Soft { get; } = Color.FromHex("#59636e");

    public static Color Faint { get; } = Color.FromHex("#e4e7eb");

    /// <summary>Guessing.</summary>
    public static LineStyle Chance => new(1.2f, Color.FromHex("#8c959f"), LinePattern.Dashed);

    /// <summary>The attack on untouched pictures.</summary>
    public static LineStyle Control => new(1.2f, Color.FromHex("#8c959f"));

    /// <summary>
    /// The line of a threat, the same in all panels. Reconstructions are dotted too: they often lie on another curve.
    /// </summary>
    public static LineStyle Style(AttackLine line) => line switch
    {
        { Inversion: Inversion.Deconvolution } => Dotted("#56b4e9"),
        { Inversion: Inversion.Upsampling } => Dotted("#e69f00"),
        { Inversion: Inversion.Unscrambling } => Dotted("#000000"),
        { Threat: Threat.Naive } => Solid("#0072b2"),
        { Threat: Threat.SamePhoto } => Solid("#d55e00"),
        { Threat: Threat.Reverse } => Solid("#009e73"),
        { Threat: Threat.Parrot } => Solid("#cc79a7"),
        _ => Dotted("#000000"),
    };

    /// <summary>Writes a line of text to the right of <paramref name="x"/> with its middle at <paramref name="y"/>.</summary>
    public static void Text(SKCanvas canvas, string text, float x, float y, Color colour, float size, bool bold = false)
    {
        using var paint = Paint.NewDisposablePaint();
        Label(text, colour, size, bold).Render(canvas, new Pixel(x, y), paint);
    }

    public static float WidthOf(string text, float size)
    {
        using var paint = Paint.NewDisposablePaint();
        return Label(text, Dark, size, bold: false).Measure(paint).Width;
    }

    public static void Line(SKCanvas canvas, float left, float right, float y, LineStyle style)
    {
        using var paint = Paint.NewDisposablePaint();
        style.Render(canvas, new PixelLine(left, y, right, y), paint);
    }

    private static LabelStyle Label(string text, Color colour, float size, bool bold) => new()
    {
        Text = text,
        FontName = FontName,
        FontSize = size,
        Bold = bold,
        ForeColor = colour,
        Alignment = Alignment.MiddleLeft,
    };

    private static LineStyle Solid(string colour) => new(CurveWidth, Color.FromHex(colour));

    private static LineStyle Dotted(string colour) => new(CurveWidth, Color.FromHex(colour), LinePattern.DenselyDashed);
}
