using System.Diagnostics;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Load;

/// <summary>
/// Many clients, mixed pictures and calls. Fails when an answer differs from the serial one, when anything but 503 of the 5xx
/// shows, when memory grows in the second half by more than <see cref="MaxGrowthMebibytes"/>, or is more than it may be.
/// </summary>
internal static partial class LoadTest
{
    /// <summary>How far the second half's highest resident memory may lie above the first half's.</summary>
    private const double MaxGrowthMebibytes = 32;

    /// <summary>What large pictures may take in all.</summary>
    private const double LargeMebibytes = 1024;

    private const int LargeClients = 16;
    private const int LargeRequests = 10_000;

    /// <summary>Mixed pictures for a while.</summary>
    public static Task<bool> RunAsync(BenchmarkOptions options) => RunAsync(
        "load", LoadJobs.Create(), options.Clients, double.PositiveInfinity, elapsed => elapsed.TotalSeconds < options.Seconds);

    /// <summary>So many requests of large pictures.</summary>
    public static Task<bool> RunLargeAsync(BenchmarkOptions options)
    {
        var (sent, count) = (0, Math.Min(options.Count, LargeRequests));
        return RunAsync("memory", LoadJobs.Large(), LargeClients, LargeMebibytes, _ => Interlocked.Increment(ref sent) <= count);
    }

    private static async Task<bool> RunAsync(
        string name, IReadOnlyList<LoadJob> jobs, int count, double mostMebibytes, Func<TimeSpan, bool> again)
    {
        using var service = await ServiceProcess.StartAsync();
        var idle = service.ResidentMebibytes;
        var expected = new List<ExpectedAnswer>();
        foreach (var job in jobs)
            expected.Add(await ExpectedAnswer.TakeAsync(job, service.Client));

        var clients = Enumerable.Range(0, count).Select(i => new LoadClient(i, service.Client, jobs, expected)).ToArray();
        var memory = new MemoryWatch(service);
        using var over = new CancellationTokenSource();
        var watching = memory.RunAsync(over.Token);
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(clients.Select(client => client.RunAsync(() => again(Stopwatch.GetElapsedTime(start)))));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await over.CancelAsync();
        await watching;

        if (service.HasExited)
        {
            Console.WriteLine($"\n{name}: FAILED, the service has exited. Its log: {service.LogFile}");
            return false;
        }

        PrintTimes(name, jobs, clients, seconds);
        PrintMemory(name, memory, idle);
        return Judge(name, clients, memory, mostMebibytes, service);
    }

    private static void PrintTimes(string name, IReadOnlyList<LoadJob> jobs, LoadClient[] clients, double seconds)
    {
        var table = new Table("request", "answered", "p50 ms", "p99 ms");
        foreach (var kind in jobs.Select((job, i) => (job.Kind, Times: clients.SelectMany(c => c.Times[i])))
            .GroupBy(job => job.Kind, StringComparer.Ordinal))
            AddRow(kind.Key, [.. kind.SelectMany(job => job.Times)]);
        var all = clients.SelectMany(c => c.Times).SelectMany(times => times).ToArray();
        AddRow("all", all);
        table.Print(
            $"{name}: {clients.Length} clients, {seconds:0} s, {all.Length} right answers, {all.Length / seconds:0.0} a second");

        void AddRow(string kind, double[] times) =>
            table.Add(kind, $"{times.Length}", Format.Milliseconds(times.Median()), Format.Milliseconds(times.Percentile(0.99)));
    }

    private static void PrintMemory(string name, MemoryWatch memory, double idle)
    {
        var table = new Table("resident memory", "MiB");
        table.Add("ready, nothing sent yet", $"{idle:0}");
        table.Add("first half, median", $"{memory.FirstHalfMedian:0}");
        table.Add("first half, most", $"{memory.FirstHalfMax:0}");
        table.Add("second half, median", $"{memory.SecondHalfMedian:0}");
        table.Add("second half, most", $"{memory.SecondHalfMax:0}");
        table.Add("second half, trend a minute", $"{memory.SlopePerMinute:+0.0;-0.0}");
        table.Print($"{name}: memory of the service, one sample a second");
    }

    private static bool Judge(string name, LoadClient[] clients, MemoryWatch memory, double mostMebibytes, ServiceProcess service)
    {
        var wrong = clients.Sum(client => client.Wrong);
        var flat = memory.Growth <= MaxGrowthMebibytes && service.PeakMebibytes <= mostMebibytes;
        PrintAnswers(clients);
        Console.WriteLine(
            $"Memory: second half's most is {memory.Growth:+0;-0;0} MiB against the first's, allowed +{MaxGrowthMebibytes}; the "
            + $"most at any time is {service.PeakMebibytes:0} MiB, allowed {mostMebibytes}.");
        Console.WriteLine(wrong == 0 && flat ? $"{name}: passed" : $"{name}: FAILED. The service's log: {service.LogFile}");
        return wrong == 0 && flat;
    }

    private static void PrintAnswers(LoadClient[] clients)
    {
        Console.WriteLine(
            $"\n503 with Retry-After: {clients.Sum(client => client.TurnedAway)}. Wrong answers, other 5xx included: "
            + $"{clients.Sum(client => client.Wrong)}.");
        foreach (var note in clients.SelectMany(client => client.Notes).Distinct(StringComparer.Ordinal).Take(10))
            Console.WriteLine($"  - {note}");
    }
}
