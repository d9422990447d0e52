using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Load;

/// <summary>
/// Many clients, mixed pictures and calls. Fails when an answer differs from the serial one, when anything but 503 of the 5xx
/// shows, or when memory grows in the second half by more than <see cref="MaxGrowthMebibytes"/>.
/// </summary>
internal static class LoadTest
{
    /// <summary>How far the second half's highest resident memory may lie above the first half's.</summary>
    private const double MaxGrowthMebibytes = 32;

    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        using var service = await ServiceProcess.StartAsync();
        var jobs = LoadJobs.Create();
        var idle = service.ResidentMebibytes;
        var expected = new List<ExpectedAnswer>();
        foreach (var job in jobs)
            expected.Add(await ExpectedAnswer.TakeAsync(job, service.Client));

        var clients = Enumerable.Range(0, options.Clients).Select(i => new LoadClient(i, service.Client, jobs, expected)).ToArray();
        var memory = new MemoryWatch(service);
        using var over = new CancellationTokenSource();
        var watching = memory.RunAsync(over.Token);
        await Task.WhenAll(clients.Select(client => client.RunAsync(TimeSpan.FromSeconds(options.Seconds))));
        await over.CancelAsync();
        await watching;

        if (service.HasExited)
        {
            Console.WriteLine($"\nload: FAILED, the service has exited. Its log: {service.LogFile}");
            return false;
        }

        PrintTimes(jobs, clients, options);
        PrintMemory(memory, idle);
        return Judge(clients, memory, service);
    }

    private static void PrintTimes(IReadOnlyList<LoadJob> jobs, LoadClient[] clients, BenchmarkOptions options)
    {
        var table = new Table("request", "answered", "p50 ms", "p99 ms");
        foreach (var kind in jobs.Select((job, i) => (job.Kind, Times: clients.SelectMany(c => c.Times[i]))).GroupBy(job => job.Kind, StringComparer.Ordinal))
            AddRow(kind.Key, [.. kind.SelectMany(job => job.Times)]);
        var all = clients.SelectMany(c => c.Times).SelectMany(times => times).ToArray();
        AddRow("all", all);
        table.Print($"load: {options.Clients} clients, {options.Seconds} s, {all.Length / (double)options.Seconds:0.0} right answers/s");

        void AddRow(string name, double[] times) =>
            table.Add(name, $"{times.Length}", Format.Milliseconds(times.Median()), Format.Milliseconds(times.Percentile(0.99)));
    }

    private static void PrintMemory(MemoryWatch memory, double idle)
    {
        var table = new Table("resident memory", "MiB");
        table.Add("ready, nothing sent yet", $"{idle:0}");
        table.Add("first half, median", $"{memory.FirstHalfMedian:0}");
        table.Add("first half, most", $"{memory.FirstHalfMax:0}");
        table.Add("second half, median", $"{memory.SecondHalfMedian:0}");
        table.Add("second half, most", $"{memory.SecondHalfMax:0}");
        table.Add("second half, trend a minute", $"{memory.SlopePerMinute:+0.0;-0.0}");
        table.Print("load: memory of the service, one sample a second");
    }

    private static bool Judge(LoadClient[] clients, MemoryWatch memory, ServiceProcess service)
    {
        var wrong = clients.Sum(client => client.Wrong);
        var flat = memory.Growth <= MaxGrowthMebibytes;
        Console.WriteLine($"\n503 with Retry-After: {clients.Sum(client => client.TurnedAway)}. Wrong answers, other 5xx included: {wrong}.");
        foreach (var note in clients.SelectMany(client => client.Notes).Distinct(StringComparer.Ordinal).Take(10))
            Console.WriteLine($"  - {note}");
        Console.WriteLine($"Memory: second half's most is {memory.Growth:+0;-0;0} MiB against the first's, allowed +{MaxGrowthMebibytes}.");
        Console.WriteLine(wrong == 0 && flat ? "load: passed" : $"load: FAILED. The service's log: {service.LogFile}");
        return wrong == 0 && flat;
    }
}
