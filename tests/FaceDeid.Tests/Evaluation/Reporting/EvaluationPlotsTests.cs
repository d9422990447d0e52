using FaceDeid.Reports;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Reporting;

public sealed class EvaluationPlotsTests
{
    private const int Dark = 120;

    private static readonly byte[] FullPng = EvaluationPlots.Png(Reports.Full);

    public static TheoryData<string> Names => [nameof(Reports.Full), nameof(Reports.Minimal), nameof(Reports.WithoutAttacks)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_report_becomes_a_picture_of_one_size(string name)
    {
        var picture = Picture.Raw(EvaluationPlots.Png(Reports.Named(name)));

        Assert.Equal((EvaluationPlots.Width, EvaluationPlots.Height), (picture.Width, picture.Height));
    }

    [Fact]
    public void Each_line_has_its_colour_in_the_legend_and_in_every_column()
    {
        var picture = Picture.Raw(FullPng);
        var lines = AttackLine.Group(Reports.Full.Attacks).Select(line => PlotInk.Style(line.Key).Color).ToList();

        Assert.Equal(7, lines.Distinct().Count());
        Assert.All(lines, colour =>
        {
            Assert.True(Count(picture, 0, 120, picture.Width, 240, colour) > 20);
            for (var column = 0; column < 3; column++)
            {
                var (left, right) = (column * picture.Width / 3, (column + 1) * picture.Width / 3);
                Assert.True(Count(picture, left, 250, right, 930, colour) > 20, $"CMC, column {column}, {colour}");
                Assert.True(Count(picture, left, 950, right, picture.Height, colour) > 20, $"ROC, column {column}, {colour}");
            }
        });
    }

    [Theory]
    [InlineData(0, 0, 1200, 80)] // heading
    [InlineData(0, 135, 2400, 230)] // legend
    [InlineData(0, 240, 800, 304)] // names of the recognisers
    [InlineData(800, 240, 1600, 304)]
    [InlineData(1600, 240, 2400, 304)]
    [InlineData(0, 330, 60, 850)] // names of the axes
    [InlineData(130, 870, 780, 920)]
    [InlineData(0, 1030, 60, 1550)]
    [InlineData(130, 1575, 780, 1630)]
    [InlineData(60, 320, 112, 850)] // numbers at the axes
    [InlineData(110, 844, 780, 876)]
    public void Words_and_numbers_are_drawn(int left, int top, int right, int bottom)
    {
        var picture = Picture.Raw(FullPng);

        // Letters have strokes and gaps: dark and light pixels take turns many times. A missing font leaves the place white, or
        // hollow boxes.
        Assert.True(Turns(picture, left, top, right, bottom) > 150, $"{Turns(picture, left, top, right, bottom)} turns");
    }

    [Fact]
    public void Different_numbers_of_people_look_different() =>
        Assert.NotEqual(FullPng, EvaluationPlots.Png(Reports.Full with { People = 37 }));

    [Fact]
    public void A_curve_that_differs_is_drawn_differently()
    {
        var (cmc, roc) = (EvaluationPlots.Png(Reports.WithAnotherCmc(Reports.Full)),
            EvaluationPlots.Png(Reports.WithAnotherRoc(Reports.Full)));

        Assert.NotEqual(FullPng, cmc);
        Assert.NotEqual(FullPng, roc);
        Assert.NotEqual(cmc, roc);
    }

    [Fact]
    public void Controls_are_a_line_of_their_own() => Assert.NotEqual(FullPng, EvaluationPlots.Png(
        Reports.Full with { Controls = [.. Reports.Full.Controls.Select(control => control with { Cmc = [], Roc = [] })] }));

    [Fact]
    public void Several_at_once_draw_the_same()
    {
        var pictures = new byte[12][];

        Parallel.For(0, pictures.Length, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
            pictures[i] = EvaluationPlots.Png(i % 3 == 0 ? Reports.Minimal : Reports.Full));

        var minimal = EvaluationPlots.Png(Reports.Minimal);
        Assert.All(pictures.Index(), picture => Assert.Equal(picture.Index % 3 == 0 ? minimal : FullPng, picture.Item));
    }

    private static int Count(Picture picture, int left, int top, int right, int bottom, ScottPlot.Color colour)
    {
        var count = 0;
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
                count += picture[x, y, 0] == colour.R && picture[x, y, 1] == colour.G && picture[x, y, 2] == colour.B ? 1 : 0;
        }
        return count;
    }

    private static int Turns(Picture picture, int left, int top, int right, int bottom)
    {
        var turns = 0;
        for (var y = top; y < bottom; y++)
        {
            for (var x = left + 1; x < right; x++)
                turns += picture[x, y, 1] < Dark != picture[x - 1, y, 1] < Dark ? 1 : 0;
        }
        return turns;
    }
}
