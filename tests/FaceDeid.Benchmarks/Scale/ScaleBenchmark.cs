using FaceDeid.Benchmarks.Measuring;

namespace FaceDeid.Benchmarks.Scale;

/// <summary>
/// How many recordings so many workers do, how long they wait, and how much sooner one is done when several share it:
/// simulated, from <see cref="StepTimes"/>, which were measured on one machine.
/// </summary>
internal static class ScaleBenchmark
{
    private const int Seed = 1;
    private const int Hour = 3600;
    private const int Minute = 1500; // frames, at 25 a second
    private const double MostError = 0.05;

    private static readonly int[] Workers = [1, 2, 4, 8, 16, 32, 64];
    private static readonly StepTimes Steps = StepTimes.Measured;

    public static Task<bool> RunAsync()
    {
        PrintSpeedUp();
        PrintBacklog();
        PrintArrivals();
        PrintFailures();
        Console.WriteLine(
            $"\nStatements to PostgreSQL for each minute of work on a job: {StepTimes.StatementsPerJobMinute:0} (measured).");
        return Task.FromResult(IsAsTheory());
    }

    /// <summary>One recording, and nothing else to do.</summary>
    private static void PrintSpeedUp()
    {
        int[] minutes = [1, 10, 60, 240];
        var table = new Table(
            ["workers", .. minutes.Select(length => $"{length} min: done after, min"),
                .. minutes.Select(length => $"{length} min: speed-up")]);
        var alone = minutes.Select(length => Simulate(1, [new SimulatedJob(0, length * Minute)]).End).ToArray();
        foreach (var workers in Workers)
        {
            var ends = minutes.Select(length => Simulate(workers, [new SimulatedJob(0, length * Minute)]).End).ToArray();
            table.Add(
                [$"{workers}", .. ends.Select(end => $"{end / 60:0.0}"),
                    .. ends.Zip(alone, (end, one) => Format.Ratio(one / end))]);
        }

        table.Print("one recording of 1280 x 720 at 25 frames a second, by the number of workers (simulated)");
    }

    /// <summary>An archive that is there at once.</summary>
    private static void PrintBacklog()
    {
        var table = new Table("workers", "jobs/h", "of one worker's, for each", "utilisation");
        var one = 0.0;
        foreach (var workers in Workers)
        {
            var jobs = Enumerable.Range(0, 20 * workers).Select(_ => new SimulatedJob(0, 60 * Minute)).ToList();
            var (end, worked, _) = Simulate(workers, jobs);
            var rate = jobs.Count / end * Hour;
            one = workers == 1 ? rate : one;
            table.Add($"{workers}", $"{rate:0.00}", $"{rate / one / workers:0.0 %}", $"{worked / end / workers:0.0 %}");
        }

        table.Print("a backlog of recordings of an hour, 20 for each worker (simulated)");
    }

    /// <summary>Recordings of ten minutes that come by chance, or all of a day's in its first hour.</summary>
    private static void PrintArrivals()
    {
        var table = new Table(
            "workers", "arrivals", "load", "jobs/h", "waits p50, min", "waits p95, min", "done p50, min", "done p95, min",
            "utilisation");
        foreach (var workers in Workers.Where(workers => workers <= 16))
        {
            foreach (var load in new[] { 0.5, 0.8, 0.95 })
                Add("by chance", workers, load, random => Arrivals(random, workers, load, 10 * Minute, count: 2000));
            Add("a day's in an hour", workers, 0.8, random => Burst(random, workers, 0.8, 10 * Minute));
        }

        table.Print("recordings of ten minutes that keep coming (simulated)");

        void Add(string name, int workers, double load, Func<Random, List<SimulatedJob>> arrivals)
        {
            var jobs = arrivals(new Random(Seed));
            var (end, worked, _) = Simulate(workers, jobs);
            var waits = jobs.Select(job => (job.Started!.Value - job.Arrival) / 60).Order().ToArray();
            var times = jobs.Select(job => (job.Done - job.Arrival) / 60).Order().ToArray();
            table.Add(
                $"{workers}", name, $"{load:0 %}", $"{jobs.Count / end * Hour:0.0}", $"{At(waits, 0.5):0.0}",
                $"{At(waits, 0.95):0.0}", $"{At(times, 0.5):0.0}", $"{At(times, 0.95):0.0}", $"{worked / end / workers:0.0 %}");
        }
    }

