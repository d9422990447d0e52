using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Overload;

/// <summary>
/// What normal requests notice of 200 clients that send slowly or not at all, and what those cost. Fails when a normal request is
/// not answered rightly.
/// </summary>
internal static class SlowClientsBenchmark
{
    private const int Count = 200;
    private const double Load = 0.5; // of the capacity: the aim is that nobody notices, not that nobody waits
    private const double LeastGoodput = 0.9;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        var duration = TimeSpan.FromSeconds(options.Seconds / 6.0);
        using var service = await ServiceProcess.StartAsync();
        var call = await LandmarksCall.WarmUpAsync(service);
        var rate = Load * await Stopwatches.RateAsync(4, TimeSpan.FromSeconds(10), _ => call.SendAsync());
        var schedule = OpenLoop.Schedule(rate, duration, seed: 1);
        var table = new Table(
            "beside them", "sent/s", "200/s", "503", "others", "p50 ms", "p99 ms", "resident MiB", "thrown out");

        var alone = await MeasureAsync("nobody", thrownOut: () => 0);
        var worst = 1.0;
        foreach (var kind in SlowClients.Kinds)
        {
            using var over = new CancellationTokenSource();
            var clients = new SlowClients(service.Address);
            var holding = clients.RunAsync(kind, Count, over.Token);
            await Task.Delay(Settling);
            worst = Math.Min(worst, await MeasureAsync($"{Count} {kind.Name}", () => clients.Ended) / alone);
            await over.CancelAsync();
            await holding;
        }

        table.Print(
            $"slow: normal requests at {Load} of the capacity, {duration.TotalSeconds:0} s beside each kind of slow clients");
        Console.WriteLine(
            $"\n{Format.Aim(worst >= LeastGoodput, $"right answers beside slow clients >= {LeastGoodput:0%} of those alone")} "
            + $"({worst:0%})");
        var mistakes = call.Mistakes.ToArray();
        foreach (var mistake in mistakes.Take(10))
            Console.WriteLine($"  - {mistake}");
        Console.WriteLine(mistakes.Length == 0 ? "slow: passed" : $"slow: FAILED. The service's log: {service.LogFile}");
        return mistakes.Length == 0;

        async Task<double> MeasureAsync(string name, Func<int> thrownOut)
        {
            var arrivals = await OpenLoop.RunAsync(schedule, call.SendAsync);
            var right = arrivals.Where(a => a.Outcome == Outcome.Right).Select(a => a.SinceIntended).ToArray();
            table.Add(
                name, $"{rate:0.0}", $"{right.Length / duration.TotalSeconds:0.0}",
                $"{arrivals.Count(a => a.Outcome == Outcome.TurnedAway)}", $"{arrivals.Count(a => a.Outcome == Outcome.Wrong)}",
                Format.Milliseconds(right.Median()), Format.Milliseconds(right.Percentile(0.99)),
                $"{service.ResidentMebibytes:0}", $"{thrownOut()}");
            return right.Length;
        }
    }
}
