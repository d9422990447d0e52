using System.Diagnostics;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Startup;

/// <summary>
/// From the start of the process until <c>/health/ready</c> answers 200: hash checks, models, self-test, host. As it was built,
/// which <c>make run</c> starts, and as it is published for the container; by turns, so that a busy moment strikes both.
/// </summary>
internal static class StartupBenchmark
{
    private const int Starts = 10;
    private const double AimSeconds = 1;

    public static async Task<bool> RunAsync()
    {
        using var published = await PublishedService.CreateAsync();
        (string Name, string? Folder, List<Start> Starts)[] ways = [("make run", null, []), ("container", published.Folder, [])];
        foreach (var (_, folder, _) in ways)
            await MeasureAsync(folder); // fills the disk cache
        for (var i = 0; i < Starts; i++)
        {
            foreach (var (_, folder, starts) in ways)
                starts.Add(await MeasureAsync(folder));
        }

        var table = new Table("as in", "median s", "quickest", "slowest", "processor time s");
        foreach (var (name, _, starts) in ways)
        {
            var seconds = starts.ConvertAll(start => start.Seconds);
            table.Add(
                name, $"{seconds.Median():0.00}", $"{seconds.Min():0.00}", $"{seconds.Max():0.00}",
                $"{starts.ConvertAll(start => start.ProcessorSeconds).Median():0.00}");
        }

        table.Print($"startup: until ready, {Starts} starts each, warm disk");
        Console.WriteLine();
        foreach (var (name, _, starts) in ways)
        {
            var median = starts.ConvertAll(start => start.Seconds).Median();
            Console.WriteLine($"{Format.Aim(median < AimSeconds, $"< {AimSeconds} s")} ({name}: {median:0.00} s)");
        }

        return true;
    }

    private static async Task<Start> MeasureAsync(string? folder)
    {
        var start = Stopwatch.GetTimestamp();
        using var service = await ServiceProcess.StartAsync(folder: folder);
        return new Start(Stopwatch.GetElapsedTime(start).TotalSeconds, service.ProcessorTime.TotalSeconds);
    }

    private sealed record Start(double Seconds, double ProcessorSeconds);
}
