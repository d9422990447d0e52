namespace FaceDeid.Reports;

/// <summary>
/// The page's tables. Each scrolls by itself where the screen is narrow, also by keyboard; its caption stays in sight.
/// </summary>
internal static class PageTable
{
    /// <summary>A table of whatever rows.</summary>
    /// <param name="style">Which of the style sheet's tables it is.</param>
    /// <param name="heading">Id of the heading that names it.</param>
    /// <param name="caption">What is in it.</param>
    /// <param name="head">Its rows of column headings.</param>
    /// <param name="bodies">Its <c>tbody</c> elements.</param>
    public static Markup Render(string style, string heading, string caption, Markup head, Markup bodies) => Markup.Create($"""
        <div class="scroll" role="group" tabindex="0" aria-labelledby="{heading}">
        <table class="{style}">
        <caption><span>{caption}</span></caption>
        <thead>
        {head}
        </thead>
        {bodies}
        </table>
        </div>
        """);

    /// <summary>A table with a row of headings and one body.</summary>
    public static Markup Plain<T>(string heading, string caption, Markup head, IEnumerable<T> things, Func<T, Markup> row) =>
        Render("plain", heading, caption, Markup.Create($"<tr>{head}</tr>"), Markup.Create($"""
            <tbody>
            {Markup.Each(things, row)}
            </tbody>
            """));
}
