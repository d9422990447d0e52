using System.Text.RegularExpressions;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>docs/threat-model.md</c>: what is said to hold is shown by a test that is there.</summary>
public sealed partial class ThreatModelTests
{
    private const string Header = "| attack | what holds | what does not | tests |";

    private static readonly string[] Page = File.ReadAllLines(Path.Combine(TestFiles.Root, "docs", "threat-model.md"));

    [Fact]
    public void Every_row_names_tests_that_exist()
    {
        var tests = Tests().ToHashSet(StringComparer.Ordinal);
        var rows = Page.Where(line => line.StartsWith("| ", StringComparison.Ordinal)
            && !string.Equals(line, Header, StringComparison.Ordinal)).ToList();

        Assert.InRange(rows.Count, 30, 200);
        foreach (var row in rows)
        {
            var cells = row.Split('|', StringSplitOptions.TrimEntries);
            Assert.True(cells.Length == 6, $"Not four cells: {row}");
            var named = cells[4].Split(", ").Select(name => name.Trim('`')).ToList();
            Assert.All(named, name => Assert.True(tests.Contains(name), $"There is no test {name}."));
        }
    }

    [Fact]
    public void Every_table_has_the_four_columns() =>
        Assert.Equal(Page.Count(line => line.StartsWith("|---", StringComparison.Ordinal)),
            Page.Count(line => string.Equals(line, Header, StringComparison.Ordinal)));

    /// <summary>All tests of this repository, by the names of their classes and methods.</summary>
    private static IEnumerable<string> Tests() =>
        from file in Directory.GetFiles(Path.Combine(TestFiles.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
        from method in TestMethod().Matches(File.ReadAllText(file))
        select $"{Path.GetFileNameWithoutExtension(file)}.{method.Groups["name"].Value}";

    [GeneratedRegex(@"^    \[(Fact|Theory)\]\n(    (\[|//|\s).*\n)*    public (static )?(async )?(Task|void) (?<name>\w+)\(",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex TestMethod();
}
