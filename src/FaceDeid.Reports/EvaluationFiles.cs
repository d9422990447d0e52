using System.Text;

namespace FaceDeid.Reports;

/// <summary>An evaluation as files.</summary>
public static class EvaluationFiles
{
    /// <summary>All of them, with their names.</summary>
    public static IReadOnlyList<(string Name, byte[] Content)> Create(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return
        [
            ("report.json", result.Report.ToJson()),
            ("report.html", Page(result)),
            ("plots.png", EvaluationPlots.Png(result.Report)),
        ];
    }

    /// <summary>The page, as UTF-8.</summary>
    public static byte[] Page(EvaluationResult result) => Encoding.UTF8.GetBytes(EvaluationPage.Html(result));
}
