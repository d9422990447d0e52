using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Landmarks;

/// <summary>
/// Pictures per second: native calls on one and two threads, the service with one and two workers, in alternation.
/// </summary>
internal static class LandmarksThroughput
{
    private const int Rounds = 5;
    private const double Aim = 1.8;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    /// <summary>One way of working, and what it showed in each round.</summary>
    private sealed record Way(string Name, Func<Task<double>> Run, ServiceProcess? Service = null)
    {
        public List<double> Rates { get; } = [];

        public List<double> ProcessorMilliseconds { get; } = [];

        /// <summary>A round; processor time is that of the service and of this process, which sends.</summary>
        public async Task MeasureAsync()
        {
            var before = ProcessorTime();
            Rates.Add(await Run());
            ProcessorMilliseconds.Add((ProcessorTime() - before).TotalMilliseconds / (Rates[^1] * Duration.TotalSeconds));
        }

        private TimeSpan ProcessorTime() => Environment.CpuUsage.TotalTime + (Service?.ProcessorTime ?? TimeSpan.Zero);
    }

    public static async Task RunAsync(
        Subject[] subjects, NativeLandmarks native, NativeLandmarks other, ServiceProcess one, ServiceProcess two)
    {
        var single = new Way("native calls, 1 thread", () => Stopwatches.RateAsync(1, Duration, i => CallAsync(native, i)));
        var ceiling = new Way("native calls, 2 threads", () => CallOnTwoThreadsAsync(native, other));
        var served = new Way(
            "service, 2 workers, 4 clients", () => Stopwatches.RateAsync(4, Duration, i => SendAsync(two, i)), two);
        Way[] ways =
        [
            single,
            ceiling,
            new("service, 1 worker, 2 clients", () => Stopwatches.RateAsync(2, Duration, i => SendAsync(one, i)), one),
            served,
        ];
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var way in ways)
                await way.MeasureAsync();
        }

        var table = new Table("way", "pictures/s", "least", "most", "of native, 1 thread", "CPU ms a picture");
        foreach (var way in ways)
        {
            table.Add(
                way.Name, $"{way.Rates.Median():0.0}", $"{way.Rates.Min():0.0}", $"{way.Rates.Max():0.0}",
                Format.Ratio(Relative(way, single)), Format.Milliseconds(way.ProcessorMilliseconds.Median()));
        }

        table.Print($"landmarks: throughput, medians of {Rounds} rounds in alternation, {Duration.TotalSeconds:0} s each");
        var reached = Relative(served, single);
        Console.WriteLine(
            $"\n{Format.Aim(reached >= Aim, $">= {Aim}x one core's native throughput on two")} ({Format.Ratio(reached)}; native "
            + $"calls on two threads: {Format.Ratio(Relative(ceiling, single))})");

        Task CallAsync(NativeLandmarks calls, int i)
        {
            calls.Run(subjects[i % subjects.Length].Bytes);
            return Task.CompletedTask;
        }

        async Task<double> CallOnTwoThreadsAsync(params NativeLandmarks[] each) =>
            (await Task.WhenAll(each.Select(calls => Stopwatches.RateAsync(1, Duration, i => CallAsync(calls, i))))).Sum();

        async Task SendAsync(ServiceProcess service, int i) =>
            await subjects[i % subjects.Length].Upload.SendAndReadAsync(service.Client);
    }

    /// <summary>Rounds are compared with themselves, because the machine's speed changes from one to the next.</summary>
    private static double Relative(Way way, Way single) => way.Rates.Zip(single.Rates, (rate, one) => rate / one).Median();
}
