using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace FaceDeid.Reports;

/// <summary>A piece of HTML. Templates of this program become markup, and whatever is put into them is encoded.</summary>
internal readonly record struct Markup
{
    private readonly string? _html;

    private Markup(string html) => _html = html;

    public static Markup Empty => default;

    public static Markup Create(MarkupTemplate template) => new(template.ToString());

    /// <summary>What this program itself brings, such as its style sheet; never anything of a report.</summary>
    public static Markup Trusted(string html) => new(html);

    /// <summary>A piece for each of some things, one after the other.</summary>
    public static Markup Each<T>(IEnumerable<T> things, Func<T, Markup> piece) =>
        new(string.Join('\n', things.Select(thing => piece(thing).ToString())));

    public override string ToString() => _html ?? string.Empty;
}

/// <summary>
/// What <c>Markup.Of($"...")</c> is compiled to: the text around the holes is kept, text in the holes is encoded, markup in them
/// is kept.
/// </summary>
[InterpolatedStringHandler]
internal readonly struct MarkupTemplate(int literalLength, int formattedCount)
{
    private const int LengthOfAHole = 16;

    private readonly StringBuilder _html = new(literalLength + (formattedCount * LengthOfAHole));

    public void AppendLiteral(string html) => _html.Append(html);

    public void AppendFormatted(string? text) => _html.Append(WebUtility.HtmlEncode(text));

    public void AppendFormatted(Markup markup) => _html.Append(markup.ToString());

    public void AppendFormatted(int number) => AppendFormatted(FormattableString.Invariant($"{number}"));

    public override string ToString() => _html.ToString();
}
