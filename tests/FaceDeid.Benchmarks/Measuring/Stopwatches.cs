using System.Diagnostics;

namespace FaceDeid.Benchmarks.Measuring;

internal static class Stopwatches
{
    /// <summary>Milliseconds one call takes.</summary>
    public static double Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <inheritdoc cref="Time"/>
    public static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>
    /// Calls per second that as many workers get done in a while, each calling again as soon as it is answered.
    /// </summary>
    public static async Task<double> RateAsync(int workers, TimeSpan duration, Func<int, Task> work)
    {
        var calls = 0;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            for (var i = worker; Stopwatch.GetElapsedTime(start) < duration; i++)
            {
                await work(i);
                Interlocked.Increment(ref calls);
            }
        })));
        return calls / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
