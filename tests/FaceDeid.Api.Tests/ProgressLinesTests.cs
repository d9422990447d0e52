using FaceDeid.Api.Http;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Progress is told a few times a second, in order, and always to the end of a stage.</summary>
public sealed class ProgressLinesTests
{
    [Fact]
    public async Task Five_lines_a_second_and_the_first_and_last_of_each_stage()
    {
        var clock = new Clock();
        var lines = new ProgressLines(clock);
        for (var done = 1; done <= 100; done++)
        {
            clock.Milliseconds += 10;
            lines.Report(new StageProgress("examine", done, 100));
        }

        lines.Report(new StageProgress("group", 0, 3));
        lines.Report(new StageProgress("group", 2, 3)); // its end is not told: the last that was must not be lost
        lines.Report(new StageProgress("photos", 1, 9));
        lines.Report(new StageProgress("photos", 5, 9));
        lines.Report(new StageProgress("photos", 4, 9)); // overtaken by another thread
        lines.End();

        Assert.Equal(
            "examine 1, examine 21, examine 41, examine 61, examine 81, examine 100, group 0, group 2, photos 1, photos 5",
            string.Join(", ", await ReadAsync(lines)));
    }

    private static async Task<List<string>> ReadAsync(ProgressLines lines)
    {
        List<string> read = [];
        await foreach (var line in lines.ReadAllAsync())
            read.Add($"{line.Stage} {line.Done}");
        return read;
    }

    private sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