    /// <summary>Workers that vanish.</summary>
    private static void PrintFailures()
    {
        var table = new Table("a worker vanishes each", "jobs/h", "lost work", "done p50, min", "done p95, min");
        foreach (var (name, seconds) in new[]
        {
            ("never", double.PositiveInfinity), ("day of work", 24.0 * Hour), ("hour of work", 1.0 * Hour),
            ("10 minutes of work", 600.0),
        })
        {
            var jobs = Arrivals(new Random(Seed), 8, 0.8, 10 * Minute, 2000);
            var (end, worked, lost) = Simulate(8, jobs, seconds);
            var times = jobs.Select(job => (job.Done - job.Arrival) / 60).Order().ToArray();
            table.Add(
                name, $"{jobs.Count / end * Hour:0.0}", $"{lost / worked:0.00 %}", $"{At(times, 0.5):0.0}",
                $"{At(times, 0.95):0.0}");
        }

        table.Print("8 workers that vanish, recordings of ten minutes at a load of 80 % (simulated)");
    }

    /// <summary>
    /// Whether the simulation waits as long as queueing theory says where that has an answer (Pollaczek and Khinchine: one
    /// worker, all jobs alike, arrivals by chance).
    /// </summary>
    private static bool IsAsTheory()
    {
        const double load = 0.7;
        var service = Steps.Alone(Minute);
        var jobs = Arrivals(new Random(Seed), 1, load, Minute, 200_000);
        Simulate(1, jobs);
        var simulated = jobs.Average(job => job.Started!.Value - job.Arrival);
        var theory = load * service / (2 * (1 - load));
        var isMet = Math.Abs(simulated / theory - 1) < MostError;
        Console.WriteLine(
            $"\nOne worker, one segment, load 70 %: mean wait {simulated:0.0} s simulated, {theory:0.0} s by theory; "
            + Format.Aim(isMet, $"{MostError:0 %}"));
        return isMet;
    }

    private static (double End, double Worked, double Lost) Simulate(
        int workers, IEnumerable<SimulatedJob> jobs, double meanTimeToFailure = double.PositiveInfinity)
    {
        var simulation = new QueueSimulation(Steps, workers, meanTimeToFailure, new Random(Seed));
        var end = simulation.Run(jobs);
        return (end, simulation.Worked, simulation.Lost);
    }

    /// <summary>A Poisson process that keeps workers busy by a share of their time.</summary>
    private static List<SimulatedJob> Arrivals(Random random, int workers, double load, int frames, int count)
    {
        List<SimulatedJob> jobs = [];
        var (mean, now) = (Steps.Alone(frames) / workers / load, 0.0);
        for (var i = 0; i < count; i++)
        {
            now -= mean * Math.Log(1 - random.NextDouble());
            jobs.Add(new SimulatedJob(now, frames));
        }

        return jobs;
    }

    /// <summary>As much as workers do in a share of a day, all of it within the day's first hour, ten days in a row.</summary>
    private static List<SimulatedJob> Burst(Random random, int workers, double load, int frames) => [.. Enumerable.Range(0, 10)
        .SelectMany(day => Enumerable.Range(0, (int)(24 * Hour * load * workers / Steps.Alone(frames)))
            .Select(_ => new SimulatedJob(((day * 24) + random.NextDouble()) * Hour, frames)))
        .OrderBy(job => job.Arrival)];

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
}
