namespace FaceDeid.Benchmarks.Measuring;

/// <summary>A table in Markdown, so that what is printed can go into docs/performance.md as it is.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Print(string title)
    {
        var widths = columns.Select((column, i) => _rows.Select(row => row[i].Length).Append(column.Length).Max()).ToArray();
        Console.WriteLine($"\n## {title}\n");
        Console.WriteLine(Line(columns));
        var rule = widths.Select((width, i) => i == 0 ? new string('-', width + 2) : $"{new string('-', width + 1)}:");
        Console.WriteLine($"|{string.Join('|', rule)}|");
        foreach (var row in _rows)
            Console.WriteLine(Line(row));

        string Line(string[] cells) =>
            $"| {string.Join(" | ", cells.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))} |";
    }
}

internal static class Format
{
    public static string Milliseconds(double value) => double.IsNaN(value) ? "-" : value < 10 ? $"{value:0.00}" : $"{value:0.0}";

    public static string Seconds(double value) => value < 10 ? $"{value:0.00}" : $"{value:0.0}";

    public static string Ratio(double value) => $"{value:0.00}x";

    /// <summary>Whether an aim was reached, said in the same words everywhere.</summary>
    public static string Aim(bool reached, string aim) => $"aim {aim}: {(reached ? "met" : "MISSED")}";
}
