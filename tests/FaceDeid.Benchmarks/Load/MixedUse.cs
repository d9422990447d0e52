using System.Diagnostics;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Load;

/// <summary>
/// All that a service is asked for, for an hour, and then a minute of rest. Fails when an answer is wrong, or when memory after
/// the rest is more than <see cref="MaxRest"/> times that of the service before its first request.
/// </summary>
internal static partial class LoadTest
{
    private const double MaxRest = 1.3;
    private const int MixedClients = 8;
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    public static async Task<bool> RunMixedAsync(BenchmarkOptions options)
    {
        const string Name = "mixed use";
        using var service = await ServiceProcess.StartAsync();
        var fresh = service.ResidentMebibytes;
        var jobs = await MixedJobs.CreateAsync(service.Client);
        var expected = new List<ExpectedAnswer>();
        foreach (var job in jobs)
            expected.Add(await ExpectedAnswer.TakeAsync(job, service.Client));
        var warm = service.ResidentMebibytes;

        var clients = Enumerable.Range(0, MixedClients).Select(i => new LoadClient(i, service.Client, jobs, expected)).ToArray();
        var (start, processors) = (Stopwatch.GetTimestamp(), service.ProcessorTime);
        bool Again() => Stopwatch.GetElapsedTime(start).TotalMinutes < options.Minutes;
        await Task.WhenAll(clients.Select(client => client.RunAsync(Again)));
        var (seconds, used) = (Stopwatch.GetElapsedTime(start).TotalSeconds, service.ProcessorTime - processors);
        var (end, peak) = (service.ResidentMebibytes, service.PeakMebibytes);
        await Task.Delay(Rest);
        var rest = service.ResidentMebibytes;

        PrintTimes(Name, jobs, clients, seconds);
        var table = new Table("resident memory", "MiB");
        table.Add("ready, nothing sent yet", $"{fresh:0}");
        table.Add("each call once", $"{warm:0}");
        table.Add("most at any time", $"{peak:0}");
        table.Add("at the end", $"{end:0}");
        table.Add("after a minute of rest", $"{rest:0}");
        table.Add("that against the first", Format.Ratio(rest / fresh));
        table.Print($"{Name}: memory of the service, which took {used.TotalSeconds:0} s of processor time");

        var wrong = clients.Sum(client => client.Wrong);
        var held = wrong == 0 && rest <= MaxRest * fresh;
        PrintAnswers(clients);
        Console.WriteLine(held ? $"{Name}: passed" : $"{Name}: FAILED, allowed {MaxRest}x. The service's log: {service.LogFile}");
        return held;
    }
}
