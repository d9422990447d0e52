using FaceDeid.TestData;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace FaceDeid.Tests;

/// <summary>How large files are, and how wide.</summary>
public sealed class LayoutTests
{
    private const int Columns = 130;
    private const int Lines = 400;

    [Fact]
    public void Lines_end_at_130_columns() => Assert.Empty(Files("src").Concat(Files("tests"))
        .SelectMany(file => Wide(file.Text).Select(line => $"{file.Path}:{line}")));

    [Theory]
    [InlineData("    private const string Name = \"{0}\";", true)]
    [InlineData("    // {0}", true)]
    [InlineData("    private const string Name = \"\"\"{0}\"\"\";", false)]
    public void A_line_that_is_too_wide_is_found(string line, bool isWide)
    {
        var wide = line.Replace("{0}", new string('x', Columns), StringComparison.Ordinal);
        Assert.Equal(isWide ? [2] : [], Wide($"class Wide {{\n{wide}\n}}"));
    }

    [Fact]
    public void Program_fits_a_screen_and_no_product_file_is_longer_than_400_lines()
    {
        var files = Files("src")
            .ToDictionary(file => file.Path, file => file.Text.Count(letter => letter == '\n'), StringComparer.Ordinal);

        Assert.InRange(files["src/FaceDeid.Api/Program.cs"], 1, 49);
        Assert.DoesNotContain(files, file => file.Value > Lines);
    }

    private static IEnumerable<(string Path, string Text)> Files(string folder) =>
        Directory.GetFiles(Path.Combine(TestFiles.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Select(file => (Path.GetRelativePath(TestFiles.Root, file), File.ReadAllText(file)));

    /// <summary>
    /// The lines that are too wide, from 1, but for those of raw strings: texts of other languages break as these do.
    /// </summary>
    private static IEnumerable<int> Wide(string text)
    {
        var source = SourceText.From(text);
        var wide = source.Lines.Where(line => line.Span.Length > Columns).ToList();
        if (wide.Count == 0)
            return [];
        var tree = CSharpSyntaxTree.ParseText(source);
        var raw = tree.GetRoot().DescendantTokens()
            .Where(
                token => token.Kind() is SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken
                    or SyntaxKind.InterpolatedStringTextToken
                    && token.Parent?.Parent?.ToString().Contains("\"\"\"", StringComparison.Ordinal) == true)
            .Select(token => token.Span).ToList();
        return wide.Where(line => !raw.Exists(span => span.OverlapsWith(line.Span))).Select(line => line.LineNumber + 1);
    }
}
