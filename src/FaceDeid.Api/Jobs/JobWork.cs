using FaceDeid.Video.Segments;
using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Jobs;

/// <summary>What a kind of job does.</summary>
internal abstract class JobWork
{
    /// <summary>Which jobs it is for.</summary>
    public abstract string Kind { get; }

    /// <summary>What is missing for it, and what to do about it, for the operator; null: it can be done.</summary>
    public virtual Task<string?> FaultAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Looks at what was received before it is taken, as far as that is quickly done.</summary>
    /// <exception cref="FaceDeidException">It is refused.</exception>
    public virtual Task CheckAsync(IMediaStore store, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Does the work, or goes on where the job's store says that it stopped: the process may end at any time, and then it is
    /// called again. It ends soon after its token fires, and deletes what is not needed any more, as the original. A
    /// <see cref="FaceDeidException"/> is the job's error; where it sets <see cref="JobRun.WaitsForReview"/>, the job waits for a
    /// person, and is called again when that has looked.
    /// </summary>
    public abstract Task RunAsync(JobRun run, CancellationToken cancellationToken);

    /// <summary>Helps another machine with a job that it works on, as long as there is a part of it that nobody does.</summary>
    public virtual Task HelpAsync(JobRun run, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A job that is being worked on. Thread-safe.</summary>
/// <param name="row">What is known of it.</param>
/// <param name="store">Its objects.</param>
/// <param name="options">The options of the request, as JSON.</param>
/// <param name="table">Where its progress is noted.</param>
/// <param name="gate">Where pictures wait.</param>
/// <param name="claims">Which of several machines has which part of it; null: there is one machine.</param>
/// <param name="stop">Ends the work, because it is not to be done any more, or not here.</param>
/// <param name="time">The clock.</param>
internal sealed class JobRun(
    JobRow row, IMediaStore store, string options, JobTable table, WorkerGate gate, ISegmentClaims? claims, Action stop,
    TimeProvider time)
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BetweenSharedReports = TimeSpan.FromSeconds(1); // each of which goes through a network
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(10);

    private readonly Lock _reporting = new();
    private readonly SortedSet<string> _warnings = new(row.Warnings, StringComparer.Ordinal);
    private string? _phase;
    private long _reportedAt;

    public string Id => row.Id;

    /// <summary>How often the work began, this time included.</summary>
    public int Attempt => row.Attempts;

    public IMediaStore Store => store;

    /// <summary>The options of the request, as JSON.</summary>
    public string Options => options;

    /// <summary>The object with what a person changed last; null: nothing was changed.</summary>
    public string? Input => row.Input;

    /// <summary>Which of several machines has which part of it; null: there is one machine.</summary>
    public ISegmentClaims? Claims => claims;

    /// <summary>Whether the work ended because a person is to look at what was found.</summary>
    public bool WaitsForReview { get; set; }

    /// <summary>Says how far the work is; it may be called for every frame.</summary>
    public void Report(string phase, int done, int total, int faces)
    {
        lock (_reporting)
        {
            if (string.Equals(phase, _phase, StringComparison.Ordinal) && done < total
                && time.GetElapsedTime(_reportedAt) < (claims is null ? BetweenReports : BetweenSharedReports))
                return;
            (_phase, _reportedAt) = (phase, time.GetTimestamp());
            if (!table.Report(row, phase, done, total, faces))
                stop();
        }
    }

    /// <summary>Says what the work does now: analysing, or rendering.</summary>
    public void SetState(JobState state) => table.SetState(row, state);

    /// <summary>Adds a warning by its code.</summary>
    public void Warn(string code)
    {
        lock (_reporting)
        {
            if (_warnings.Add(code))
                table.Warn(row, _warnings);
        }
    }

    /// <summary>Lets pictures that wait for a worker go first, but not for ever.</summary>
    public async Task LetPicturesPassAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (gate.Waiting > 0 && time.GetElapsedTime(start) < MostPatience)
            await Task.Delay(BetweenLooks, cancellationToken);
    }
}
