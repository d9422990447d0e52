using System.Diagnostics;

namespace FaceDeid.Benchmarks.Load;

/// <summary>One client: picks a request, sends it, compares the answer, and again as long as it is told to.</summary>
internal sealed class LoadClient(int number, HttpClient http, IReadOnlyList<LoadJob> jobs, IReadOnlyList<ExpectedAnswer> expected)
{
    private const int MaxNotes = 5;
    private readonly Random _random = new(number);
    private readonly int[] _drawn = [.. jobs.SelectMany((job, i) => Enumerable.Repeat(i, job.Share))];
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Milliseconds of each answered request, by job.</summary>
    public IReadOnlyList<List<double>> Times { get; } = [.. jobs.Select(_ => new List<double>())];

    /// <summary>Answers that differ from the serial ones, 5xx other than 503 among them.</summary>
    public int Wrong { get; private set; }

    /// <summary>Answers 503 with Retry-After, which was waited for.</summary>
    public int TurnedAway { get; private set; }

    /// <summary>What was wrong with the first wrong answers.</summary>
    public List<string> Notes { get; } = [];

    public async Task RunAsync(Func<bool> again)
    {
        while (again())
        {
            var job = _drawn[_random.Next(_drawn.Length)];
            try
            {
                await SendAsync(job);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                Note(job, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }
    }

    private async Task SendAsync(int job)
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await jobs[job].Upload.SendAsync(http);
        if ((int)answer.StatusCode == 503 && answer.Headers.RetryAfter?.Delta is { } wait)
        {
            TurnedAway++;
            await Task.Delay(wait);
            return;
        }

        if (await expected[job].EqualsAsync(answer, _buffer))
            Times[job].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        else
            Note(job, $"answered {(int)answer.StatusCode}, not as before the load");
    }

    private void Note(int job, string what)
    {
        Wrong++;
        if (Notes.Count < MaxNotes)
            Notes.Add($"{jobs[job].Kind}: {what}");
    }
}
