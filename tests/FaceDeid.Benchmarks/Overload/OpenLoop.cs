using System.Diagnostics;

namespace FaceDeid.Benchmarks.Overload;

/// <summary>What became of a request.</summary>
internal enum Outcome
{
    /// <summary>200 and the right answer.</summary>
    Right,

    /// <summary>503 with Retry-After.</summary>
    TurnedAway,

    /// <summary>Everything else.</summary>
    Wrong,
}

/// <summary>One request of a schedule, in milliseconds since the schedule began.</summary>
/// <param name="Intended">When it was to be sent.</param>
/// <param name="Sent">When it was.</param>
/// <param name="Answered">When the answer was read to its end.</param>
/// <param name="Outcome">What came.</param>
internal readonly record struct Arrival(double Intended, double Sent, double Answered, Outcome Outcome)
{
    public double SinceIntended => Answered - Intended;

    public double SinceSent => Answered - Sent;
}

/// <summary>
/// Sends by a schedule that was fixed before, whether earlier requests are answered or not. A client that waits for its answer
/// before it sends again would slow down together with the service, and never see what its users wait ("coordinated omission").
/// </summary>
internal static class OpenLoop
{
    /// <summary>Arrivals as of independent users (Poisson), the same ones for the same seed.</summary>
    /// <param name="rate">Requests a second.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="seed">Of the random numbers.</param>
    /// <returns>Milliseconds since the begin, in order.</returns>
    public static double[] Schedule(double rate, TimeSpan duration, int seed)
    {
        var random = new Random(seed);
        List<double> times = [];
        for (var at = 0.0; at < duration.TotalMilliseconds; at += -Math.Log(1 - random.NextDouble()) * 1000 / rate)
            times.Add(at);
        return [.. times];
    }

    /// <summary>Sends by the schedule and waits for the last answer.</summary>
    public static async Task<Arrival[]> RunAsync(double[] schedule, Func<Task<Outcome>> send)
    {
        var requests = new Task<Arrival>[schedule.Length];
        var start = Stopwatch.GetTimestamp();
        // A thread of its own: a timer of the thread pool would wait behind the answers that it reads.
        await Task.Factory.StartNew(SendAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return await Task.WhenAll(requests);

        void SendAll()
        {
            for (var i = 0; i < schedule.Length; i++)
            {
                var wait = schedule[i] - Now();
                if (wait > 0)
                    Thread.Sleep(TimeSpan.FromMilliseconds(wait));
                requests[i] = SendAsync(schedule[i]);
            }
        }

        async Task<Arrival> SendAsync(double intended)
        {
            var sent = Now();
            var outcome = await send();
            return new Arrival(intended, sent, Now(), outcome);
        }

        double Now() => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
