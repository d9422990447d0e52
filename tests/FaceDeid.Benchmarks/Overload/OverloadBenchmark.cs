using System.Diagnostics;
using FaceDeid.Api.Settings;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Overload;

/// <summary>
/// Less and more requests than the service can answer, at constant rates that do not care whether it does. Fails when an answer
/// is neither right nor 503.
/// </summary>
internal static class OverloadBenchmark
{
    private const double LeastGoodput = 0.9; // of the best, at the highest rate
    private const double MostRefusalMilliseconds = 50;
    private static readonly double[] Loads = [0.5, 0.8, 1, 1.5, 2, 3];

    /// <summary>One rate, and what came of it.</summary>
    private sealed record Step(
        double Load, double Rate, TimeSpan Duration, Arrival[] Arrivals, TimeSpan Elapsed, TimeSpan Generator, TimeSpan Service)
    {
        public IEnumerable<Arrival> Right => Arrivals.Where(a => a.Outcome == Outcome.Right);

        public IEnumerable<Arrival> TurnedAway => Arrivals.Where(a => a.Outcome == Outcome.TurnedAway);

        public int Wrong => Arrivals.Count(a => a.Outcome == Outcome.Wrong);

        /// <summary>
        /// Right answers a second, of those that came while it was sent: what the queue still held afterwards does not count.
        /// </summary>
        public double Goodput => Right.Count(a => a.Answered <= Duration.TotalMilliseconds) / Duration.TotalSeconds;
    }

    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        using var service = await ServiceProcess.StartAsync();
        var call = await LandmarksCall.WarmUpAsync(service);
        var capacity = await Stopwatches.RateAsync(4, TimeSpan.FromSeconds(10), _ => call.SendAsync());
        List<Step> steps = [];
        foreach (var load in Loads)
        {
            steps.Add(await MeasureAsync(
                load, load * capacity, TimeSpan.FromSeconds(options.Seconds / (double)Loads.Length), service, call));
        }

        Print(steps, capacity);
        PrintAims(steps, capacity);
        var wrong = steps.Sum(step => step.Wrong);
        foreach (var mistake in call.Mistakes.Take(10))
            Console.WriteLine($"  - {mistake}");
        Console.WriteLine(wrong == 0
            ? "overload: passed"
            : $"overload: FAILED, {wrong} answers were neither right nor 503. The service's log: {service.LogFile}");
        return wrong == 0;
    }

    private static async Task<Step> MeasureAsync(
        double load, double rate, TimeSpan duration, ServiceProcess service, LandmarksCall call)
    {
        var (start, generator, served) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, service.ProcessorTime);
        var arrivals = await OpenLoop.RunAsync(OpenLoop.Schedule(rate, duration, seed: 1), call.SendAsync);
        return new Step(
            load, rate, duration, arrivals, Stopwatch.GetElapsedTime(start),
            Environment.CpuUsage.TotalTime - generator, service.ProcessorTime - served);
    }

    private static void Print(List<Step> steps, double capacity)
    {
        var table = new Table(
            "offered", "requests/s", "200/s", "of best", "503/s", "others", "200: p50 ms", "p99 ms", "most ms", "503: p50 ms",
            "p99 ms", "most ms", "p99 ms from intended", "service's cores", "generator's", "200s per CPU s");
        var best = steps.Max(step => step.Goodput);
        foreach (var step in steps)
        {
            var right = step.Right.Select(a => a.SinceIntended).ToArray();
            var refused = step.TurnedAway.Select(a => a.SinceSent).ToArray();
            table.Add(
                $"{step.Load}x", $"{step.Rate:0.0}", $"{step.Goodput:0.0}", $"{step.Goodput / best:0%}",
                $"{refused.Length / step.Duration.TotalSeconds:0.0}", $"{step.Wrong}",
                Format.Milliseconds(right.Median()), Format.Milliseconds(right.Percentile(0.99)),
                Format.Milliseconds(right.Percentile(1)), Format.Milliseconds(refused.Median()),
                Format.Milliseconds(refused.Percentile(0.99)), Format.Milliseconds(refused.Percentile(1)),
                Format.Milliseconds(step.TurnedAway.Select(a => a.SinceIntended).Percentile(0.99)),
                $"{step.Service / step.Elapsed:0.00}", $"{step.Generator / step.Elapsed:0.00}",
                $"{step.Right.Count() / step.Service.TotalSeconds:0.0}");
        }

        table.Print(
            $"overload: capacity {capacity:0.0} requests/s (4 clients in a closed loop), then {steps[0].Duration.TotalSeconds:0} "
            + "s at each rate; 200s are timed from their intended start");
    }

    private static void PrintAims(List<Step> steps, double capacity)
    {
        var limits = new LimitSettings();
        var (most, best) = (steps[^1], steps.Max(step => step.Goodput));
        // Whoever is let in last has the whole queue before it, and what the workers do; then its own work, while others arrive.
        var queue = Math.Min(limits.MaxQueuedRequests / capacity, limits.MaxQueueSeconds);
        var bound = 1000 * ((1.1 * queue) + (3 * Environment.ProcessorCount / capacity));
        var wait = steps.Max(step => step.Right.Select(a => a.SinceIntended).Percentile(0.99));
        var refusal = steps.Select(step => step.TurnedAway.Select(a => a.SinceSent).Percentile(0.99))
            .Where(p99 => !double.IsNaN(p99)).DefaultIfEmpty(0).Max();
        Console.WriteLine(
            $"\n{Format.Aim(most.Goodput >= LeastGoodput * best, $"goodput at {most.Load}x >= {LeastGoodput:0%} of the best")} "
            + $"({most.Goodput / best:0%})");
        Console.WriteLine(
            Format.Aim(
                wait <= bound, $"p99 of accepted requests <= {bound:0} ms, the length of the queue by the capacity, and a tenth")
            + $" ({wait:0} ms)");
        Console.WriteLine(
            $"{Format.Aim(refusal < MostRefusalMilliseconds, $"p99 of 503s < {MostRefusalMilliseconds} ms")} ({refusal:0.0} ms)");
    }
}
