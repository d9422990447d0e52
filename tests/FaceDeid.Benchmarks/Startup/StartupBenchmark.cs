using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Startup;

/// <summary>From the start of the process until <c>/health/ready</c> answers 200: hash checks, models, self-test, host.</summary>
internal static class StartupBenchmark
{
    private const int Starts = 5;
    private const double AimSeconds = 1;

    public static async Task<bool> RunAsync()
    {
        var seconds = new List<double>();
        (await ServiceProcess.StartAsync()).Dispose(); // fills the disk cache
        for (var i = 0; i < Starts; i++)
        {
            ServiceProcess? service = null;
            seconds.Add(await Stopwatches.TimeAsync(async () => service = await ServiceProcess.StartAsync()) / 1000);
            service?.Dispose();
        }

        var table = new Table("", "s");
        table.Add("median", $"{seconds.Median():0.00}");
        table.Add("quickest", $"{seconds.Min():0.00}");
        table.Add("slowest", $"{seconds.Max():0.00}");
        table.Print($"startup: until ready, {Starts} starts, warm disk");
        Console.WriteLine($"\n{Format.Aim(seconds.Median() < AimSeconds, $"< {AimSeconds} s")} ({seconds.Median():0.00} s)");
        return true;
    }
}
